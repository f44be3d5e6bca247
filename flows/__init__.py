"""The top layer: the command line and the Prefect flows.  Only modules here import prefect."""

import os

os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")  # read when prefect is first imported
