"""What the parser is measured against."""
