"""Keys that only local runs use are said at their line (SPC426); what holds on Step Functions anyway is not."""

from pathlib import Path

from specc import targets
from specc.diagnostics import Severity, Span
from specc.frontend import check, compile_for

HEAD = 'specc = 1\nkind = "pipeline"\nname = "m"\n'


def warned(tmp_path: Path, body: str) -> list[tuple[str, str]]:
    """The line and the key of each warning; nothing else is reported, and the machine is written."""
    (tmp_path / "work.py").write_text("def load(x=None): ...\n")
    path = tmp_path / "spec.toml"
    path.write_text(HEAD + body)
    compilation = check(path)
    assert compilation.diagnostics == (), "a spec for this machine is sound"
    assert compile_for(targets.load("asl"), compilation) is not None
    lines = path.read_text().splitlines()
    found = []
    for item in compilation.diagnostics:
        assert (item.code, item.severity) == ("SPC426", Severity.WARNING)
        at = item.labels[0].at
        assert isinstance(at, Span)
        line = lines[at.start.line - 1]
        found.append((line, line[at.start.column - 1 : at.end.column - 1]))
    return found


def test_the_cache_and_slots_are_told_each_at_its_key(tmp_path: Path) -> None:
    body = '[steps.a]\ncall = "work:load"\nslots = { gpu = ["0"] }\ncache = true\n'
    assert warned(tmp_path, body) == [('slots = { gpu = ["0"] }', "slots"), ("cache = true", "cache")]


def test_steps_inside_of_others_are_told_too(tmp_path: Path) -> None:
    body = (
        '[steps.items]\ncall = "work:load"\neach.x = [1, 2]\ncache = { ttl = "1d" }\n'
        '[steps.group.steps.inner]\ncall = "work:load"\ncache = { key = ["b"] }\n'
        '[steps.fails]\ncall = "work:load"\non_error = { ValueError = { run = "mend" } }\n'
        '[steps.mend]\ncall = "work:load"\nslots = { port = ["1"] }\n'
        '[finally.last]\ncall = "work:load"\ncache = true\n'
    )
    assert [key for _, key in warned(tmp_path, body)] == ["cache", "cache", "slots", "cache"]


def test_what_holds_anyway_is_not(tmp_path: Path) -> None:
    body = '[steps.a]\ncall = "work:load"\nisolation = "process"\ncache = false\n[steps.b]\ncall = "work:load"\n'
    assert warned(tmp_path, body + 'isolation = "inline"\n') == []


def test_the_machine_is_the_same_without_them(tmp_path: Path) -> None:
    machines = []
    for number, more in enumerate(("", 'cache = true\nisolation = "process"\nslots = { gpu = ["0"] }\n')):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "work.py").write_text("def load(x=None): ...\n")
        (folder / "spec.toml").write_text(f'{HEAD}[steps.a]\ncall = "work:load"\n{more}')
        machines.append(compile_for(targets.load("asl"), check(folder / "spec.toml")))
    assert machines[0] is not None
    assert machines[0] == machines[1]
