"""One deployed machine: its executions, started, found, read and stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from specc_runtime.expressions import JsonValue
from specc_targets.deployed.errors import Refused, client_error, code_of, told
from specc_targets.deployed.session import Account
from specc_targets.deployed.steps import Steps
from specc_targets.local.runs.errors import RunNotFound
from specc_targets.local.runs.names import new_run_id, resolve

Status = Literal["running", "succeeded", "failed", "interrupted"]
_STATUSES: Mapping[str, Status] = {
    "RUNNING": "running",
    "PENDING_REDRIVE": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "failed",
    "ABORTED": "interrupted",
}
_KNOWN = 1000
"""Runs among which a shortened id is looked for, the newest."""
_PAGE = 1000
_JOBS = 100
"""Jobs that Batch describes at once (AWS Batch API reference, DescribeJobs)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One run."""

    arn: str
    id: str
    status: Status
    started: float
    """Seconds since the epoch."""
    ended: float | None = None
    input: Mapping[str, Any] = field(default_factory=dict)
    output: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None
    cause: str | None = None


@dataclass(eq=False)
class Machine:
    """The state machine of a stack. Raises `TargetError` for whatever AWS does not give."""

    account: Account
    name: str
    """Of the state machine."""
    spec: str = ""
    """How the user calls it."""
    _definitions: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def arn(self) -> str:
        """Its ARN, in the account and partition of the caller."""
        who = self.account.identity
        return f"arn:{who.partition}:states:{self.account.region}:{who.account}:stateMachine:{self.name}"

    def start(self, parameters: Mapping[str, JsonValue], run_id: str | None = None) -> Execution:
        """Start a run, and give it as it is then."""
        run_id = run_id or new_run_id()
        with self._told():
            arn = self._client.start_execution(
                stateMachineArn=self.arn, name=run_id, input=json.dumps(parameters, ensure_ascii=False)
            )["executionArn"]
        return self._described(arn)

    def stop(self, run: Execution) -> Execution:
        """Stop a run; what its functions do at the time, they bring to an end."""
        with self._told():
            self._client.stop_execution(executionArn=run.arn, error="Interrupted", cause="stopped by `specc stop`")
        return self._described(run.arn)

    def execution(self, name: str | None) -> Execution:
        """The run with this id, which may be shortened; the latest without one. Raises `LookupError`."""
        if name is not None:
            with self._told():
                exact = self._find(name)
            if exact is not None:
                return exact
        known = {}
        for found in self.executions(_KNOWN if name is not None else 1):
            known[found.id] = found.arn
        if not known:
            raise LookupError(f"no run of `{self.name}` is known; `specc run --stack` starts one")
        try:
            return self._described(known[resolve(name, list(known)) if name is not None else next(iter(known))])
        except RunNotFound as error:
            raise LookupError(str(error)) from None

    def executions(self, limit: int | None) -> Iterator[Execution]:
        """Runs, newest first, without what went in and came out."""
        with self._told():
            pages = self._client.get_paginator("list_executions").paginate(
                stateMachineArn=self.arn, PaginationConfig={"MaxItems": limit, "PageSize": min(limit or _PAGE, _PAGE)}
            )
            for page in pages:
                for item in page["executions"]:
                    yield _execution(item)

    def again(self, run: Execution) -> Execution:
        """The same run as it is now."""
        return self._described(run.arn)

    def history(self, run: Execution) -> Iterator[Mapping[str, Any]]:
        """Every event of a run so far, in order."""
        with self._told():
            pages = self._client.get_paginator("get_execution_history").paginate(
                executionArn=run.arn, includeExecutionData=True, PaginationConfig={"PageSize": _PAGE}
            )
            for page in pages:
                yield from page["events"]

    def steps(self, run: Execution) -> Steps:
        """The steps of the machine, as it was when the run began."""
        with self._told():
            found = self._client.describe_state_machine_for_execution(executionArn=run.arn)
        text = found["definition"]
        if text not in self._definitions:
            self._definitions[text] = json.loads(text)
        return Steps.of(self._definitions[text])

    def jobs(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Jobs of Batch that runs have submitted, as it describes them; those that it still knows."""
        found: list[dict[str, Any]] = []
        for begin in range(0, len(ids), _JOBS):
            with self._told():
                asked = list(ids[begin : begin + _JOBS])
                found += self.account.client("batch").describe_jobs(jobs=asked)["jobs"]
        return found

    @property
    def _client(self) -> Any:
        return self.account.client("stepfunctions")

    def _find(self, name: str) -> Execution | None:
        arn = f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            return _execution(self._client.describe_execution(executionArn=arn))
        except client_error() as error:
            if code_of(error) in {"ExecutionDoesNotExist", "InvalidArn", "ValidationException"}:
                return None
            raise

    def _described(self, arn: str) -> Execution:
        with self._told():
            return _execution(self._client.describe_execution(executionArn=arn))

    def _told(self) -> Any:
        return told(self.account.endpoint, self._missing)

    @property
    def _missing(self) -> Mapping[str, Callable[[], Exception]]:
        return {"StateMachineDoesNotExist": self._not_deployed}

    def _not_deployed(self) -> Exception:
        return Refused(f"`{self.name}` is not deployed at {self.account.place}; `specc up` or `specc deploy` does that")


def _execution(item: Mapping[str, Any]) -> Execution:
    ended = item.get("stopDate")
    return Execution(
        arn=item["executionArn"],
        id=item["name"],
        status=_STATUSES.get(item["status"], "failed"),
        started=item["startDate"].timestamp(),
        ended=ended.timestamp() if ended is not None else None,
        input=_table(item.get("input")),
        output=_table(item.get("output")),
        error=item.get("error") or ("States.Timeout" if item["status"] == "TIMED_OUT" else None),
        cause=item.get("cause"),
    )


def _table(text: str | None) -> dict[str, Any]:
    found = json.loads(text) if text else {}
    return found if isinstance(found, dict) else {}
