"""Quick fixes, formatting, and what a lens starts: files before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from language_client import SPECC, LanguageClient
from language_connection import RequestError
from language_texts import edited, edits_by_uri, range_of, text_in
from specc.formatting import format_text

HEAD = 'specc = 1\nkind = "pipeline"\nname = "x"\n'
WAIT = '[steps.z]\nwait = "1s"\n'


def after(client: LanguageClient, uri: str, action: dict[str, object]) -> str:
    """The open text after an action."""
    edit = action["edit"]
    assert isinstance(edit, dict)
    edits = edits_by_uri(edit)
    assert set(edits) == {uri}
    return edited(client.documents[uri].text, edits[uri])


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('[steps.a]\nwiat = "1s" # so long\n', '[steps.a]\nwait = "1s" # so long\n'),
        ('[params.a]\ntyp = "string" # so long\n', '[params.a]\ntype = "string" # so long\n'),
        ('[steps.a]\nwait = "1s"\n[outputs]\nx = "${{ steps.a }}"\n', '[steps.a]\nwait = "1s"\n[outputs]\nx = "${steps.a}"\n'),
        ("[steps.a]\nwait = 1s\n", '[steps.a]\nwait = "1s"\n'),
        ('[steps.a]\nwait = "1s"\n[params.b]\ntype = "boolean"\ndefault = True\n', '[steps.a]\nwait = "1s"\n[params.b]\ntype = "boolean"\ndefault = true\n'),
    ],
)  # fmt: skip
def test_a_quick_fix_mends_what_it_is_offered_for(
    client: LanguageClient, tmp_path: Path, wrong: str, right: str
) -> None:
    uri = client.open(tmp_path / "spec.toml", HEAD + WAIT + wrong)
    found = client.diagnostics(uri)[-1]
    (action,) = client.code_actions(uri, found["range"], only=["quickfix"])
    assert action["kind"] == "quickfix"
    assert action["diagnostics"] == [found]
    assert after(client, uri, action) == HEAD + WAIT + right
    client.change(uri, HEAD + WAIT + right)
    assert client.diagnostics(uri) == []
    assert client.code_actions(uri, found["range"]) == []


def test_a_fix_is_offered_where_it_belongs_only(client: LanguageClient, tmp_path: Path) -> None:
    text = HEAD + '[params.a]\ntyp = "string"\n'
    uri = client.open(tmp_path / "spec.toml", text)
    assert client.diagnostics(uri)
    assert client.code_actions(uri, range_of(text, "kind"), only=["quickfix"]) == []
    assert client.code_actions(uri, range_of(text, "typ"), only=["refactor"]) == []


def test_all_safe_fixes_at_once(client: LanguageClient, tmp_path: Path) -> None:
    text = HEAD + '[params.a]\ntyp = "string"\n[steps.b]\nwaitt = "2s" # b\n'
    uri = client.open(tmp_path / "spec.toml", text)
    assert client.diagnostics(uri)
    (action,) = client.code_actions(uri, range_of(text, "specc"), only=["source.fixAll"])
    assert after(client, uri, action) == text.replace("typ ", "type ").replace("waitt", "wait")


@pytest.mark.parametrize("suffix", ["toml", "yaml", "json"])
def test_formatting_is_that_of_the_command(client: LanguageClient, tmp_path: Path, suffix: str) -> None:
    texts = {
        "toml": 'specc=1\nkind = "pipeline"   # kind\nname="😋"\n[steps.a]\nwait="1s"\n\n\n\n',
        "yaml": "specc:   1\nkind: pipeline # kind\nname:  x\nsteps:\n    a:\n        wait: 1s\n",
        "json": '{"specc": 1,\n"kind": "pipeline", "name": "x"}',
    }
    text = texts[suffix]
    uri = client.open(tmp_path / f"spec.{suffix}", text)
    wanted = format_text(text, suffix)  # type: ignore[arg-type]  # one of the three
    assert wanted != text
    assert client.formatting(uri) == wanted
    client.change(uri, wanted)
    assert client.formatting(uri) == wanted
    client.change(uri, text + '"')
    assert client.formatting(uri) == text + '"'


def test_lenses_stand_at_steps_and_tests(client: LanguageClient, birds: Path) -> None:
    uri = client.open(birds)
    text = birds.read_text()
    found = [
        (lens["command"]["title"], lens["command"]["arguments"][1:], text_in(text, lens["range"]))
        for lens in client.code_lenses(uri)
    ]
    assert found == [
        ("Show graph", [], ""),
        ("Run step", ["get_birds"], "get_birds"),
        ("Run step", ["flap"], "flap"),
        ("Run step", ["join"], "join"),
        ("Run test", ["one bird"], "[[tests]]"),
        ("Run test", ["three birds keep their order"], "[[tests]]"),
        ("Run test", ["a bird that is not on the list"], "[[tests]]"),
        ("Run test", ["nobody can ask for no birds"], "[[tests]]"),
    ]


@pytest.mark.slow
def test_a_lens_runs_what_it_says(client: LanguageClient, birds: Path) -> None:
    uri = client.open(birds)
    client.notifications.clear()
    client.execute("specc.runStep", uri, "flap")
    ended = client.wait_for("window/showMessage")
    assert (ended["type"], ended["message"].splitlines()[0]) == (3, "step flap: done.")
    assert "flappy goose" in ended["message"]
    client.execute("specc.runTest", uri, "one bird")
    assert client.wait_for("window/showMessage")["message"].startswith("test one bird: done")
    client.execute("specc.runStep", uri, "nobody")
    ended = client.wait_for("window/showMessage")
    assert (ended["type"], ended["message"].splitlines()[0]) == (1, "step nobody: failed (exit code 2).")
    with pytest.raises(RequestError):
        client.execute("specc.runStep")


def test_an_editor_with_commands_of_its_own_is_offered_none(tmp_path: Path) -> None:
    with LanguageClient(SPECC, folder=tmp_path, options={"clientCommands": True}) as client:
        assert client.capabilities["executeCommandProvider"]["commands"] == []


@pytest.mark.slow
def test_what_stands_beside_a_spec_is_not_taken_for_a_part_of_specc(client: LanguageClient, birds: Path) -> None:
    (birds.parent / "click.py").write_text("raise SystemExit('imported')\n")
    (birds.parent / "yaml.py").write_text("raise SystemExit('imported')\n")
    uri = client.open(birds)
    client.notifications.clear()
    client.execute("specc.runTest", uri, "one bird")
    assert client.wait_for("window/showMessage")["message"].startswith("test one bird: done")


def test_what_is_not_saved_cannot_be_run(client: LanguageClient, tmp_path: Path) -> None:
    for uri in ("untitled:Untitled-1", (tmp_path / "gone.toml").as_uri(), "file:///proc/a.toml"):
        with pytest.raises(RequestError, match="needs a spec that is saved"):
            client.execute("specc.showGraph", uri)
    with pytest.raises(RequestError, match="takes the address of a spec"):
        client.execute("specc.runStep")
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_lens_runs_what_is_saved_and_says_so(client: LanguageClient, birds: Path) -> None:
    uri = client.open(birds, birds.read_text().replace("default = 3", "default = 1"))
    client.notifications.clear()
    client.execute("specc.runStep", uri, "flap")
    told = client.wait_for("window/showMessage")["message"]
    assert told.startswith("step flap: done. What is not saved yet was not run.")


def test_a_byte_order_mark_moves_nothing(client: LanguageClient, tmp_path: Path) -> None:
    text = "\ufeff" + HEAD + '[steps.a]\nwaitt = "1s"\n'
    uri = client.open(tmp_path / "spec.toml", text)
    (action,) = client.code_actions(uri, range_of(text, "specc"), only=["source.fixAll"])
    assert after(client, uri, action) == text.replace("waitt", "wait")
    one_line = '\ufeff{"specc": 1, "kind": "pipeline", "name": "a", "steps": {"a": {"waitt": "1s"}}}'
    uri = client.open(tmp_path / "spec.json", one_line)
    found = next(one for one in client.diagnostics(uri) if one["code"] == "SPC101")
    assert text_in(one_line, found["range"]) == '"waitt"'


def test_a_colon_before_the_equals_sign_goes(client: LanguageClient, tmp_path: Path) -> None:
    for wrong in ('wait := "1s"', 'wait: = "1s"', 'wait: "1s"'):
        text = f"{HEAD}[steps.a]\n{wrong}\n"
        uri = client.open(tmp_path / "spec.toml", text)
        (action,) = client.code_actions(uri, range_of(text, ":"), only=["quickfix"])
        assert after(client, uri, action) == f'{HEAD}[steps.a]\nwait = "1s"\n'


@pytest.mark.parametrize("suffix", ["toml", "json"])
def test_a_name_in_place_of_a_text_keeps_its_quotes(client: LanguageClient, tmp_path: Path, suffix: str) -> None:
    text = {
        "toml": HEAD + '[steps.a]\ncall = "os:getcwd"\nretry = { max = 1, on = ["TIMEOUT"] }\n',
        "json": '{"specc": 1, "kind": "pipeline", "name": "x",\n'
        '"steps": {"a": {"call": "os:getcwd", "retry": {"max": 1, "on": ["TIMEOUT"]}}}}\n',
    }[suffix]
    uri = client.open(tmp_path / f"spec.{suffix}", text)
    assert client.diagnostics(uri)
    (action,) = client.code_actions(uri, range_of(text, "TIMEOUT"), only=["quickfix"])
    assert after(client, uri, action) == text.replace('"TIMEOUT"', '"timeout"')


def test_links_that_go_in_circles_are_passed_over(client: LanguageClient, tmp_path: Path) -> None:
    with LanguageClient(SPECC, folder=tmp_path) as own:
        (tmp_path / "loop.toml").symlink_to("loop.toml")
        text = HEAD + WAIT + 'extends = [""]\n'
        uri = own.open(tmp_path / "spec.toml", HEAD + WAIT)
        at = range_of(HEAD + WAIT, "z]")["start"]
        assert len(own.references(uri, at)) == 1
        assert own.rename(uri, at, "y")
        own.change(uri, text)
        end = range_of(text, '""')["start"]
        own.completion(uri, {"line": end["line"], "character": end["character"] + 1})


def test_half_of_a_character_is_a_finding(client: LanguageClient, tmp_path: Path) -> None:
    uri = client.open(tmp_path / "spec.yaml", 'specc: 1\nname: "\ud800"\n')
    assert client.diagnostics(uri)
    assert client.completion(uri, {"line": 1, "character": 0}) is not None
