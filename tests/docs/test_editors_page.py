"""The part of docs/editors.md about schemas: its commands print what it says, its files are those that are written."""

import re
from pathlib import Path
from types import ModuleType

from specc.cli.editor_files import editor_files

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "editors.md"


def test_the_part_about_schemas(snippets: ModuleType, tmp_path: Path) -> None:
    part = re.search(r"^## Schemas$.*?(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert part is not None
    files, commands = {}, 0
    for item in snippets.steps(part[0]):
        if isinstance(item, snippets.Command):
            assert snippets.run(item, tmp_path) == item.expected, f"$ {item.line}"
            commands += 1
        else:
            files[item[0]] = item[1]
    assert commands > 3
    assert files == editor_files("birds.toml", "specc.schema.json")
