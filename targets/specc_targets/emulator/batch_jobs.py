"""What AWS Batch says of jobs when they are submitted, and of attempts that failed: moto has neither."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from moto.batch.exceptions import ClientException
from moto.batch.responses import BatchResponse

from specc_targets.emulator.replacing import replace

if TYPE_CHECKING:
    from moto.batch.models import Job

_SIZES = (2, 10_000)
"""Jobs of an array (AWS Batch user guide, "Array jobs")."""
_ATTEMPTS = (1, 10)
"""Attempts of a job (AWS Batch API reference, RetryStrategy)."""
_MOST_CONDITIONS = 5
_CONDITIONS = {"onStatusReason": "status_reason", "onReason": "reason", "onExitCode": "exit_code"}
_submitted = threading.local()
"""The retry strategy of the request that this thread answers, which moto does not hand on."""


def install() -> None:
    """Refuse what Batch refuses, and remember how often jobs are tried."""
    submit = BatchResponse.submitjob

    def submit_job(self: BatchResponse) -> str:
        array, strategy = self._get_param("arrayProperties") or {}, self._get_param("retryStrategy")
        if "size" in array:
            _check("array size", array["size"], _SIZES)
        _check_strategy(strategy)
        _submitted.strategy = strategy
        try:
            return submit(self)
        finally:
            _submitted.strategy = None

    replace(BatchResponse, "submitjob", submit_job)


def strategy_of(job: Job) -> Mapping[str, Any]:
    """How often a job that is just submitted is tried: as its request says, else as its definition does."""
    asked = getattr(_submitted, "strategy", None)
    found: Mapping[str, Any] = asked or as_in_api(job.job_definition.retry_strategy or {})
    return found


def again(strategy: Mapping[str, Any], attempt: int, **ended: str) -> bool:
    """Whether an attempt, counted from 1, is followed by another; `ended` are its `exit_code` and reasons.

    The first condition that fits decides; what fits none is tried again (API reference, EvaluateOnExit).
    """
    if attempt >= int(strategy.get("attempts") or 1):
        return False
    for condition in strategy.get("evaluateOnExit") or ():
        given = {name: condition[name] for name in _CONDITIONS if name in condition}
        if all(fnmatchcase(ended.get(_CONDITIONS[name], ""), pattern) for name, pattern in given.items()):
            return str(condition["action"]).lower() == "retry"
    return True


def as_in_api(value: Any) -> Any:
    """A definition with keys as the API has them: templates write them with a capital letter."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: as_in_api(item) for key, item in value.items()}
    return [as_in_api(item) for item in value] if isinstance(value, list) else value


def _check(what: str, value: Any, limits: tuple[int, int]) -> None:
    least, most = limits
    if not isinstance(value, int) or not least <= value <= most:
        raise ClientException(f"Invalid {what}: {value}; it must be between {least} and {most}")


def _check_strategy(strategy: Mapping[str, Any] | None) -> None:
    if not strategy:
        return
    conditions = strategy.get("evaluateOnExit") or ()
    if "attempts" in strategy or conditions:
        _check("number of attempts", strategy.get("attempts"), _ATTEMPTS)
    if len(conditions) > _MOST_CONDITIONS:
        raise ClientException(f"evaluateOnExit has {len(conditions)} conditions; it takes {_MOST_CONDITIONS}")
    for condition in conditions:
        if str(condition.get("action")).lower() not in {"retry", "exit"} or not _CONDITIONS.keys() & condition.keys():
            raise ClientException(
                "a condition of evaluateOnExit needs an action, RETRY or EXIT, and something to match"
            )
