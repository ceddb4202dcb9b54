"""What a preview foresees, beside what is then done: by an engine and a provider that know nothing of the preview."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from e2e.deployments import left
from pulumi_engine.engine import Told
from pulumi_engine.projects import Deployed, write
from specc.frontend import check
from specc_targets.emulator.client import Emulator
from specc_targets.pulumi.preview.driver import driver
from specc_targets.pulumi.preview.result import Preview

pytestmark = pytest.mark.slow
BIRDS = Path(__file__).parents[2] / "specs" / "birds"
CREATED = {"create-replacement": "replace", "create": "create", "update": "update", "delete": "delete"}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running


def foreseen(spec: Path, deployed: Deployed, file: Path) -> Preview:
    file.write_text(json.dumps(deployed.state.to_json()))
    compilation = check(spec, stack="dev")
    found = driver().preview(compilation, against=file, image=None, config={}, say=print)
    assert found is not None, compilation.diagnostics
    assert not found.failed, found.messages
    return found


def actions(preview: Preview) -> dict[str, tuple[str, list[str]]]:
    """Name of what changes -> what is done to it, and the inputs that differ."""
    return {
        change.name: (change.action, sorted({str(item.path[0]) for item in change.differences}))
        for change in preview.plan.changes
        if change.action != "same"
    }


EXTRA = """
import json

import pulumi_aws as aws

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


def extra(resources):
    role = aws.iam.Role("watcher", aws.iam.RoleArgs(name="watcher", path="/x/", assume_role_policy=TRUST))
    rights = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}
    aws.iam.RolePolicy("rights", aws.iam.RolePolicyArgs(name="r", role=role.name, policy=json.dumps(rights)))
    aws.cloudwatch.LogGroup("diary", aws.cloudwatch.LogGroupArgs(name="of-birds", retention_in_days=1))
"""
"""What the user adds: a role whose policy cannot be without it."""

CHANGES: dict[str, tuple[tuple[str, str], ...]] = {
    "nothing": (),
    "code": (("BIRDS = [", "# BIRDS\nBIRDS = ["),),
    "memory and tags": (("\n[outputs]", '\n[compute.default]\nmemory = "1GiB"\n\n[tags]\nteam = "birds"\n\n[outputs]'),),
    "a step more": (
        ("\n[outputs]", '\n[steps.tell]\naws = "sns:publish"\nwith = { TopicArn = "arn:aws:sns:eu-west-1:123456789012:t", Message = "${steps.join}" }\n\n[outputs]'),
    ),
    "a path that cannot be changed": (('path="/x/"', 'path="/y/"'),),
    "a name that cannot be changed": (('name="of-birds"', 'name="of-owls"'),),
    "a trigger": (("\n[outputs]", '\n[[triggers]]\nschedule = { rate = "1h" }\n\n[outputs]'),),
    "another profile": (("\n[outputs]", '\n[defaults]\ncompute = "fast"\n\n[compute.fast]\nmemory = "2GiB"\n\n[outputs]'),),
}  # fmt: skip
"""What is changed in the spec or its code, one after the other."""
LOST = {"a name that cannot be changed": ["diary"], "another profile": ["default-function-logs"]}


def test_what_is_foreseen_is_done(emulator: Emulator, tmp_path: Path) -> None:
    folder = tmp_path / "birds"
    shutil.copytree(BIRDS, folder, ignore=shutil.ignore_patterns("__pycache__", "build", ".specc"))
    spec = folder / "birds.toml"
    files = (spec, folder / "birds.py", folder / "infra.py")
    text = re.sub(r"(?ms)^\[stacks\.dev\].*?(?=^\[)", "", spec.read_text())
    original = f'{text}\n[stacks.dev]\nendpoint = "{emulator.endpoint}"\nregion = "us-east-1"\n\n[pulumi]\nextra = "infra.py"\n'
    (folder / "infra.py").write_text(EXTRA)
    spec.write_text(original)
    deployed = Deployed(write(spec, tmp_path / "project"), "birds", "dev")
    deployed.up()
    for what, pairs in CHANGES.items():
        before = {path: path.read_text() for path in files}
        for old, new in pairs:
            assert any(old in content for content in before.values()), (what, old)
            for path, content in before.items():
                path.write_text(content.replace(old, new, 1))
        preview = foreseen(spec, deployed, tmp_path / "state.json")
        write(spec, tmp_path / "project")
        done: dict[str, tuple[str, list[str]]] = {}
        gone: list[tuple[str, str]] = []

        def note(told: Told, when: str, done: dict[str, Any] = done, gone: list[tuple[str, str]] = gone) -> None:
            name = told.resource.name
            if when == "done" and told.op in ("delete", "delete-replaced"):
                gone.append((told.op, name))
            if (
                when == "done"
                and told.op in CREATED
                and told.resource.custom
                and not told.resource.type.startswith("pulumi:")
            ):
                done[name] = (CREATED[told.op], sorted(told.diff.changed))

        deployed.up(tell=note)
        assert actions(preview) == done, what
        steps = [(step, urn.rpartition("::")[2]) for step, urn in preview.plan.steps]
        assert [item for item in steps if item[0] in ("delete", "delete-replaced")] == gone, what
        assert (done == {}) is (what == "nothing")
        # Logs that would be lost keep it from being done just so.
        assert [item.change.name for item in preview.refusals] == LOST.get(what, [])
    assert actions(foreseen(spec, deployed, tmp_path / "state.json")) == {}
    deployed.destroy()
    assert left(emulator.endpoint) == {}
