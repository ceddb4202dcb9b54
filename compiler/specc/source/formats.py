"""The formats of specs, by the suffixes of their files."""

from __future__ import annotations

from typing import Literal

Format = Literal["toml", "yaml", "json"]

FORMATS: dict[str, Format] = {".toml": "toml", ".yaml": "yaml", ".yml": "yaml", ".json": "json"}
