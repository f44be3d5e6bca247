"""From raw bytes to records: one module per stage."""
