"""The tutorial and the README do what they say: their files are written, their commands run, their output compared."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_tutorial(snippets, tmp_path: Path) -> None:
    assert snippets.faults(ROOT / "docs" / "tutorial.md", tmp_path) == []


def test_the_mistake_that_the_readme_shows_is_the_tutorials(snippets) -> None:
    shown = [body for info, body, _ in snippets.blocks((ROOT / "README.md").read_text()) if info == "text"]
    assert shown
    assert all(body in (ROOT / "docs" / "tutorial.md").read_text() for body in shown)


@pytest.mark.slow
def test_readme(snippets) -> None:
    assert snippets.faults(ROOT / "README.md", ROOT) == []


def test_a_page_that_lies_is_found(snippets, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```text a.txt\nhello\n```\n```console\n$ cat a.txt\ngoodbye\n$ cat a.txt\n...\n```\n")
    assert snippets.faults(page, tmp_path) == ["$ cat a.txt\nhello\n"]
    assert "$ cat a.txt\nhello\n$ cat a.txt\n..." in snippets.rewritten(page.read_text(), tmp_path)
