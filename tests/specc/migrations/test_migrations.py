"""Migrations between versions of the language, tried with two that nobody needs: a key renamed, a table moved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from specc.migrations import MIGRATIONS, Migration, MigrationError, TextEdit, migrate, newest_version
from specc.source.document import Document, parse
from specc.source.fault import Fault
from specc.source.formats import Format
from specc_schemas import LANGUAGE_VERSION


def rename(document: Document) -> Iterator[TextEdit]:
    """`call` of every step becomes `run`."""
    for name, step in document.value.get("steps", {}).items():
        if "call" in step:
            start, end, *_ = document.table.extents["steps", name, "call"]
            yield TextEdit(start, end, document.text[start:end].replace("call", "run"))


def move(document: Document) -> Iterator[TextEdit]:
    """`defaults` becomes `steps_of.defaults`."""
    if "defaults" not in document.value:
        return
    start, end, _, value_end = document.table.extents["defaults",]
    if document.format == "toml":
        yield TextEdit(start, start, "steps_of.")
    elif document.format == "json":
        yield TextEdit(start, start, '"steps_of": {')
        yield TextEdit(value_end, value_end, "}")
    else:
        yield TextEdit(start, start, "steps_of:\n  ")
        value_end = len(document.text[:value_end].rstrip())
        for line_end in re.compile("\n(?=.)").finditer(document.text, end, value_end):
            yield TextEdit(line_end.end(), line_end.end(), "  ")


INVENTED = (Migration("`call` is called `run`", rename), Migration("`defaults` stands below `steps_of`", move))

TOML = """# top
specc = 1  # version
[defaults] # of all
timeout = "1m" # a minute

[steps.a]
"call" = 'm:f' # what
[steps.b]
# nothing
wait = "1s"
"""
YAML = """# top
specc: 1  # version
defaults: # of all
  # first
  timeout: 1m # a minute
  retry:
    max: 3

steps:
  a: {call: m:f} # what
  b:
    wait: 1s
"""
JSON = """{"specc": 1,
  "defaults": {"timeout": "1m"},
  "steps": {"a": {"call": "m:f"}, "b": {"wait": "1s"}}
}
"""
TEXTS: dict[Format, str] = {"toml": TOML, "yaml": YAML, "json": JSON}


@pytest.mark.parametrize(("format", "text"), TEXTS.items())
def test_chained_migrations(format: Format, text: str) -> None:
    before = parse(f"a.{format}", format, text)
    after = parse("", format, migrate(before, INVENTED)).value
    expected = json.loads(json.dumps(before.value))
    expected["specc"] = 3
    expected["steps"]["a"]["run"] = expected["steps"]["a"].pop("call")
    expected["steps_of"] = {"defaults": expected.pop("defaults")}
    assert after == expected


def test_only_what_a_version_changes_is_edited() -> None:
    assert migrate(parse("a.toml", "toml", TOML), INVENTED) == (
        TOML.replace("specc = 1", "specc = 3").replace('"call"', '"run"').replace("[defaults]", "[steps_of.defaults]")
    )
    moved = migrate(parse("a.yaml", "yaml", YAML), INVENTED)
    assert (
        "steps_of:\n  defaults: # of all\n    # first\n    timeout: 1m # a minute\n    retry:\n      max: 3\n\nsteps:"
        in moved
    )


@pytest.mark.parametrize(("format", "text"), TEXTS.items())
def test_one_step_only(format: Format, text: str) -> None:
    document = parse(f"a.{format}", format, text)
    once = migrate(document, INVENTED, to=2)
    value = parse("", format, once).value
    assert value["specc"] == 2
    assert "run" in value["steps"]["a"]
    assert "defaults" in value
    assert migrate(parse("", format, once), INVENTED) == migrate(document, INVENTED)
    assert migrate(document, INVENTED, to=1) == text


@pytest.mark.parametrize(("format", "text"), TEXTS.items())
def test_what_is_new_stays(format: Format, text: str) -> None:
    done = migrate(parse("", format, text), INVENTED)
    assert migrate(parse("", format, done), INVENTED) == done
    assert migrate(parse("", format, text), ()) == text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("specc = 4", "SPC111"),
        ("specc = 0", "SPC110"),
        ("specc = '1'", "SPC110"),
        ("specc = true", "SPC110"),
        ("a = 1", "SPC110"),
    ],
)
def test_versions_that_are_not_known(text: str, code: str) -> None:
    with pytest.raises(Fault) as raised:
        migrate(parse("", "toml", text), INVENTED)
    assert raised.value.code == code
    assert raised.value.help


@pytest.mark.parametrize(
    ("edits", "said"),
    [
        ([TextEdit(0, 0, "= ")], "could not be read"),
        ([TextEdit(0, 6, "")], "would be lost"),
        ([TextEdit(0, 7, "x = 1"), TextEdit(6, 8, "")], "overlap"),
        ([TextEdit(6, 6, "x")], "would not be in version 2"),
    ],
)
def test_what_a_migration_may_not_do(edits: list[TextEdit], said: str) -> None:
    document = parse("", "toml", "# one\nspecc = 1\n")
    with pytest.raises(MigrationError, match=said):
        migrate(document, (Migration("bad", lambda document: edits),))


def test_there_is_a_migration_to_every_version() -> None:
    assert newest_version(MIGRATIONS) == LANGUAGE_VERSION
    assert all(migration.title for migration in MIGRATIONS)
