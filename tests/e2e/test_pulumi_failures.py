"""A program of every kind of resource: made, found as it is, broken at each resource in turn, taken away."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from e2e.deployments import left
from pulumi_engine.engine import EngineError, PartError
from pulumi_engine.projects import Deployed, write_unbuilt
from pulumi_engine.provider.errors import NotKeptError, ProviderError
from pulumi_engine.provider.gaps import GAPS
from pulumi_engine.provider.provider import DEFAULTS, KINDS
from pulumi_engine.provider.shapes import Field
from pulumi_engine.replay import Replay
from pulumi_engine.state import State
from pulumi_engine.wrong import GROUP, THERE, WRONG
from specc_targets.emulator.client import Emulator
from specc_targets.pulumi.program import Packaged

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parents[1] / "pulumi_engine" / "everything"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/work:1"


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(tmp_path_factory.mktemp("emulator")) as running:
        yield running


@pytest.fixture(scope="module")
def program(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    """The program, run once."""
    folder = tmp_path_factory.mktemp("everything")
    shutil.copytree(FOLDER, folder / "spec")
    spec = folder / "spec" / "everything.toml"
    ec2 = emulator.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [subnet["VpcId"]]}])["SecurityGroups"]
    text = spec.read_text().replace("http://127.0.0.1:9", emulator.endpoint)
    spec.write_text(text.replace("subnet-0a1b2c3d", subnet["SubnetId"]))
    directory = write_unbuilt(spec, folder / "project", Packaged(code="s3", dependencies="inline"))
    given = {
        "everything:image": IMAGE,
        "everything:subnetIds": json.dumps([subnet["SubnetId"]]),
        "everything:securityGroupIds": json.dumps([groups[0]["GroupId"]]),
    }
    found = Replay.of(Deployed(directory, "everything", "dev", extra=given))
    yield found
    before = State(list(found.deployed.state.resources))
    unprotected(found).up()
    found.deployed.destroy()
    assert there(found, before) == []
    assert left(emulator.endpoint) == {}


def unprotected(program: Replay) -> Replay:
    """The program without protection."""
    free = [replace(item, protect=False, retain_on_delete=False) for item in program.wanted]
    return replace(program, wanted=free)


@pytest.fixture
def standing(program: Replay) -> Replay:
    """The program, applied: by this, or by a test before."""
    found = unprotected(program)
    assert found.up().errors == []
    return found


def there(program: Replay, state: State) -> list[str]:
    """What of a state is still there."""
    provider = program.deployed.provider
    made = [item for item in state.resources if item.type in KINDS]
    return [item.name for item in made if KINDS[item.type].read(provider.cloud, item.id, item.outputs) is not None]


def test_every_kind_is_made_and_kept(standing: Replay) -> None:
    print("everything:", dict(Counter(item.type.rpartition(":")[2] for item in standing.resources)))
    assert {item.type for item in standing.resources} == KINDS.keys()
    assert standing.deployed.provider.gaps_met == GAPS.keys()
    assert standing.up().changes == []
    assert standing.deployed.refresh().changes == []


def test_what_is_protected_stays(program: Replay, standing: Replay) -> None:
    names = program.deployed.state.names()
    assert program.up().changes == [], "protection is nothing that AWS knows"
    with pytest.raises(EngineError, match="protected"):
        program.deployed.destroy()
    with_data = [item.name for item in program.resources if item.protect]
    assert "bucket" in with_data
    less = program.without("bucket-policy").up()
    assert less.changes == [("delete", "bucket-policy")]
    assert "protected" in program.without(*with_data).up().errors[0]
    assert program.deployed.state.names() == sorted({*names} - {"bucket-policy"})


def test_what_is_retained_is_forgotten_and_stays(standing: Replay, emulator: Emulator) -> None:
    kept = [replace(item, retain_on_delete=item.name == "failed-alarm") for item in standing.wanted]
    assert replace(standing, wanted=kept).up().changes == []
    assert standing.without("failed-alarm").up().changes == [("delete", "failed-alarm")]
    name = "specc-everything-dev-failed"
    assert emulator.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert standing.up().changes == [("create", "failed-alarm")]


class _CrashError(BaseException):
    """The end of the process."""


def test_a_failure_at_each_resource_leaves_what_the_next_apply_goes_on_from(standing: Replay) -> None:
    program = standing
    program.deployed.destroy()
    provider = program.deployed.provider
    made: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    create = provider.create

    def failing(type: str, name: str, inputs: dict[str, object]) -> tuple[str, dict[str, object]]:
        tried[name] += 1
        if tried[name] == 1:
            raise _CrashError
        if tried[name] == 2:
            raise ProviderError(f"creating {name}: operation error, StatusCode: 500, InternalError: injected")
        made[name] += 1
        found, outputs = create(type, name, inputs)
        raise PartError(f"{name} is made, and was then lost: injected", found, outputs)

    saved = State()

    def save(now: State) -> None:
        nonlocal saved
        saved = State(list(now.resources), list(now.pending))

    names = [item.name for item in program.resources]
    provider.create = failing  # type: ignore[method-assign]  # fails on purpose
    try:
        for name in names:
            for attempt in (1, 2, 3):
                state = State.from_json(saved.to_json())
                try:
                    done = program.up(state, save=save)
                except _CrashError:
                    assert attempt == 1
                    assert [(item.name, what) for item, what in saved.pending] == [(name, "creating")]
                else:
                    assert (attempt > 1, len(done.errors)) == (True, 1)
                    assert "injected" in done.errors[0]
                assert tried[name] == attempt
    finally:
        del provider.create  # type: ignore[method-assign]  # fails on purpose
    program.deployed.state = State.from_json(saved.to_json())
    last = program.up()
    assert last.errors == []
    assert last.changes == [("update", names[-1])], "what was made and lost is brought to what it should be"
    assert made == Counter(names), "nothing is made twice"
    assert program.up().changes == []
    assert sorted(last.state.names()) == sorted(names)


def test_every_property_that_is_said_counts(standing: Replay) -> None:
    """Taking any property of any resource away is refused, or shows as a change of exactly that."""
    program = standing
    state, provider = program.deployed.state, program.deployed.provider
    refused, noticed, said = 0, 0, 0
    for item in program.resources:
        old = state.find(item.urn)
        assert old is not None
        for name in old.inputs.keys() - {DEFAULTS, *old.inputs[DEFAULTS]}:
            said += 1
            less = {key: value for key, value in old.inputs.items() if key not in (name, DEFAULTS)}
            try:
                found = provider.check(item.type, item.name, old.inputs, less)
            except ProviderError as error:
                refused += "missing required property" in str(error)
                continue
            changed = provider.diff(item.type, old.inputs, found).changed
            assert name in changed <= {name, provider.kind(item.type).autoname}, item.name
            noticed += 1
    print("properties:", refused, "required,", noticed, "optional")
    assert refused + noticed == said
    assert min(refused, noticed) > 50


def test_what_cannot_change_is_made_anew(standing: Replay) -> None:
    program = standing
    # a bucket with a made-up name: the new one first, then what knows it, then the old one goes
    moved = program.changed("bucket", bucketPrefix="elsewhere-").up()
    assert moved.errors == []
    ops = {name: op for op, name in moved.changes if op != "delete-replaced"}
    assert (ops["bucket"], ops["default-function"]) == ("create-replacement", "update")
    assert moved.changes.index(("create-replacement", "bucket")) < moved.changes.index(("delete-replaced", "bucket"))
    # a role with a name of its own: what is inside of it and the old one go first
    path = program.changed("bucket", bucketPrefix="elsewhere-").changed("machine-role", path="/other/").up()
    assert path.errors == []
    inner = [step for step in path.changes if step[1] in ("machine-role", "machine-policy")]
    assert inner == [
        ("delete-replaced", "machine-policy"),
        ("delete-replaced", "machine-role"),
        ("create-replacement", "machine-role"),
        ("create-replacement", "machine-policy"),
    ]
    assert ("update", "state-machine") in path.changes


def made(program: Replay, type: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    provider = program.deployed.provider
    return provider.create(type, "it", provider.check(type, "it", None, inputs))


def test_what_is_wrong_is_refused(program: Replay) -> None:
    taken = [(kind, *made(program, kind, inputs)) for kind, inputs in THERE]
    for kind, inputs, said in WRONG:
        with pytest.raises(ProviderError) as caught:
            made(program, kind, inputs)
        assert said in str(caught.value)
    for kind, made_as, outputs in reversed(taken):
        program.deployed.provider.delete(kind, "it", made_as, outputs)


def test_what_does_not_read_back_is_told(program: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = program.deployed.provider
    kind = provider.kind(GROUP)
    read = kind.read

    def forgetful(*arguments: Any) -> Any:
        found = read(*arguments)
        return None if found is None else {**found, "retentionInDays": 0}

    monkeypatch.setattr(kind, "read", forgetful)
    with pytest.raises(NotKeptError, match="retentionInDays"):
        made(program, GROUP, {"name": "forgetful", "retentionInDays": 3})
    provider.delete(GROUP, "it", "forgetful", {})


def test_an_input_that_a_kind_forgets_is_told(program: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = program.deployed.provider
    kind = provider.kind(GROUP)
    monkeypatch.setattr(type(kind), "shape", {**kind.shape, "kmsKeyId": Field()})
    with pytest.raises(ProviderError, match="`kmsKeyId`: nothing was done with it"):
        made(program, GROUP, {"name": "forgotten", "kmsKeyId": "a"})


def test_a_failure_at_each_deletion_leaves_what_the_next_destroy_goes_on_from(
    standing: Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = standing
    before_all = State(list(program.deployed.state.resources))
    failed: set[str] = set()
    deleted: list[str] = []

    def before(operation: str, type: str, name: str) -> None:
        assert operation == "delete"
        if name not in failed:
            failed.add(name)
            raise ProviderError("injected")
        deleted.append(name)

    monkeypatch.setattr(program.deployed.provider, "before", before)
    names = program.deployed.state.names()
    for _ in names:
        with pytest.raises(EngineError, match="injected"):
            program.deployed.destroy()
    program.deployed.destroy()
    assert sorted(deleted) == sorted(names)
    assert there(program, before_all) == []
