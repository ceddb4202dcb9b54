"""Jobs of Batch and tasks of ECS that run: moto only says that they have succeeded."""

from __future__ import annotations

import datetime
import threading
import time
import traceback
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.batch.models import Job
from moto.batch_simple.models import BatchSimpleBackend
from moto.ecs.models import EC2ContainerServiceBackend, Task
from moto.logs.models import LogsBackend, logs_backends
from moto.moto_api import state_manager

from specc_targets.emulator import batch_jobs
from specc_targets.emulator.batch_jobs import as_in_api
from specc_targets.emulator.calls import access_key
from specc_targets.emulator.programs import Program, Ran
from specc_targets.emulator.replacing import replace

if TYPE_CHECKING:
    from specc_targets.emulator.functions import Functions

_FOR_EVER = {"progression": "manual", "times": 10**9}
_PAUSE = 0.005
_STORE = "SPECC_STORE"
_ESSENTIAL = "Essential container in task exited"


class Containers:
    """Runs containers, at most `at_once` of them."""

    def __init__(self, functions: Functions, address: str, endpoint: str, directory: Path, at_once: int) -> None:
        """`functions` know the code of a stack, `address` is that of the process that programs are forked from."""
        self._functions, self._address, self._endpoint, self._directory = functions, address, endpoint, directory
        self._places = threading.BoundedSemaphore(at_once)
        self._jobs = ThreadPoolExecutor(at_once, "jobs")
        self._ended: dict[str, threading.Event] = {}
        self._running: dict[str, Program] = {}

    def install(self) -> None:
        """Take the place of moto's simulation. Jobs and tasks then go on only by what happens to them."""
        for model in ("batch::job", "ecs::task"):
            state_manager.set_transition(model, _FOR_EVER)
        terminate_job = Job.terminate
        run_tasks = EC2ContainerServiceBackend.run_task
        stop_task = EC2ContainerServiceBackend.stop_task

        def nothing(backend: EC2ContainerServiceBackend, task_definition: Any) -> dict[str, Any]:
            """What a task takes of a host, which those on Fargate do not have; moto cannot add up what is not said."""
            return {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []}

        def begin(simple: BatchSimpleBackend, include_start_attempt: bool, job: Job) -> None:
            self._begin_job(simple, include_start_attempt, job)

        def terminate(job: Job, reason: str) -> None:
            terminate_job(job, reason)
            for child in job._child_jobs or ():
                terminate(child, reason)
            self._stop(job.job_id)

        def run_task(backend: EC2ContainerServiceBackend, *values: Any, **named: Any) -> list[Task]:
            tasks = run_tasks(backend, *values, **named)
            for task in tasks:
                self._begin_task(backend, task)
            return tasks

        def stop(backend: EC2ContainerServiceBackend, cluster_str: str, task_str: str, reason: str) -> Task:
            task = stop_task(backend, cluster_str, task_str, reason)
            self._stop(task.id)
            return task

        batch_jobs.install()
        replace(BatchSimpleBackend, "_mark_job_as_finished", begin)
        replace(Job, "terminate", terminate)
        replace(EC2ContainerServiceBackend, "_calculate_task_resource_requirements", nothing)
        replace(EC2ContainerServiceBackend, "run_task", run_task)
        replace(EC2ContainerServiceBackend, "stop_task", stop)

    def _stop(self, key: str) -> None:
        program = self._running.get(key)
        if program is not None:
            program.stop()

    # Jobs

    def _begin_job(self, simple: BatchSimpleBackend, include_start_attempt: bool, job: Job) -> None:
        simple.backend._jobs[job.job_id] = job
        job.status = "RUNNABLE"
        job.log_stream_name = job._stream_name
        self._ended[job.job_id] = threading.Event()
        if not include_start_attempt:
            threading.Thread(target=self._follow_array, args=(job,), daemon=True).start()
            return
        strategy = batch_jobs.strategy_of(job)
        self._jobs.submit(self._run_job, job, strategy)

    def _follow_array(self, job: Job) -> None:
        """The parent waits for all of its jobs: it is never running (AWS Batch user guide, "Array jobs")."""
        job.status = "PENDING"
        while job._child_jobs is None:
            time.sleep(_PAUSE)
        for child in job._child_jobs:
            self._ended[child.job_id].wait()
        succeeded = all(child.status == "SUCCEEDED" for child in job._child_jobs)
        if not succeeded:
            job.job_stopped_reason = job.job_stopped_reason or "Array Child Job failed"
        job._mark_stopped(success=succeeded)

    def _run_job(self, job: Job, strategy: Mapping[str, Any]) -> None:
        try:
            succeeded = self._tried(job, strategy)
        except Exception:
            succeeded, job.job_stopped_reason = False, "the emulator cannot run it"
            traceback.print_exc()
        job._mark_stopped(success=succeeded)
        self._ended[job.job_id].set()

    def _tried(self, job: Job, strategy: Mapping[str, Any]) -> bool:
        """Make the attempts at a job. Gives whether the last one succeeded."""
        attempt, succeeded = 0, False
        while not job.stop:
            attempt += 1
            ran = self._attempt(job, attempt)
            succeeded = ran.status == 0 and not ran.timed_out
            reason = _ESSENTIAL
            if ran.timed_out:
                reason = "Job attempt duration exceeded timeout"  # which is the end of the job, not of an attempt
            if not succeeded:
                job.job_stopped_reason = job.job_stopped_reason or reason
            ended = {"status_reason": reason, "exit_code": str(ran.status)}
            if succeeded or ran.timed_out or job.stop or not batch_jobs.again(strategy, attempt, **ended):
                break
            job.job_stopped_reason = None
            job.status = "RUNNABLE"
        return succeeded

    def _attempt(self, job: Job, number: int) -> Ran:
        properties = job.job_definition.container_properties or {}
        overrides = job.container_overrides
        environment = {
            **_by_name(properties.get("environment")),
            **_by_name(overrides.get("environment")),
            "AWS_BATCH_JOB_ID": job.job_id,
            "AWS_BATCH_JOB_ATTEMPT": str(number),
        }
        if "index" in job.array_properties:
            environment["AWS_BATCH_JOB_ARRAY_INDEX"] = str(job.array_properties["index"])
        command = overrides.get("command") or properties.get("command") or []
        timeout = (job.timeout or job.job_definition.timeout or {}).get("attemptDurationSeconds")
        if number > 1:
            job.log_stream_name = f"{job._stream_name}-{number}"

        def started() -> None:
            job.job_started_at = datetime.datetime.now()  # noqa: DTZ005  # as moto has it
            job.status = "RUNNING"
            job._start_attempt()

        ran = self._run(job.job_id, command, environment, properties.get("jobRoleArn") or "", timeout, started)
        _log(job._log_backend, _group(properties) or job._log_group, job.log_stream_name or "", ran.printed)
        job.exit_code = ran.status
        attempt = job.latest_attempt
        if attempt is not None:
            attempt["container"]["exitCode"] = ran.status
            attempt["statusReason"] = _ESSENTIAL
            job.job_stopped_at = datetime.datetime.now()  # noqa: DTZ005  # as moto has it
            job._stop_attempt()
        return ran

    # Tasks

    def _begin_task(self, backend: EC2ContainerServiceBackend, task: Task) -> None:
        task.status = "PENDING"
        threading.Thread(target=self._run_task, args=(backend, task), daemon=True).start()

    def _run_task(self, backend: EC2ContainerServiceBackend, task: Task) -> None:
        definition = backend.describe_task_definition(task.task_definition_arn)
        container: dict[str, Any] = as_in_api(definition.container_definitions[0])
        given = [
            item
            for item in (task.overrides.get("containerOverrides") or ())
            if item.get("name") == container.get("name")
        ]
        environment = _by_name(container.get("environment"))
        command: list[str] = container.get("command") or []
        for item in given:
            environment |= _by_name(item.get("environment"))
            command = item.get("command") or command

        def started() -> None:
            task.status = "RUNNING"

        ran = self._run(task.id, command, environment, getattr(definition, "task_role_arn", None) or "", None, started)
        group = _group(container) or "/ecs/tasks"
        _log(
            logs_backends[task._account_id][task.region_name], group, f"{container.get('name')}/{task.id}", ran.printed
        )
        task.containers[0].exitCode = ran.status
        task.containers[0].last_status = "STOPPED"
        task.stop_code = "EssentialContainerExited"  # type: ignore[attr-defined]  # it is part of what moto answers
        task.stopped_reason = task.stopped_reason or _ESSENTIAL
        task.desired_status = "STOPPED"
        task.status = "STOPPED"

    def _run(
        self,
        key: str,
        command: list[str],
        environment: dict[str, str],
        role: str,
        timeout: float | None,
        started: Any,
    ) -> Ran:
        code = self._functions.code_of(environment[_STORE]) if _STORE in environment else None
        program = self._running[key] = Program(self._address, code, self._directory)
        base = {
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": access_key(role),
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_ENDPOINT_URL": self._endpoint,
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            **({"LAMBDA_TASK_ROOT": str(code)} if code is not None else {}),
        }
        with self._places:
            started()
            try:
                return program.run(command, {**base, **environment}, timeout)
            finally:
                del self._running[key]


def _by_name(pairs: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    return {pair["name"]: pair["value"] for pair in pairs or ()}


def _group(container: Mapping[str, Any]) -> str | None:
    """The log group that a container says."""
    options = (container.get("logConfiguration") or {}).get("options") or {}
    found: str | None = options.get("awslogs-group")
    return found


def _log(backend: LogsBackend, group: str, stream: str, printed: str) -> None:
    now = int(time.time() * 1000)
    backend.ensure_log_group(group)
    try:
        backend.create_log_stream(group, stream)
    except Exception:  # it is there; moto's class for that is none of its own
        stream = f"{stream}-{uuid4().hex[:8]}"
        backend.create_log_stream(group, stream)
    events = [{"timestamp": now, "message": line} for line in printed.splitlines()]
    if events:
        backend.put_log_events(group, stream, events)
