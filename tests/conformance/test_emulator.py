"""The interpreter runs hand-written machines as AWS documents it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from specc_targets.emulator.client import Emulator
from specc_targets.emulator.deploy import create_function, zip_files
from specc_targets.emulator.execution import Ended, execute

pytestmark = pytest.mark.slow

_CODE = b"""
import os, time
from pathlib import Path

class Special(ValueError):
    pass

def handler(event, context):
    what = event["do"]
    if what == "fail":
        raise Special(event.get("message", "no"))
    if what == "third":
        path = Path(event["file"])
        count = int(path.read_text()) + 1 if path.exists() else 1
        path.write_text(str(count))
        if count < 3:
            raise ConnectionError(f"attempt {count}")
        return count
    if what == "sleep":
        time.sleep(event["seconds"])
    if what == "exit":
        os._exit(3)
    if what == "files":
        import beside
        return [beside.NAME, *sorted(path.name for path in Path(os.environ["LAMBDA_TASK_ROOT"]).rglob("*"))]
    if what == "environment":
        return [os.environ["FLAVOUR"], context.function_name, __name__, "pytest" in __import__("sys").modules]
    return event.get("value")
"""


@pytest.fixture(scope="module", autouse=True)
def function(emulator: Emulator) -> None:
    for name, timeout in (("adapter", 30), ("adapter-short", 1)):
        create_function(
            emulator,
            name,
            zip_files({"code_under_test.py": _CODE, "beside.py": b"NAME = 'beside'"}),
            handler="code_under_test.handler",
            environment={"FLAVOUR": "plain"},
            timeout=timeout,
        )


def _task(payload: Any, **more: Any) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": more.pop("function", "adapter"), "Payload": payload},
        "Output": "{% $states.result.Payload %}",
        **more,
    }


def _machine(**states: Any) -> dict[str, Any]:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states}


def _run(server: Emulator, request: pytest.FixtureRequest, machine: Any, value: Any = None) -> Ended:
    return execute(server, request.node.name.replace("[", "-").replace("]", "")[:70], machine, value or {})


def test_functions_run_for_real(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    machine = _machine(A=_task({"do": "environment"}, End=True))
    assert _run(emulator, request, machine).output == ["plain", "adapter", "code_under_test", False]


def test_what_is_compiled_is_kept_elsewhere_than_beside_the_code(
    emulator: Emulator, request: pytest.FixtureRequest
) -> None:
    machine = _machine(A=_task({"do": "files"}, End=True))
    assert _run(emulator, request, machine).output == ["beside", "beside.py", "code_under_test.py"]


def test_files_of_boto3_are_read_once_for_all_sessions(tmp_path: Path) -> None:
    code = """
from boto3.session import Session
from botocore.loaders import JSONFileLoader
from specc_targets.emulator import models

read = []
load = JSONFileLoader.load_file
JSONFileLoader.load_file = lambda self, path: read.append(path) or load(self, path)
models.install()
first, second = (Session()._session.get_service_model("sqs") for _ in range(2))
assert first is not second
assert first.operation_names == second.operation_names
assert models.service_model("sqs").operation_model("SendMessage").input_shape.members
assert len([path for path in read if path.endswith("service-2")]) == 1, read
from botocore.loaders import create_loader
create_loader().load_service_model("sqs", "service-2")["shapes"].clear()  # moto, too, writes into what it loads
assert create_loader().load_service_model("sqs", "service-2")["shapes"]
"""
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True, timeout=60)


def test_a_failure_has_its_class_name_and_message(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    ended = _run(emulator, request, _machine(A=_task({"do": "fail", "message": "näin 🐦"}, End=True)))
    assert (ended.status, ended.error) == ("FAILED", "Special")
    assert json.loads(ended.cause or "")["errorMessage"] == "näin 🐦"


def test_retry_counts_retries_and_waits_in_scaled_time(
    emulator: Emulator, request: pytest.FixtureRequest, tmp_path: Any
) -> None:
    retry = [{"ErrorEquals": ["ConnectionError"], "IntervalSeconds": 20, "MaxAttempts": 2}]
    payload = {"do": "third", "file": str(tmp_path / "count")}
    start = time.monotonic()
    assert _run(emulator, request, _machine(A=_task(payload, Retry=retry, End=True))).output == 3
    assert time.monotonic() - start < 15


def test_catch_assigns_and_goes_on(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    catch = [{"ErrorEquals": ["Special"], "Next": "B", "Assign": {"name": "{% $states.errorOutput.Error %}"}}]
    machine = _machine(
        A=_task({"do": "fail"}, Catch=catch, End=True), B={"Type": "Pass", "Output": "{% $name %}", "End": True}
    )
    assert _run(emulator, request, {**machine, "States": {**machine["States"], "B": _wrapped("$name")}}).output == {
        "it": "Special"
    }


def _wrapped(expression: str) -> dict[str, Any]:
    return {"Type": "Pass", "Output": {"it": f"{{% {expression} %}}"}, "End": True}


def test_time_out_of_a_task(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    ended = _run(emulator, request, _machine(A=_task({"do": "sleep", "seconds": 3}, TimeoutSeconds=1, End=True)))
    assert ended.error == "States.Timeout"


@pytest.mark.parametrize(
    ("payload", "error"), [({"do": "sleep", "seconds": 9}, "Sandbox.Timedout"), ({"do": "exit"}, "Runtime.ExitError")]
)
def test_a_sandbox_can_die(emulator: Emulator, request: pytest.FixtureRequest, payload: Any, error: str) -> None:
    ended = _run(emulator, request, _machine(A=_task(payload, function="adapter-short", End=True)))
    assert ended.error == error


def test_literals_keep_every_character(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    value = {"quote \"'": "back\\slash\n", "bird": "🐦", "nul": None, "e": [], "o": {}, "$value": [None]}
    machine = _machine(A={"Type": "Pass", "Assign": {"v": value}, "Next": "B"}, B=_wrapped("$v"))
    assert _run(emulator, request, machine).output == {"it": value}


def test_numbers_are_those_of_jsonata(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    ended = _run(emulator, request, _machine(A=_wrapped("$states.input")), {"big": 2**53 + 1, "float": 2.0})
    assert json.dumps(ended.output) == '{"it": {"big": 9007199254740992, "float": 2}}'


def test_undefined_is_an_error(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    assert _run(emulator, request, _machine(A=_wrapped("$states.input.no"))).error == "States.QueryEvaluationError"


def test_an_inner_scope_cannot_assign_an_outer_name(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    branch = {"StartAt": "B", "States": {"B": {"Type": "Pass", "Assign": {"x": 2}, "End": True}}}
    machine = _machine(
        A={"Type": "Pass", "Assign": {"x": 1}, "Next": "P"}, P={"Type": "Parallel", "Branches": [branch], "End": True}
    )
    assert _run(emulator, request, machine).status == "FAILED"


def _map(mode: str, processor: dict[str, Any], **more: Any) -> dict[str, Any]:
    config = {"Mode": "INLINE"} if mode == "INLINE" else {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    states = {"StartAt": next(iter(processor)), "States": processor}
    return {"Type": "Map", "ItemProcessor": {"ProcessorConfig": config, **states}, **more}


@pytest.mark.parametrize("mode", ["INLINE", "DISTRIBUTED"])
@pytest.mark.parametrize("items", [[], [0], list(range(50))], ids=len)
def test_map_keeps_the_order_of_items(
    emulator: Emulator, request: pytest.FixtureRequest, mode: str, items: list[int]
) -> None:
    selector = {"do": "echo", "value": "{% $states.context.Map.Item.Value + 1 %}"}
    body = _task("{% $states.input %}", End=True)
    machine = _machine(
        M=_map(mode, {"A": body}, Items="{% $states.input.items %}", ItemSelector=selector, MaxConcurrency=7, End=True)
    )
    assert _run(emulator, request, machine, {"items": items}).output == [item + 1 for item in items]


def test_distributed_map_reads_its_items_from_a_bucket(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    emulator.s3.create_bucket(Bucket="adapter-items")
    emulator.s3.put_object(Bucket="adapter-items", Key="a/b.json", Body=json.dumps([{"x": 1}, {"x": 2}]).encode())
    reader = {
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSON"},
        "Arguments": {"Bucket": "{% $states.input.bucket %}", "Key": "a/b.json"},
    }
    selector = {"i": "{% $states.context.Map.Item.Index %}", "x": "{% $states.context.Map.Item.Value.x %}"}
    body = {"Type": "Pass", "Output": {"r": "{% $states.input.i * 10 + $states.input.x %}"}, "End": True}
    machine = _machine(M=_map("DISTRIBUTED", {"A": body}, ItemReader=reader, ItemSelector=selector, End=True))
    assert _run(emulator, request, machine, {"bucket": "adapter-items"}).output == [{"r": 1}, {"r": 12}]


def test_distributed_children_see_no_outer_variable(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    states = {
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "M"},
        "M": _map("DISTRIBUTED", {"B": _wrapped("$x")}, Items=[1], End=True),
    }
    assert _run(emulator, request, _machine(**states)).error == "States.ExceedToleratedFailureThreshold"


@pytest.mark.parametrize(("tolerated", "status"), [(0, "FAILED"), (1, "SUCCEEDED")])
def test_distributed_map_tolerates_so_many(
    emulator: Emulator, request: pytest.FixtureRequest, tolerated: int, status: str
) -> None:
    body = _task({"do": "{% $states.input = 2 ? 'fail' : 'echo' %}"}, End=True)
    machine = _machine(M=_map("DISTRIBUTED", {"A": body}, Items=[1, 2, 3], ToleratedFailureCount=tolerated, End=True))
    assert _run(emulator, request, machine).status == status


def test_a_task_in_a_loop_gets_its_retries_anew(
    emulator: Emulator, request: pytest.FixtureRequest, tmp_path: Any
) -> None:
    retry = [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}]
    payload = {"do": "third", "file": f"{{% '{tmp_path}/' & $string($i) %}}"}
    states = {
        "S": {"Type": "Pass", "Assign": {"i": 0}, "Next": "A"},
        "A": _task(payload, Retry=retry, Assign={"i": "{% $i + 1 %}"}, Next="C"),
        "C": {"Type": "Choice", "Choices": [{"Condition": "{% $i < 3 %}", "Next": "A"}], "Default": "E"},
        "E": _wrapped("$i"),
    }
    assert _run(emulator, request, _machine(**states)).output == {"it": 3}


def test_a_definition_that_fails_to_parse_leaves_nothing_behind(
    emulator: Emulator, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(Exception, match="No Type declaration"):
        execute(emulator, "broken", {"QueryLanguage": "JSONPath", "StartAt": "A", "States": {"A": {"Output": 1}}}, {})
    assert _run(emulator, request, _machine(A=_wrapped("1"))).output == {"it": 1}


def test_quotas_hold_and_nothing_catches_a_breach(emulator: Emulator, request: pytest.FixtureRequest) -> None:
    half = {"StartAt": "?", "States": {"?": {"Type": "Pass", "Output": "{% $pad('', 200000, 'x') %}", "End": True}}}
    branches = [json.loads(json.dumps(half).replace("?", name)) for name in "LR"]
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    parallel = {"Type": "Parallel", "Branches": branches, "Catch": catch, "Output": {}, "End": True}
    machine = _machine(P=parallel, Caught=_wrapped("1"))
    assert "256 KiB" in (_run(emulator, request, machine).cause or "")
