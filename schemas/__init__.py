"""The record, the findings behind it, and the tables that hold both.  Imports nothing else of the project."""
