"""One module per field of the record; an underscore marks a shared reader."""
