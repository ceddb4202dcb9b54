"""The entry point in a container: `python -m specc_runtime.batch_main`, for AWS Batch and Amazon ECS.

`SPECC_REQUEST` is the address of a request in the store `SPECC_STORE`. The answer is left beside it: a result, or how
the step's function failed. In an array of jobs each takes its item by `AWS_BATCH_JOB_ARRAY_INDEX` (`SPECC_OFFSET` is
the index of the first), makes its own retries, and leaves its record where the map looks for it. Where no failure is
tolerated, jobs that have not begun when one has failed end at once. What the code prints is the job's log.

Exit status: 0 when there is an answer, also a failure; 2 when there can be none (no request, no store); 143 when it was
told to stop, as when a spot host is taken away. Whatever else ends the process (a crash, too little memory) leaves no
answer, and the state machine finds out why.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from types import FrameType
from typing import Any

from specc_runtime import jobs
from specc_runtime.entry import failure_of, prepare, store
from specc_runtime.errors import EXIT, LOST, TIMEOUT, SpeccError, class_names, error_name, matches, names_of
from specc_runtime.invoke import handle
from specc_runtime.records import Failure, Record, write_record
from specc_runtime.retrying import pause
from specc_runtime.secrets import Redactor
from specc_runtime.store import StoreError
from specc_runtime.tracebacks import format_error

REQUEST = "SPECC_REQUEST"
"""Environment variable with the address of the request."""
OFFSET = "SPECC_OFFSET"
"""Environment variable with the index of the first item of an array; there only for items of a map."""
ATTEMPT = "SPECC_ATTEMPT"
"""Environment variable with the number of attempts before this one, after one that took too long."""
INDEX = "AWS_BATCH_JOB_ARRAY_INDEX"
BATCH_ATTEMPT = "AWS_BATCH_JOB_ATTEMPT"
"""Environment variable with the number of Batch's own attempt, from 1."""
ANSWERED, NO_ANSWER, STOPPED = 0, 2, 143


def main() -> int:
    """Work, and leave the answer. Gives the exit status."""
    try:
        work = _Work(os.environ)
    except SpeccError as error:
        print(f"specc: {error}", file=sys.stderr)  # noqa: T201  # the job's log
        return NO_ANSWER
    signal.signal(signal.SIGTERM, work.stop)
    return work.run()


class _Work:
    """One call, and its one answer, which is left by whoever claims it first: the call, the clock, who stops all."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        job = environment.get(REQUEST)
        if not job:
            raise SpeccError(f"the environment variable `{REQUEST}` must hold the address of a request")
        self._job = job
        self._request = jobs.request_of(store(), job)
        self._declared: list[str] = list(self._request.get("errors") or ())
        self._index: int | None = None
        self._attempt = int(environment.get(ATTEMPT, "0"))
        self._claim = threading.Lock()
        array = self._request.get("array")
        if array is not None:
            self._index = int(environment.get(OFFSET, "0")) + int(environment.get(INDEX, "0"))
            self._address = f"{job}/{self._index}"
            self._request = _item(self._request, self._index, self._address)
            if ATTEMPT not in environment and int(environment.get(BATCH_ATTEMPT, "1")) > 1:
                self._attempt = jobs.attempts_made(store(), job, self._index)
                if self._policy and matches((LOST, EXIT), self._policy["on"]):
                    self._count(self._attempt + 1)  # the one before was killed

    def run(self) -> int:
        """Make the call, and leave its answer."""
        if self._index is not None and jobs.is_stopped(self._request, store(), self._job):
            print(f"specc: item {self._index} does not begin, because another one has failed", file=sys.stderr)  # noqa: T201  # its log
            return ANSWERED
        try:
            redact = prepare()
        except SpeccError as error:
            return self._leave(failure_of(error, self._declared, Redactor()))
        while True:
            clock = self._clock()
            try:
                record: Record = handle(self._request, store())
            except (Exception, SystemExit) as error:
                record, names = failure_of(error, self._declared, redact), class_names(error)
                print(redact(format_error(error) or f"{record.name}: {record.message}"), file=sys.stderr)  # noqa: T201  # its log
            else:
                names = ()
            if clock is not None:
                clock.cancel()
            again = pause(self._policy, names, self._attempt) if names else None
            if again is None or not self._claim.acquire(blocking=False):
                break
            self._claim.release()
            time.sleep(again)
            self._count(self._attempt + 1)
        if again is not None or not self._claim.acquire(blocking=False):
            threading.Event().wait()  # somebody else is about to end this process
        return self._leave(record)

    def stop(self, number: int, frame: FrameType | None) -> None:
        """Say that the process was told to stop, and end it. In a thread: the call may hold locks that this needs."""
        failure = Failure(LOST, "the container was told to stop: its host is taken away, or the run was ended")
        threading.Thread(target=self._end, args=(failure, STOPPED), daemon=True).start()

    @property
    def _policy(self) -> Mapping[str, Any] | None:
        """What is said of retries that the job makes itself."""
        found: Mapping[str, Any] | None = self._request.get("retry")
        return found

    def _count(self, attempt: int) -> None:
        """Go on with this attempt; one that Batch makes after this process was killed knows of it."""
        self._attempt = attempt
        if self._index is not None:
            with suppress(StoreError):  # it only says how many attempts are left
                jobs.count_attempt(store(), self._job, self._index, attempt)

    def _clock(self) -> threading.Timer | None:
        limit = self._request.get("limit")
        if limit is None:
            return None
        clock = threading.Timer(int(limit) / 1000, self._over)
        clock.daemon = True
        clock.start()
        return clock

    def _over(self) -> None:
        """The call takes too long. Only a new process is free of it."""
        names = names_of(TIMEOUT)
        again = pause(self._policy, names, self._attempt)
        if again is None:
            limit = int(self._request["limit"]) / 1000
            failure = Failure(error_name(names, self._declared), f"no result within {limit:g} seconds")
            self._end(failure, ANSWERED)
        elif self._claim.acquire(blocking=False):
            _end_programs()
            time.sleep(again)
            self._count(self._attempt + 1)
            sys.stdout.flush()
            sys.stderr.flush()
            environment = {**os.environ, ATTEMPT: str(self._attempt)}
            os.execve(sys.executable, [sys.executable, "-m", "specc_runtime.batch_main"], environment)

    def _end(self, failure: Failure, status: int) -> None:
        if not self._claim.acquire(blocking=False):
            return
        print(f"specc: {failure.name}: {failure.message}", file=sys.stderr)  # noqa: T201  # the job's log
        left = self._leave(failure, ended=status == ANSWERED)
        sys.stdout.flush()
        sys.stderr.flush()
        _end_programs()
        os._exit(status if left == ANSWERED else left)

    def _leave(self, record: Record, *, ended: bool = True) -> int:
        """Keep what came of the call; a job that has not `ended` may be tried again."""
        try:
            if self._index is None:
                jobs.answer(store(), self._job, record)
            elif isinstance(record, Failure):
                write_record(store(), self._address, record)
                if ended:
                    jobs.stop_others(self._request, store(), self._job)
        except SpeccError as error:
            print(f"specc: {error}", file=sys.stderr)  # noqa: T201  # the job's log
            return NO_ANSWER
        return ANSWERED


def _end_programs() -> None:
    """Kill what the call has started: it would go on beside the next attempt."""
    groups = sys.modules.get("specc_runtime.programs.groups")
    if groups is not None:
        groups.kill_all()


def _item(request: Mapping[str, Any], index: int, address: str) -> dict[str, Any]:
    """The request for one item of an array: it keeps its result where the map looks for it."""
    array = request["array"]
    scope = dict(request.get("scope") or {})
    scope["items"] = [*(scope.get("items") or ()), {"$item": {"$ref": array["$ref"], "index": index}}]
    return {**request, "scope": scope, "store": "address", "address": address}


if __name__ == "__main__":
    sys.exit(main())
