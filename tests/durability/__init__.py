"""A dataset that is killed, starved of disk and fought over: generated notices, a worker, and what must hold after."""
