"""`specc compile`: what it writes, what it refuses, what it leaves alone."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest


def test_writes_every_target_and_a_manifest(specc, project: Path) -> None:
    result = specc("compile", "sums.toml")
    assert result.code == 0, result.err
    paths = result.out.splitlines()
    assert paths[-1] == "build/sums/manifest.json"
    manifest = json.loads((project / paths[-1]).read_text())
    assert {item["target"] for item in manifest["artifacts"]} >= {"asl", "local", "graph"}
    assert [f"build/sums/{item['path']}" for item in manifest["artifacts"]] == paths[:-1]
    for item in manifest["artifacts"]:
        data = (project / "build/sums" / item["path"]).read_bytes()
        assert (len(data), sha256(data).hexdigest()) == (item["size"], item["sha256"])
    assert [source["path"] for source in manifest["sources"]] == ["sums.toml"]


def test_chosen_targets_and_directory(specc, project: Path) -> None:
    result = specc("compile", "sums.toml", "-t", "graph,graph", "-t", "graph", "-o", "out/deep")
    assert result.code == 0
    assert {Path(line).parts[:3] for line in result.out.splitlines()[:-1]} == {("out", "deep", "graph")}
    assert not (project / "build").exists()


def test_unknown_target_and_pass_are_usage_errors(specc, project: Path) -> None:
    result = specc("compile", "sums.toml", "-t", "terraform")
    assert result.code == 2
    assert "terraform" in result.err
    assert "asl" in result.err
    result = specc("compile", "sums.toml", "--print-ir-after", "nonsense")
    assert result.code == 2
    assert "infer-edges" in result.err


def test_a_faulty_spec_writes_nothing(specc, project: Path) -> None:
    (project / "sums.toml").write_text((project / "sums.toml").read_text() + '[steps.more]\ncall = "functions:nope"\n')
    result = specc("compile", "sums.toml", "-o", "out")
    assert result.code == 2
    assert result.out == ""
    assert "nope" in result.err
    assert not (project / "out").exists()
    report = specc("compile", "sums.toml", "-o", "out", "--json")
    assert report.code == 2
    assert json.loads(report.out)["diagnostics"]


def test_json(specc, project: Path) -> None:
    result = specc("compile", "sums.toml", "-t", "graph", "-o", "out", "--json")
    report = json.loads(result.out)
    assert report["directory"] == "out"
    assert report["name"] == "sums"
    assert (project / "out" / report["artifacts"][0]["path"]).exists()


def test_only_its_own_stale_files_are_removed(specc, project: Path) -> None:
    arguments = ("compile", "sums.toml", "-t", "graph", "-o", "out")
    specc(*arguments)
    manifest = project / "out" / "manifest.json"
    entry = json.loads(manifest.read_text())
    (project / "out/graph/old.txt").write_text("stale")
    (project / "out/graph/edited.txt").write_text("by the user")
    (project / "out/graph/mine.txt").write_text("mine")
    (project / "keep.txt").write_text("stale")
    digest = sha256(b"stale").hexdigest()
    for path in ("graph/old.txt", "graph/edited.txt", "../keep.txt"):
        entry["artifacts"].append({"path": path, "target": "graph", "sha256": digest, "size": 5})
    manifest.write_text(json.dumps(entry))
    assert specc(*arguments).code == 0
    assert not (project / "out/graph/old.txt").exists()
    assert (project / "out/graph/edited.txt").exists()
    assert (project / "out/graph/mine.txt").exists()
    assert (project / "keep.txt").exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"artifacts": [1]}', "\0"])
def test_a_foreign_manifest_is_replaced(specc, project: Path, content: str) -> None:
    (project / "out").mkdir()
    (project / "out/manifest.json").write_text(content)
    assert specc("compile", "sums.toml", "-t", "graph", "-o", "out").code == 0
    assert json.loads((project / "out/manifest.json").read_text())["name"] == "sums"


def test_what_cannot_be_written(specc, project: Path) -> None:
    (project / "out").write_text("a file")
    result = specc("compile", "sums.toml", "-t", "graph", "-o", "out")
    assert result.code == 2
    assert (project / "out").read_text() == "a file"
    (project / "out2").mkdir()
    (project / "out2/graph").write_text("a file")
    result = specc("compile", "sums.toml", "-t", "graph", "-o", "out2")
    assert result.code == 1
    assert "cannot write" in result.err
    assert "Traceback" not in result.err


def test_print_ir_after(specc, project: Path) -> None:
    result = specc("compile", "sums.toml", "-t", "graph", "--print-ir-after", "infer-edges")
    assert result.code == 0
    assert "// after infer-edges" in result.out
    everything = specc("compile", "sums.toml", "-t", "graph", "--print-ir-after", "all")
    from specc.passes import PASSES

    assert everything.out.count("// after ") == 1 + len(PASSES)


def test_compiling_twice_gives_the_same_bytes(specc, project: Path) -> None:
    specc("compile", "sums.toml", "-o", "one")
    specc("compile", "sums.toml", "-o", "two")
    ones = {path.relative_to("one"): path.read_bytes() for path in Path("one").rglob("*") if path.is_file()}
    twos = {path.relative_to("two"): path.read_bytes() for path in Path("two").rglob("*") if path.is_file()}
    assert ones == twos
    assert len(ones) > 4


def test_resources_that_a_template_lacks_are_told(specc, project: Path) -> None:
    (project / "infra.py").write_text("def extra(resources):\n    pass\n")
    spec = project / "sums.toml"
    line = len(spec.read_text().splitlines()) + 4
    spec.write_text(spec.read_text() + '\n[pulumi]\n\nextra = "infra.py"\n')
    for arguments, severity in (
        (("-t", "cloudformation"), "warning"),
        (("-t", "cloudformation", "--sam"), "warning"),
        (("-t", "cloudformation,pulumi"), "hint"),
        ((), "hint"),
        (("-t", "pulumi"), None),
    ):
        result = specc("compile", "sums.toml", *arguments)
        assert result.code == 0, result.err
        assert (f"{severity}[SPC544]" in result.err) == (severity is not None)
        assert ("SPC544" in result.err) == (severity is not None)
        assert (f"sums.toml:{line}:9" in result.err) == (severity is not None)
