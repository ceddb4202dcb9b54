"""Steps that Batch and ECS run, as they stand in the machine, and the containers that they need."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from specc import targets
from specc.frontend import check, compile_for
from specc.ir.ops import Map
from specc.ir.policies import Compute
from specc_targets.asl.explain.limits import explain_limits
from specc_targets.asl.item_counts import Items
from specc_targets.asl.lexical import levels
from specc_targets.aws.containers import containers
from specc_targets.aws.sizes import SizeError, size_of

_MIB = 1024 * 1024
_HEAD = """
specc = 1
kind = "pipeline"
name = "birds"
[compute.job]
engine = "batch"
[compute.spot]
engine = "batch"
spot = true
queue = "arn:aws:batch:eu-north-1:123456789012:job-queue/mine"
[compute.task]
engine = "ecs"
subnets = ["subnet-1"]
security_groups = ["sg-1"]
[compute.spot_task]
engine = "ecs"
subnets = ["subnet-1"]
cluster = "mine"
spot = true
[env]
LEVEL = "INFO"
[secrets]
TOKEN = "env:TOKEN"
"""


class Compiled:
    def __init__(self, path: Path) -> None:
        compilation = check(path)
        files = compile_for(targets.load("asl"), compilation)
        assert files is not None, compilation.diagnostics
        assert compilation.module is not None
        self.module, self.context = compilation.module, compilation.context
        self.machine = json.loads(files[PurePosixPath("state-machine.asl.json")])
        self.functions = json.loads(files[PurePosixPath("functions.json")])
        self.containers = json.loads(files.get(PurePosixPath("containers.json"), b"[]"))

    def modes(self) -> dict[str, str | None]:
        """How each map runs."""
        module = targets.load("asl").legalize(self.context, self.module)
        return {op.name: op.mode for level in levels(module) for op in level.region.ops if isinstance(op, Map)}

    def tasks(self, action: str) -> dict[str, dict[str, Any]]:
        return {name: state for name, state in _states(self.machine) if action in state.get("Resource", "")}


def _states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        for inner in (*state.get("Branches", ()), *([state["ItemProcessor"]] if "ItemProcessor" in state else ())):
            yield from _states(inner)


@pytest.fixture
def compiled(write: Callable[..., Path]) -> Callable[[str], Compiled]:
    def compile_text(text: str) -> Compiled:
        write("work.py", "def do(x=None):\n    return x\n")
        return Compiled(write("spec.toml", _HEAD + text))

    return compile_text


def test_a_job_is_named_and_given_nothing_but_an_address(compiled: Callable[[str], Compiled]) -> None:
    found = compiled('[steps.a]\ncall = "work:do"\ncompute = "job"\ntimeout = "5m"')
    (job,) = found.tasks("batch:submitJob.sync").values()
    assert job["Arguments"] == {
        "JobName": "specc-birds-a",
        "JobDefinition": "specc-birds-job",
        "JobQueue": "specc-birds-job",
        "Timeout": {"AttemptDurationSeconds": 360},
        "ContainerOverrides": {"Environment": [{"Name": "SPECC_REQUEST", "Value": "{% $job_a %}"}]},
    }
    assert job["TimeoutSeconds"] == 2 * 360 + 24 * 3600, "time to wait for a host is not the step's own"
    assert [name for name, _ in _states(found.machine)][2:6] == ["a-submit", "a-job", "a-answer", "outputs"]


def test_all_three_states_are_retried_and_caught_together(compiled: Callable[[str], Compiled]) -> None:
    found = compiled(
        '[steps.a]\ncall = "work:do"\ncompute = "task"\nretry = { max = 2, on = ["lost"] }\n'
        'on_error = { "ValueError" = { use = 1 } }'
    )
    around = found.machine["States"]["a"]
    assert around["Type"] == "Parallel"
    assert list(around["Branches"][0]["States"]) == ["a-submit", "a-job", "a-answer"]
    assert "lost" in around["Retry"][0]["ErrorEquals"]
    assert around["Catch"][0]["ErrorEquals"] == ["ValueError"]


def test_tasks_say_their_network_and_capacity(compiled: Callable[[str], Compiled]) -> None:
    found = compiled(
        '[steps.a]\ncall = "work:do"\ncompute = "task"\n[steps.b]\ncall = "work:do"\ncompute = "spot_task"\n'
        '[steps.c]\ncall = "work:do"\ncompute = "spot"'
    )
    tasks = found.tasks("ecs:runTask.sync")
    plain, spot = tasks["a-job"]["Arguments"], tasks["b-job"]["Arguments"]
    assert plain["LaunchType"] == "FARGATE"
    assert plain["NetworkConfiguration"] == {
        "AwsvpcConfiguration": {"Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"]}
    }
    assert "LaunchType" not in spot
    assert spot["CapacityProviderStrategy"] == [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]
    assert (plain["Cluster"], spot["Cluster"]) == ("specc-birds", "mine")
    (job,) = found.tasks("batch").values()
    assert job["Arguments"]["JobQueue"].endswith("job-queue/mine")


def test_a_map_of_jobs_is_an_array_that_retries_itself(compiled: Callable[[str], Compiled]) -> None:
    found = compiled(
        '[steps.a]\ncall = "work:do"\neach.x = [1, 2]\nwith.x = "${x}"\ncompute = "job"\ntimeout = "2m"\n'
        'retry = { max = 3, delay = "10s", backoff = 2, on = ["lost", "ValueError"] }'
    )
    jobs = found.tasks("batch:submitJob.sync")
    array, single = jobs["a-jobs"]["Arguments"], jobs["a-job"]["Arguments"]
    assert array["ArrayProperties"] == {"Size": "{% $chunk_a.size %}"}
    assert "ArrayProperties" not in single
    for job in (array, single):
        assert job["RetryStrategy"]["Attempts"] == 4, "a job that is killed cannot retry itself"
        assert job["Timeout"] == {"AttemptDurationSeconds": 4 * 120 + 10 + 20 + 40 + 60}
    submit = found.machine["States"]["a-submit"]["Arguments"]["Payload"]
    assert submit["retry"] == {"max": 3, "milliseconds": 10_000, "backoff": "2.0", "on": ["lost", "ValueError"]}
    assert "items" not in submit["scope"], "each job reads its own"
    assert submit["array"]["stops"] is True, "no failure is tolerated"
    assert "Retry" not in found.machine["States"]["a"]
    seconds = 4 * (4 * 120 + 10 + 20 + 40 + 60)
    assert jobs["a-jobs"]["TimeoutSeconds"] == min(31_536_000, 10_000 * seconds + 86_400)
    assert jobs["a-job"]["TimeoutSeconds"] == seconds + 86_400


@pytest.mark.parametrize(
    "more",
    [
        "",
        "max_parallel = 2",
        "max_parallel = 1\nbatch = 2",
        'tolerate = "10%"',
        'when = "${params.n > 1}"',
        'retry = { max = 2, on = ["ValueError"] }',
        'timeout = "2m"',
        'codec = "pickle"',
    ],
)
def test_a_map_is_an_array_where_jobs_can_do_it_all(compiled: Callable[[str], Compiled], more: str) -> None:
    found = compiled(
        '[params.n]\ntype = "integer"\ndefault = 1\n[steps.a]\ncall = "work:do"\neach.x = [1, 2]\n'
        f'with.x = ["${{x}}", "${{params.n}}"]\ncompute = "job"\n{more}'
    )
    assert found.modes() == {"a": "array"}
    assert found.tasks("submitJob.sync").keys() == {"a-jobs", "a-job"}
    submit = found.machine["States"]["a-submit"]["Arguments"]["Payload"]
    assert ("stops" in submit["array"]) is ("tolerate" not in more)


def test_what_is_an_array_is_told_with_what_fits_into_a_history(compiled: Callable[[str], Compiled]) -> None:
    found = compiled(
        '[params.xs]\ntype = "array"\n[steps.a]\ncall = "work:do"\neach.x = "${params.xs}"\nwith.x = "${x}"\n'
        'compute = "job"\nbatch = 4\n[steps.b]\ncall = "work:do"\neach.x = "${params.xs}"\nwith.x = "${x}"\n'
        'compute = "task"\nmax_parallel = 3\n'
    )
    told = explain_limits("birds", found.module, found.machine, Items(of={"a": 100_000, "b": 100}))
    rows = {row.size.step: (row.mode, row.size.iterations, row.size.jobs) for row in told.maps}
    assert rows == {"a": ("array of jobs", 3, 25_000), "b": ("inline", 100, None)}
    few, many = ({row.size.step: row.most_items or 0 for row in told.maps}[step] for step in ("b", "a"))
    assert many > 10_000 * few > 0
    told = explain_limits("birds", found.module, found.machine, Items(every=100_000))
    assert {row.size.step: row.most_items for row in told.maps}["a"] == 0, "the other one leaves no room"


def test_no_limit_is_longer_than_an_execution_may_take(compiled: Callable[[str], Compiled]) -> None:
    found = compiled(
        '[steps.a]\ncall = "work:do"\neach.x = [1, 2]\nwith.x = "${x}"\ncompute = "job"\n'
        'retry = { max = 1000, delay = "1h", on = ["lost"] }'
    )
    job = found.tasks("submitJob.sync")["a-job"]
    assert job["Arguments"]["Timeout"]["AttemptDurationSeconds"] == 365 * 86_400 + 60
    assert job["TimeoutSeconds"] == 365 * 86_400


def test_a_group_of_one_call_is_an_array_and_a_list_of_unknown_length_is_limited_by_the_machine(
    compiled: Callable[[str], Compiled],
) -> None:
    found = compiled(
        '[params.xs]\ntype = "array"\n[params.few]\ntype = "array"\nmaxItems = 3\n'
        '[steps.group]\neach.x = "${params.xs}"\nyield = "${steps.b}"\n'
        '[steps.group.steps.b]\ncall = "work:do"\nwith.x = "${x}"\ncompute = "job"\n'
        '[steps.many]\ncall = "work:do"\neach.x = "${params.xs}"\ncompute = "job"\nmax_parallel = 3\n'
        '[steps.few]\ncall = "work:do"\neach.x = "${params.few}"\ncompute = "job"\nmax_parallel = 3\n'
    )
    assert found.modes() == {"group": "array", "many": "inline", "few": "array"}


def test_an_array_in_a_map_is_of_that_maps_item(compiled: Callable[[str], Compiled]) -> None:
    found = compiled(
        '[params.rows]\ntype = "array"\n[steps.rows]\neach.row = "${params.rows}"\nyield = "${steps.cells}"\n'
        'max_parallel = 2\n[steps.rows.steps.cells]\ncall = "work:do"\neach.x = "${row}"\nwith.x = ["${x}", "${row}"]\n'
        'compute = "job"\n'
    )
    assert found.modes() == {"rows": "inline", "cells": "array"}
    submit = found.tasks("lambda:invoke")["rows.cells-submit"]["Arguments"]["Payload"]
    assert submit["address"] == '{% $address_rows & "/cells" %}'
    assert submit["scope"]["items"] == ["{% $item_rows %}"]


@pytest.mark.parametrize(
    "more",
    ["max_parallel = 1", 'on_error = { "*" = { use = 0 } }', 'compute = "task"'],
)
def test_other_maps_run_a_container_for_each_item(compiled: Callable[[str], Compiled], more: str) -> None:
    compute = "" if "compute" in more else 'compute = "job"\n'
    found = compiled(f'[steps.a]\ncall = "work:do"\neach.x = [1, 2]\nwith.x = "${{x}}"\n{compute}{more}')
    states = dict(_states(found.machine))
    assert found.modes() == {"a": "inline"}
    assert "a-jobs" not in states
    assert "a-submit" in dict(_states(states["a"]["ItemProcessor"]))


def test_a_function_works_for_containers_under_a_name_of_its_own(compiled: Callable[[str], Compiled]) -> None:
    found = compiled(
        '[defaults]\ncompute = "default"\n[compute.default]\nengine = "batch"\n[steps.a]\ncall = "work:do"'
    )
    assert [item["name"] for item in found.functions] == ["specc-birds-service"]
    assert [item["name"] for item in found.containers] == ["specc-birds-default"]


def test_containers_of_a_module(compiled: Callable[[str], Compiled]) -> None:
    found = compiled(
        '[steps.a]\ncall = "work:do"\ncompute = "spot"\ntimeout = "5m"\n[steps.b]\ncall = "work:do"\ncompute = "spot"\n'
        'timeout = "10m"\n[steps.c]\ncompute = "task"\n'
        'container = { image = "trainer:1", command = ["train", "--all"], env = { B = "2" } }\nenv = { A = "1" }'
    )
    spot, own = containers(found.module)
    assert (spot.name, spot.engine, spot.image, spot.timeout, spot.attempts) == (
        "specc-birds-spot",
        "batch",
        None,
        600,
        5,
    )
    assert (spot.vcpu, spot.memory, spot.platform) == (1, 2048, "FARGATE")
    assert dict(spot.environment) == {"LEVEL": "INFO", "SPECC_SECRET_TOKEN": "env:TOKEN"}
    assert spot.command == ("python", "-m", "specc_runtime.batch_main")
    assert (own.name, own.image, own.command) == ("specc-birds-task--c", "trainer:1", ("train", "--all"))
    assert dict(own.environment) == {"A": "1", "B": "2"}, "no secrets and nothing of the spec's for what is not its own"
    assert own.role != spot.role


def test_only_code_with_a_clock_of_its_own_has_time_to_say_that_it_is_over(compiled: Callable[[str], Compiled]) -> None:
    found = compiled(
        '[steps.a]\ncall = "work:do"\nwith.x = 1\ncompute = "job"\ntimeout = "10m"\n'
        '[steps.c]\ncontainer = { image = "trainer:1" }\ncompute = "job"\ntimeout = "10m"\n'
    )
    limits = {name: task["Arguments"]["Timeout"] for name, task in found.tasks("batch").items()}
    assert limits == {"a-job": {"AttemptDurationSeconds": 660}, "c-container": {"AttemptDurationSeconds": 600}}


def test_what_a_container_computes_is_resolved_first(compiled: Callable[[str], Compiled]) -> None:
    found = compiled(
        '[params.n]\ntype = "integer"\n[steps.c]\ncompute = "job"\n'
        'container = { image = "trainer:1", command = ["train", "${params.n}"] }'
    )
    assert [name for name, _ in _states(found.machine)][2:5] == ["c-resolve", "c-container", "c-ended"]
    overrides = found.tasks("batch")["c-container"]["Arguments"]["ContainerOverrides"]
    assert overrides == {"Command": "{% [$container_c.command] %}", "Environment": "{% [$container_c.environment] %}"}
    (own,) = containers(found.module)
    assert own.command == ()


@pytest.mark.parametrize(
    ("vcpu", "memory", "gpu", "expected"),
    [
        (None, None, None, (1, 2048)),
        (None, 100, None, (0.25, 512)),
        (0.25, 1_024, None, (0.25, 1_024)),
        (0.25, 1_200, None, (0.25, 2_048)),
        (None, 1_500, None, (0.25, 2_048)),
        (None, 9_000, None, (2, 9_216)),
        (8, 17_000, None, (8, 20_480)),
        (16, 122_880, None, (16, 122_880)),
        (None, None, 1, (1, 2048)),
        (6, 1_000, 2, (6, 1_000)),
    ],
)
def test_sizes(vcpu: float | None, memory: int | None, gpu: int | None, expected: tuple[float, int]) -> None:
    asked = Compute(engine="batch", vcpu=vcpu, memory=None if memory is None else memory * _MIB, gpu=gpu)
    found = size_of(asked)
    assert (found.vcpu, found.memory) == expected


@pytest.mark.parametrize(
    ("vcpu", "memory", "gpu"),
    [(3, None, None), (1, 9_000, None), (8, 1_000, None), (None, 200_000, None), (0.5, None, 1)],
)
def test_sizes_that_are_not_there(vcpu: float | None, memory: int | None, gpu: int | None) -> None:
    asked = Compute(engine="batch", vcpu=vcpu, memory=None if memory is None else memory * _MIB, gpu=gpu)
    with pytest.raises(SizeError) as caught:
        size_of(asked)
    assert caught.value.help


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ("", True),
        ('queue = "arn:aws:batch:eu-north-1:123456789012:job-queue/graviton"\n', False),
        ('image = "123456789012.dkr.ecr.eu-north-1.amazonaws.com/mine:1"\n', False),
        ('[package]\narch = "x86_64"\n', False),
    ],
)
def test_no_host_with_a_gpu_runs_an_image_for_arm(write: Callable[..., Path], more: str, refused: bool) -> None:
    write("work.py", "def do(x=None):\n    return x\n")
    head = 'specc = 1\nkind = "pipeline"\nname = "birds"\n[steps.a]\ncall = "work:do"\ncompute = "big"\n'
    path = write("spec.toml", f'{head}[compute.big]\nengine = "batch"\ngpu = 1\n{more}')
    compilation = check(path)
    compile_for(targets.load("asl"), compilation)
    assert ("SPC452" in [item.code for item in compilation.diagnostics]) is refused
