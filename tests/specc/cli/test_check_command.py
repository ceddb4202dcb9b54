"""`specc check`: many specs, every format of output, standard input, fixes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

TYPO = "steps.numbres"


@pytest.fixture
def faulty(project: Path) -> Path:
    """A spec with one reference to a step that is not there, on line 12."""
    path = project / "faulty.toml"
    path.write_text((project / "sums.toml").read_text().replace("${steps.numbers}", f"${{{TYPO}}}"))
    return path


def test_a_sound_spec_is_silent(specc, project: Path) -> None:
    result = specc("check", "sums.toml")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_findings_go_to_standard_output_with_a_count_beside(specc, faulty: Path) -> None:
    result = specc("check", "faulty.toml")
    assert result.code == 2
    assert "error[SPC201]" in result.out
    assert "faulty.toml:15:" in result.out
    assert "did you mean `numbers`?" in result.out
    assert result.err == "found 1 error\n"


def test_concise(specc, faulty: Path) -> None:
    result = specc("check", "faulty.toml", "--format", "concise")
    assert len(result.out.splitlines()) == 1
    assert result.out.startswith("faulty.toml:15:")


@pytest.mark.parametrize("flags", [["--json"], ["--format", "json"]])
def test_json_is_one_document(specc, faulty: Path, flags: list[str]) -> None:
    result = specc("check", "faulty.toml", "sums.toml", *flags)
    assert result.code == 2
    assert "SPC201" in json.dumps(json.loads(result.out))
    assert json.loads(specc("check", "sums.toml", *flags).out) is not None


def test_sarif_is_one_document(specc, faulty: Path) -> None:
    result = specc("check", "faulty.toml", "faulty.toml", "sums.toml", "--format", "sarif")
    report = json.loads(result.out)
    assert report["version"] == "2.1.0"
    assert [found["ruleId"] for run in report["runs"] for found in run["results"]] == ["SPC201"]


def test_github(specc, faulty: Path) -> None:
    assert specc("check", "faulty.toml", "--format", "github").out.startswith("::error ")


def test_patterns(specc, faulty: Path) -> None:
    (faulty.parent / "deep" / "er").mkdir(parents=True)
    (faulty.parent / "deep" / "er" / "b.toml").write_text("specc = 2")
    result = specc("check", "**/*.toml", "faulty.toml", "--format", "concise")
    assert result.code == 2
    assert result.out.count("faulty.toml:") == 1
    assert "deep/er/b.toml" in result.out
    missing = specc("check", "nothing-*.toml")
    assert missing.code == 2
    assert "no file matches `nothing-*.toml`" in missing.err


def test_a_missing_file_is_a_finding(specc, project: Path) -> None:
    result = specc("check", "sum.toml", "sums.toml")
    assert result.code == 2
    assert "sum.toml" in result.out
    assert "`sums.toml`" in result.out


def test_standard_input(specc, faulty: Path) -> None:
    text = faulty.read_bytes()
    result = specc("check", "-", "--format", "concise", stdin=text)
    assert result.code == 2
    assert result.out.startswith("<stdin>:15:")
    result = specc("check", "-", "--stdin-name", "sub.toml", "--format", "concise", stdin=text)
    assert result.out.startswith("sub.toml:15:")
    yaml = b"specc: 1\nkind: pipeline\nname: a\nsteps: {a: {wait: 1s}}\n"
    assert specc("check", "-", "--stdin-name", "a.yaml", stdin=yaml).code == 0
    assert specc("check", "-", stdin=yaml).code == 2


def test_fix(specc, faulty: Path) -> None:
    before = (faulty.parent / "sums.toml").read_text()
    result = specc("check", "faulty.toml", "--fix")
    assert (result.code, result.out) == (0, "")
    assert "fixed `faulty.toml`" in result.err
    assert faulty.read_text() == before


def test_fix_keeps_line_ends_marks_and_modes(specc, faulty: Path) -> None:
    text = b"\xef\xbb\xbf" + faulty.read_bytes().replace(b"\n", b"\r\n")
    faulty.write_bytes(text)
    faulty.chmod(0o640)
    assert specc("check", "faulty.toml", "--fix").code == 0
    assert faulty.read_bytes() == text.replace(TYPO.encode(), b"steps.numbers")
    assert faulty.stat().st_mode & 0o777 == 0o640


def test_fix_of_standard_input_goes_to_standard_output(specc, faulty: Path) -> None:
    result = specc("check", "-", "--fix", stdin=faulty.read_bytes())
    assert result.code == 0
    assert result.out == (faulty.parent / "sums.toml").read_text()


def test_fix_leaves_what_it_cannot_mend(specc, project: Path) -> None:
    path = project / "bad.toml"
    path.write_text("specc = 1\nkind = ")
    result = specc("check", "bad.toml", "--fix")
    assert result.code == 2
    assert path.read_text() == "specc = 1\nkind = "


def test_print_ir(specc, project: Path, faulty: Path) -> None:
    result = specc("check", "sums.toml", "--print-ir")
    from specc.ir.printer import print_module
    from specc.ir.reader import read_module

    assert print_module(read_module(result.out)).strip() == result.out.strip()
    assert "task.call" in result.out or "functions:total" in result.out


def test_standard_input_is_told_of_the_option_and_not_of_a_files_name(specc) -> None:
    done = specc("check", "-", stdin=b"specc: 1\nkind: pipeline\n")
    assert "for YAML say `--stdin-name spec.yaml`" in done.out
    assert "name the file" not in done.out
    assert "name the file `.yaml`" in specc("check", "-", "--stdin-name", "a.toml", stdin=b"specc: 1\n").out


def test_standard_input_without_a_name_may_be_json(specc) -> None:
    done = specc("check", "-", stdin=b'{"specc": 1}')
    assert 'add `"kind": "pipeline"`' in done.out


def test_advice_is_in_the_format_of_the_spec(specc, project: Path) -> None:
    text = 'specc: 1\nkind: pipeline\nname: sums\nsteps:\n  double: {call: "functions:double"}\n'
    (project / "sums.yaml").write_text(text)
    assert "help: add `with: {x: ...}` to step `double`" in specc("check", "sums.yaml").out


def test_a_stack_is_laid_over_the_spec(specc, project: Path) -> None:
    spec = project / "sums.toml"
    spec.write_text(spec.read_text() + '\n[stacks.dev.defaults]\ncompute = "no-such-profile"\n')
    assert specc("check", "sums.toml").code == 0
    result = specc("check", "sums.toml", "--stack", "dev", "--format", "concise")
    assert result.code == 2
    assert "there is no compute profile `no-such-profile`" in result.out
    assert "SPC235" in specc("check", "sums.toml", "--stack", "prod").out
