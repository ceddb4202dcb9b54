"""Work that a container does for a step: the request waits for it in the store, and so does its answer for the step.

Batch and ECS hand over some hundred characters and no answer. So a function keeps the request at an address of its own,
the container (`specc_runtime.batch_main`) is told the address and leaves its answer there, and a function reads it.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from specc_runtime.codecs.json_codec import decode_json, encode_json
from specc_runtime.endings import ending_of
from specc_runtime.envelope import Limits, Tagged, fitted
from specc_runtime.errors import LOST, ArgumentMismatch, CommandError, class_names, error_name
from specc_runtime.expressions import Template
from specc_runtime.named import named
from specc_runtime.records import Failure, Record, read_record, write_record
from specc_runtime.requests import RequestScope
from specc_runtime.store import Store

Request = Mapping[str, Any]
ARRAY_LIMIT = 10_000
"""Most jobs of one array (AWS Batch quotas)."""
_ERROR = re.compile(r"((?:Batch|States)\.\w+): ")
"""How Step Functions calls the failure of an array, before its reason."""
OVERRIDES_LIMIT = 8 * 1024
"""Characters of the overrides of a container (Amazon ECS: task overrides)."""


def submit(request: Request, store: Store) -> dict[str, Any]:
    """Keep a request for a container. Gives its address, and for a map the `chunks` that are an array of jobs each.

    Items of a map have their records below that address: what an earlier attempt at the map has left is none of its.
    """
    job = f"{request['address']}/job-{uuid.uuid4().hex}"
    kept = {name: value for name, value in request.items() if name not in ("action", "array")}
    kept["action"] = "call"
    array = request.get("array")
    if array is not None:
        kept["array"] = array
    store.put(f"{job}/request", encode_json(kept))
    if array is None:
        return {"job": job}
    return {"job": job, "chunks": list(_chunks(int(array["count"])))}


def _chunks(count: int) -> Iterator[dict[str, int]]:
    """Arrays of 2 to 10,000 jobs, and a single job only for a single item."""
    start = 0
    while start < count:
        size = min(ARRAY_LIMIT, count - start)
        if count - start - size == 1:
            size -= 1
        yield {"offset": start, "size": size}
        start += size


def request_of(store: Store, job: str) -> dict[str, Any]:
    """The request that waits at an address. Raises `StoreError`."""
    found: dict[str, Any] = decode_json(store.get(f"{job}/request"))
    return found


def answer(store: Store, job: str, record: Record) -> None:
    """Leave the outcome of a job for its step."""
    write_record(store, f"{job}/outcome", record)


def receive(request: Request, store: Store) -> Tagged:
    """The result that a container left. Raises its failure, or how the container ended that left none."""
    record = read_record(store, f"{request['job']}/outcome")
    if record is not None and not isinstance(record, Failure):
        return fitted(record, store, Limits.of(request))
    failure = request.get("failure") or {}
    stopped = failure.get("Error") or ""
    ending = ending_of(stopped, failure.get("Cause") or "")
    if record is not None and (record.name != LOST or not stopped or ending.names[0] == LOST):
        raise named(record.name, record.message)
    raise named(error_name(ending.names, request.get("errors") or ()), ending.message)


def resolve(request: Request, store: Store) -> dict[str, Any]:
    """The command and environment of a container that are known only now, as Batch and ECS take them."""
    from specc_runtime.actions.container import arguments, variables  # late: few functions need it

    scope = RequestScope(request.get("scope") or {}, store)
    container: Any = Template(request["container"]).evaluate(scope)
    env: Any = Template(request.get("env") or {}).evaluate(scope)
    found = {
        "command": arguments(container),
        "environment": [{"Name": name, "Value": value} for name, value in variables(container, env).items()],
    }
    size = len(encode_json(found))
    if size > OVERRIDES_LIMIT:
        raise ArgumentMismatch(
            f"the command and environment of the container have {size:,} bytes; Batch and ECS take {OVERRIDES_LIMIT:,}"
        )
    return found


def ended(request: Request) -> int | None:
    """The result of a step's own container: its status where the step wants it, else null. Raises its failure."""
    failure = request["failure"]
    if not failure["Error"]:
        return 0 if request.get("result") == "exit" else None
    ending = ending_of(failure["Error"], failure["Cause"])
    names, message = ending.names, ending.message
    if ending.status is not None:
        if request.get("result") == "exit":
            return ending.status
        names, message = class_names(CommandError()), f"the container ended with status {ending.status}"
    raise named(error_name(names, request.get("errors") or ()), message)


def lost_items(records: list[Record | None], told: str, *, tolerant: bool) -> list[Record | None]:
    """The records of an array's items, with a failure for each that left none; `told` is why arrays failed.

    Where no failure is tolerated, items may have left none because another one has failed: then that is the failure,
    and those that were lost before do not count.
    """
    failed = any(isinstance(record, Failure) and record.name != LOST for record in records)
    if failed and not tolerant:
        return [None if isinstance(record, Failure) and record.name == LOST else record for record in records]
    said = _ERROR.match(told)
    (name, *_) = ending_of(said[1], "").names if said else (LOST,)
    why = "its container ended without an answer" + (f": {told}" if told else "")
    return [Failure(name, why) if record is None else record for record in records]


# Between the jobs of an array


def stop_others(request: Request, store: Store, job: str) -> None:
    """An item has failed: those that have not begun need not, unless failures are tolerated."""
    if request["array"].get("stops"):
        store.put(_stopped_key(job), b"")


def is_stopped(request: Request, store: Store, job: str) -> bool:
    """Whether an item has failed, so that another one need not begin."""
    return bool(request["array"].get("stops")) and store.exists(_stopped_key(job))


def _stopped_key(job: str) -> str:
    return f"{job}/stopped"


def count_attempt(store: Store, job: str, index: int, attempt: int) -> None:
    """Remember which attempt at an item has begun, for a job that is killed in it."""
    store.put(_attempt_key(job, index), str(attempt).encode())


def attempts_made(store: Store, job: str, index: int) -> int:
    """The number of the last attempt that began at an item, from 0."""
    key = _attempt_key(job, index)
    return int(store.get(key)) if store.exists(key) else 0


def _attempt_key(job: str, index: int) -> str:
    return f"{job}/attempts/{index}"
