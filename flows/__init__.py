"""The top layer: the command line and the Prefect flows.  Only modules here import prefect."""

import os

# Read when prefect is first imported.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
# Twenty seconds, as it is set, are too few for Prefect's temporary server to start on a busy machine.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
