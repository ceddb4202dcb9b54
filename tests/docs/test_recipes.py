"""Every TOML snippet of the documents is part of a sound spec: what it refers to is put beside it, and nothing is reported."""

import re
import sys
from pathlib import Path

import pytest

import specc
from specc.frontend import check

ROOT = Path(__file__).parents[2]
PAGES = ("docs/aws.md", "docs/cookbook.md", "docs/language.md", "docs/pulumi.md", "README.md")
HEAD = 'specc = 1\nkind = "pipeline"\nname = "snippet"\n'
EXPECTED = {"SPC331", "SPC381", "SPC511", "SPC522"}
"""Modules and scripts are not there, nor are the files that are shipped."""


def snippets() -> list[tuple[str, str]]:
    found = []
    for name in PAGES:
        text = (ROOT / name).read_text(encoding="utf-8")
        for match in re.finditer(r"^( *)```toml\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
            line = text.count("\n", 0, match.start()) + 1
            found.append((f"{name}:{line}", "\n".join(row.removeprefix(match[1]) for row in match[2].splitlines())))
    return found


def completed(snippet: str) -> str:
    """The snippet as a whole spec: with a head, and with the steps and parameters that it refers to."""
    known = set(re.findall(r"^\[steps\.(\w+)", snippet, re.MULTILINE))
    inner = set(re.findall(r"\.steps\.(\w+)\]", snippet))
    wanted = set(re.findall(r"\bsteps\.(\w+)", " ".join(re.findall(r"\$\{(.*?)\}", snippet))))
    wanted |= set(re.findall(r"^mock\.(\w+)", snippet, re.MULTILINE))
    text = snippet if "specc = 1" in snippet else HEAD + snippet
    text = re.sub(r"^extends = .*$", "", text, flags=re.MULTILINE)
    for name in sorted(wanted - known - inner):
        text += f'\n[steps.{name}]\ncall = "other:{name}"\n'
    for name in sorted(known):
        if f"[steps.{name}.on_error]" in snippet:
            text += f'\n[steps.{name}]\ncall = "other:{name}"\n[steps.estimate]\ncall = "other:estimate"\n'
    for name in sorted(set(re.findall(r"\bparams\.(\w+)", snippet))):
        if f"[params.{name}]" not in snippet:
            text += f'\n[params.{name}]\ntype = "{"integer" if name in {"size", "limit"} else "string"}"\n'
    for name in sorted(set(re.findall(r"^expect\.outputs\.(\w+)", snippet, re.MULTILINE))):
        if "[outputs]" not in snippet:
            text += f"\n[outputs]\n{name} = 1\n"
    for name in sorted(set(re.findall(r'^compute = "(\w+)"', snippet, re.MULTILINE))):
        if f"[compute.{name}]" not in snippet:
            text += f'\n[compute.{name}]\nengine = "batch"\n'
    if "[steps" not in text:
        text += '\n[steps.one]\ncall = "other:one"\n'
    return text


@pytest.mark.parametrize(("place", "snippet"), snippets(), ids=[place for place, _ in snippets()])
def test_snippet(tmp_path: Path, place: str, snippet: str) -> None:
    for name in re.findall(r'^pipeline = "(.*?)"', snippet, re.MULTILINE):
        params = "".join(
            f'[params.{item}]\ntype = "string"\n' for item in re.findall(r"^with\.(\w+)", snippet, re.MULTILINE)
        )
        outputs = '[steps.one]\nwait = "1s"\n[outputs]\ntotal = "${steps.one}"\n'
        other = f"{HEAD}{params}{outputs}"
        (tmp_path / name).write_text(other.replace("snippet", "other"))
    for name in re.findall(r'^extra = "(.*?)"', snippet, re.MULTILINE):
        (tmp_path / name).write_text("def extra(resources): ...\n")
    found = check(tmp_path / "snippet.toml", text=completed(snippet).encode()).diagnostics
    assert [f"{item.code} {item.message}" for item in found if item.code not in EXPECTED] == []


def test_the_error_of_a_map_is_caught_around_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "etl", raising=False)
    (tmp_path / "etl.py").write_text(
        "def pages(bad): return list(range(-bad, 40))\n\ndef parse(page): return 1 / (page >= 0)\n"
    )
    [recipe] = [body for place, body in snippets() if "cookbook" in place and "on_error.ToleranceExceeded" in body]
    text = f'{HEAD}\n[params.bad]\ntype = "integer"\n{recipe}\n[outputs]\nparsed = "${{steps.parsed}}"\n'
    spec = specc.load(f'{text}\n[steps.pages]\ncall = "etl:pages"\nwith.bad = "${{params.bad}}"\n')
    few, many = (spec.run({"bad": bad}, journal=False).check().outputs["parsed"] for bad in (2, 3))
    assert few == [None, None, *[1.0] * 40]
    assert many == []
