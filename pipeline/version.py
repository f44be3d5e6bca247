"""Which parser made a record: a digest of everything that decides what it says."""

from __future__ import annotations

import hashlib
from importlib import resources

from schemas.vacancy import SCHEMA_VERSION

_PACKAGES = ("extractors", "extractors.patterns", "pipeline", "pipeline.formats", "schemas")
_KINDS = (".py", ".toml", ".tsv", ".txt", ".jsonl")


def parser_version() -> str:
    """The schema's version and, behind a plus sign, twelve hexadecimal digits over the code and its data."""
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for file in sorted(resources.files(package).iterdir(), key=lambda f: f.name):
            if file.name.endswith(_KINDS):
                digest.update(file.name.encode())
                digest.update(file.read_bytes())
    return f"{SCHEMA_VERSION}+{digest.hexdigest()[:12]}"
