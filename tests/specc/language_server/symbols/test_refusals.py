"""What is not renamed, and why: by a real server, in the user's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from language_client import LanguageClient
from language_connection import RequestError
from language_texts import split_cursor

HEAD = 'specc = 1\nkind = "pipeline"\nname = "pipe"\n'
NESTED = """
[steps.a]
wait = "1s"
[steps.b]
wait = "1s"
[steps.group.steps.inner]
wait = "1s"
[steps.group.steps.user]
wait = "${steps.a}"
after = ["inner"]
"""
ITEMS = """
[steps.group]
each.row = [1]
yield = "${steps.inner}"
[steps.group.steps.inner]
each.cell = [2]
call = "functions:f"
with = { row = "${row}", cell = "${cell}" }
[steps.plain]
each.bird = ["a"]
call = "functions:f"
[steps.loop]
each.bird = ["a"]
call = "functions:f"
repeat = { start = "${bird}", max = 1 }
"""
BLOCKS = """
[params.limit]
type = "integer"
[params.most]
type = "integer"
[env]
MODE = "x"
[secrets]
KEY = "env:KEY"
[compute.small]
[compute.big]
[stacks.prod]
region = "eu-north-1"
[steps.a]
wait = "${params.limit}"
compute = "none"
[finally.end]
wait = "1s"
[[tests]]
name = "a test"
params = { limit = 1, other = 2 }
expect = {}
"""


def refusal(client: LanguageClient, folder: Path, text: str, name: str) -> str:
    text, position = split_cursor(text)
    uri = client.open(folder / "pipe.toml", text)
    with pytest.raises(RequestError) as caught:
        client.rename(uri, position, name)
    assert caught.value.code == -32803
    return caught.value.message


def at(text: str, part: str) -> str:
    """The text with the cursor in the last letter of a part of it."""
    assert text.count(part) == 1, part
    return HEAD + text.replace(part, f"{part[:-1]}‸{part[-1]}")


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (at(NESTED, "[steps.a"), "b", "there is a step `b` already"),
        (at(NESTED, "[steps.a"), "a-b", "`a-b` cannot be a name here"),
        (at(NESTED, "[steps.a"), "", "cannot be a name here"),
        (at(NESTED, "[steps.a"), "finally", "a step cannot be called `finally`"),
        (at(NESTED, "[steps.a"), "inner", "`inner` in `pipe.toml`, line 12 would then mean another step of this name"),
        (at(NESTED, "[steps.group.steps.inner"), "a", "`a` in `pipe.toml`, line 12 would then mean another step"),
        (at(NESTED, "[steps.group.steps.inner"), "user", "there is a step `user` already"),
        (at(ITEMS, "each.row"), "cell", "`cell` in `pipe.toml`, line 11 would then mean another item of this name"),
        (at(ITEMS, "each.cell"), "row", "`row` in `pipe.toml`, line 11 would then mean another item of this name"),
        (at(ITEMS, "each.cell"), "steps", "an item cannot be called `steps`"),
        (at(ITEMS, "each.cell"), "in", "an item cannot be called `in`"),
        (at(ITEMS, "[steps.plain]\neach.bird"), "x", "`functions:f` is given the item as its parameter `bird`: write"),
        (at(BLOCKS, "[params.limit"), "most", "there is a parameter `most` already"),
        (at(BLOCKS, "[params.limit"), "other", "there is a `other` in `tests.0.params` of `pipe.toml` already"),
        (at(BLOCKS, "[compute.small"), "big", "there is a profile `big` already"),
        (at(BLOCKS, "[compute.small"), "two words", "`two words` cannot be a name here"),
        (at(BLOCKS, 'compute = "none'), "big", "the profile `none` is not declared anywhere"),
        (at(BLOCKS, "[finally.end"), "a", "there is a step `a` already"),
        (at(BLOCKS, "MODE"), "X", "an environment variable cannot be renamed here: the functions that read it"),
        (at(BLOCKS, "\nKEY"), "X", "a secret cannot be renamed here"),
        (at(BLOCKS, "[stacks.prod"), "X", "a stack cannot be renamed here: commands and deployments know it"),
        (at(BLOCKS, '"a test'), "X", "a test cannot be renamed here: nothing refers to it"),
        (at(BLOCKS, "1s"), "X", "there is no name here that can be changed"),
        (at(NESTED + "[steps.c\n", "[steps.a"), "x", "`pipe.toml` cannot be read as it stands: correct it first"),
        (at('extends = ["none.toml"]\n' + NESTED, "[steps.a"), "x", "`pipe.toml` cannot be read as it stands"),
    ],
)  # fmt: skip
def test_it_is_said_why(client: LanguageClient, workspace: Path, text: str, name: str, message: str) -> None:
    assert message in refusal(client, workspace, text, name)


def test_an_item_that_only_the_loop_uses_can_be_renamed(client: LanguageClient, workspace: Path) -> None:
    text, position = split_cursor(at(ITEMS, "[steps.loop]\neach.bird"))
    uri = client.open(workspace / "pipe.toml", text)
    assert len(client.rename(uri, position, "x")[uri]) == 2


def test_what_cannot_be_renamed_is_said_before_a_name_is_asked_for(client: LanguageClient, workspace: Path) -> None:
    text, position = split_cursor(at(BLOCKS, "MODE"))
    uri = client.open(workspace / "pipe.toml", text)
    with pytest.raises(RequestError, match="environment variable cannot be renamed"):
        client.prepare_rename(uri, position)
    assert client.prepare_rename(uri, {"line": 0, "character": 3}) is None


def test_a_file_outside_of_the_folder_is_left_alone(client: LanguageClient, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text('[steps.a]\nwait = "1s"\n', encoding="utf-8")
    outside = f"../{'../' * len(workspace.parts)}{tmp_path.relative_to('/')}/base.toml"
    text = f'{HEAD}extends = ["{outside}"]\n[steps.b]\nwait = "${{steps.‸a}}"\n'
    assert "is outside of the folder that is open in the editor" in refusal(client, workspace, text, "x")
    client.open(tmp_path / "base.toml")
    uri, position = (workspace / "pipe.toml").as_uri(), split_cursor(text)[1]
    assert len(client.rename(uri, position, "x")) == 2


def test_a_name_by_a_yaml_alias_is_left_alone(client: LanguageClient, workspace: Path) -> None:
    text = """
specc: 1
kind: pipeline
name: pipe
description: &a first
steps:
  fi‸rst: {wait: 1s}
  second: {wait: 1s, after: [*a]}
"""
    text, position = split_cursor(text)
    uri = client.open(workspace / "pipe.yaml", text)
    with pytest.raises(RequestError, match="`first` is written by way of an alias somewhere: write it out first"):
        client.rename(uri, position, "x")


def test_another_spec_that_is_being_typed_stops_a_rename(client: LanguageClient, workspace: Path) -> None:
    inner, position = split_cursor(f'{HEAD}[params.li‸mit]\ntype = "integer"\n[steps.a]\nwait = "1s"\n')
    uri = client.open(workspace / "inner.toml", inner)
    client.open(workspace / "outer.toml", f'{HEAD}[steps.a]\npipeline = "inner.toml"\nwith.limit = 1\n[steps.b\n')
    with pytest.raises(RequestError, match=r"`outer\.toml` cannot be read as it stands"):
        client.rename(uri, position, "x")


def test_outputs_that_others_may_read_keep_their_names(client: LanguageClient, workspace: Path) -> None:
    inner, position = split_cursor(f'{HEAD}[steps.a]\nwait = "1s"\n[outputs]\nso‸ng = "${{steps.a}}"\n')
    uri = client.open(workspace / "inner.toml", inner)
    outer = f'{HEAD}[steps.a]\npipeline = "inner.toml"\n[steps.b]\nwait = "${{steps.a.song}}"\n'
    client.open(workspace / "outer.toml", outer)
    with pytest.raises(RequestError, match=r"`outer\.toml` runs this spec and may read the output `song`"):
        client.rename(uri, position, "x")


def test_a_profile_of_a_spec_that_is_run_is_not_taken(client: LanguageClient, workspace: Path) -> None:
    (workspace / "inner.toml").write_text(f'{HEAD}[compute.big]\n[steps.a]\nwait = "1s"\n', encoding="utf-8")
    outer = f'{HEAD}[compute.sm‸all]\n[steps.a]\npipeline = "inner.toml"\n'
    assert refusal(client, workspace, outer, "big") == "there is a profile `big` in `inner.toml`"
