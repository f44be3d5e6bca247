"""Vocabularies and label inventories, as data."""
