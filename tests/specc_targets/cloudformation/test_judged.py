"""cfn-lint has nothing to say of a template, and SAM makes of its form what the plain form is."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath

import pytest

from conformance.harness.case import load_corpus
from judges.templates import judge_template, said, translate
from specc.frontend import check, compile_for
from specc_targets.cloudformation import sam_target, target

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
EXAMPLES = sorted(path for path in (ROOT / "specs").glob("*/*") if path.suffix in (".toml", ".yaml"))
GOLDEN = ROOT / "tests" / "golden" / "cloudformation"
EVERYTHING = GOLDEN / "everything" / "spec.toml"
ALL = os.environ.get("SPECC_LINT") == "all"
"""Whether every template of the corpus is judged: otherwise so many that all is judged that any of them says."""


def compiled(spec: Path, *, sam: bool = False, stack: str | None = None) -> str:
    compilation = check(spec, stack=stack)
    files = compile_for(sam_target() if sam else target(), compilation)
    assert files is not None, compilation.diagnostics
    return files[PurePosixPath("template.json")].decode()


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda path: path.stem)
def test_examples(spec: Path) -> None:
    assert judge_template(compiled(spec)) == []


@pytest.mark.parametrize(
    ("case", "stack", "sam"), [("everything", None, False), ("everything", None, True), ("shared", "prod", False)]
)
def test_golden(case: str, stack: str | None, sam: bool) -> None:
    assert judge_template(compiled(GOLDEN / case / "spec.toml", sam=sam, stack=stack)) == []


def test_the_judge_bites() -> None:
    broken = json.loads(compiled(GOLDEN / "plain" / "spec.toml"))
    broken["Resources"]["DefaultFunction"]["Properties"]["MemorySize"] = 64
    del broken["Resources"]["StateMachine"]["Properties"]["RoleArn"]
    broken["Outputs"]["Bucket"]["Value"] = {"Ref": "Nothing"}
    assert {fault.split()[0] for fault in judge_template(json.dumps(broken))} >= {"E3034", "E3003", "E6101"}


def test_corpus() -> None:
    templates = {case.name: compiled(case.spec) for case in load_corpus()}
    told = {name: said(json.loads(text)) for name, text in templates.items()}
    judged = said(json.loads(compiled(EVERYTHING)))
    faults = {}
    for name in sorted(templates, key=lambda name: (-len(told[name]), name)):
        if ALL or told[name] - judged:
            faults[name] = judge_template(templates[name])
        judged |= told[name]
    assert {name: found for name, found in faults.items() if found} == {}
    loose = ("${", "{{resolve:")
    machines = {name: machine_text(text) for name, text in templates.items()}
    assert [name for name, text in machines.items() if any(mark in text for mark in loose)] == []


def machine_text(template: str) -> str:
    """The definition in a template; the corpus is judged as state machines elsewhere."""
    return str(json.loads(template)["Resources"]["StateMachine"]["Properties"]["DefinitionString"])


def test_sam_makes_the_plain_form() -> None:
    made = translate(json.loads(compiled(EVERYTHING, sam=True)))
    plain = json.loads(compiled(EVERYTHING))
    (layer,) = (key for key, item in made["Resources"].items() if item["Type"] == "AWS::Lambda::LayerVersion")
    made = json.loads(json.dumps(made).replace(layer, "DependenciesLayer"))  # SAM puts a hash after its name
    for item in made["Resources"].values():
        tags = item["Properties"].get("Tags")
        if isinstance(tags, list):
            item["Properties"]["Tags"] = [tag for tag in tags if not tag["Key"].endswith(":createdBy")]
    for found in (made, plain):
        machine = found["Resources"]["StateMachine"]["Properties"]
        text = machine["DefinitionString"]
        machine["DefinitionString"] = json.loads(text if isinstance(text, str) else "\n".join(text["Fn::Join"][1]))
    made["Resources"]["DependenciesLayer"].pop("DeletionPolicy")  # the one that is the default
    assert made["Resources"] == plain["Resources"]
    assert made["Outputs"] == plain["Outputs"]
