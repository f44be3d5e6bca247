"""Clean text in many languages, and the kinds of text that the benchmark garbles."""

from __future__ import annotations

import tomllib
from pathlib import Path

_TABLES = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
LANGUAGES: dict[str, str] = _TABLES["languages"]
KINDS: dict[str, str] = {
    **_TABLES["kinds"],
    "accented latin": " ".join(LANGUAGES[name] for name in ("french", "albanian", "serbian latin", "romanian")),
    "cyrillic": " ".join(LANGUAGES[name] for name in ("russian", "ukrainian", "macedonian")),
    **{name: LANGUAGES[name] for name in ("emoji", "thai", "greek", "arabic")},
}
