"""A document in the other notation has the same values and the same comments."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import tomli_w
from hypothesis import HealthCheck, given, settings

from documents import DOCUMENT, load, same, yaml_text
from specc.new_project.transcribe import transcribe

ROOT = Path(__file__).parents[3]
SPECS = sorted(path for path in (ROOT / "specs").glob("*/*") if path.suffix in {".toml", ".yaml"})


# How long a busy machine takes for making documents says nothing of them.
AT_ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def other(notation: str) -> str:
    return "yaml" if notation == "toml" else "toml"


@AT_ANY_SPEED
@given(DOCUMENT)
def test_toml_to_yaml_and_back(value: dict[str, Any]) -> None:
    in_yaml = transcribe(tomli_w.dumps(value), "toml", "yaml")
    assert same(load(in_yaml, "yaml").value, value)
    assert same(load(transcribe(in_yaml, "yaml", "toml"), "toml").value, value)


@pytest.mark.parametrize("flow", [True, False])
@AT_ANY_SPEED
@given(DOCUMENT)
def test_yaml_to_toml(flow: bool, value: dict[str, Any]) -> None:
    assert same(load(transcribe(yaml_text(value, '"', flow), "yaml", "toml"), "toml").value, value)


@pytest.mark.parametrize("path", SPECS, ids=[path.stem for path in SPECS])
def test_examples_keep_values_and_comments(path: Path) -> None:
    text, notation = path.read_text(), path.suffix[1:]
    written = transcribe(text, notation, other(notation))
    assert same(load(written, other(notation)).value, load(text, notation).value)
    assert comments(written) == comments(text)
    assert max(map(len, written.splitlines())) <= max(120, *map(len, text.splitlines()))


def comments(text: str) -> list[str]:
    """No example has a `#` in a string."""
    return [line[line.index("#") :].strip() for line in text.splitlines() if "#" in line]


def test_as_a_person_writes_yaml() -> None:
    text = """
        # What this is.
        name = "a"

        [params.limit]  # how many
        type = "integer"

        # The first step.
        [steps.one]
        call = "a:one"
        with.text = "${params.limit} # no comment"
        timeout = "5m"

        [[tests]]
        name = "it: is"  # said
        mock.one = [1, { b = "x y" }]
        expect.outputs.text = \"\"\"
        two
        lines\"\"\"
        # The end.
    """
    wanted = """
        # What this is.
        name: a

        params:
          limit:  # how many
            type: integer

        # The first step.
        steps:
          one:
            call: a:one
            with:
              text: "${params.limit} # no comment"
            timeout: 5m

        tests:
          - name: "it: is"  # said
            mock:
              one: [1, {b: x y}]
            expect:
              outputs:
                text: |-
                  two
                  lines
        # The end.
    """
    assert transcribe(dedent(text).lstrip(), "toml", "yaml") == dedent(wanted).lstrip()


def test_as_a_person_writes_toml() -> None:
    text = """
        name: a
        params:
          limit: {type: integer}

        # Steps.
        steps:  # all of them
          one:
            call: a:one   # this
            with:
              text: ${params.limit}
              more: {a: [1]}
            steps:
              inner: {wait: 1s}
              last:
                wait: 2s

        tests:
          # The first.
          - name: it is
            expect:
              outputs: {text: "a\\nb"}
    """
    wanted = """
        name = "a"

        [params]
        limit = { type = "integer" }

        # Steps.
        # all of them
        [steps.one]
        call = "a:one"  # this
        with.text = "${params.limit}"
        with.more = { a = [1] }

        [steps.one.steps]
        inner = { wait = "1s" }

        [steps.one.steps.last]
        wait = "2s"

        # The first.
        [[tests]]
        name = "it is"
        expect.outputs = { text = "a\\nb" }
    """
    assert transcribe(dedent(text).lstrip(), "yaml", "toml") == dedent(wanted).lstrip()
