"""Corrections of moto's interpreter, each to what AWS documents or was recorded doing."""

from __future__ import annotations

import json
import sys
import time
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from moto.stepfunctions import models as plain_models
from moto.stepfunctions.parser import models as parser_models
from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.antlr.runtime.ASLLexer import ASLLexer
from moto.stepfunctions.parser.asl.antlt4utils.antlr4utils import is_terminal
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker as distributed,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.program_state import ProgramError
from moto.stepfunctions.parser.asl.parse import preprocessor
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from specc_targets.emulator import sdk_calls, task_tokens
from specc_targets.emulator.replacing import replace
from specc_targets.emulator.unparsed import parsed_by_moto

if TYPE_CHECKING:
    from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.job import Job
    from moto.stepfunctions.parser.asl.eval.environment import Environment

_TERMINAL = frozenset({"States.Runtime", "States.DataLimitExceeded"})
_RECURSION = 50_000
"""An item processor's worker takes its next item by calling itself."""


def install(time_scale: float) -> None:
    """Apply every correction; a wait of one second then takes `time_scale` seconds. Time-outs of tasks stay."""
    sys.setrecursionlimit(_RECURSION)
    _fresh_query_language_per_parse()
    _read_strings_as_json()
    _parse_once()
    _scale_waits(time_scale)
    _isolate_distributed_children()
    _let_terminal_errors_pass()
    _stop_at_once()
    sdk_calls.install()
    task_tokens.install()
    replace(plain_models, "stepfunctions_backends", parser_models.stepfunctions_parser_backends)


def _fresh_query_language_per_parse() -> None:
    """A definition that fails to parse would otherwise leave its query language, a class attribute, to the next."""
    original = Preprocessor.__init__

    def initialize(self: Preprocessor, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **named)
        self._query_language_per_scope = []

    replace(Preprocessor, "__init__", initialize)


def _read_strings_as_json() -> None:
    """moto keeps the backslashes of a literal string, and reads those of an expression as Python's, without pairs."""

    def read(parser_rule_context: Any) -> Any:
        text = parser_rule_context.getText()
        return json.loads(text) if text.startswith('"') else text

    def inner(parser_rule_context: Any) -> Any:
        return None if is_terminal(parser_rule_context, ASLLexer.NULL) else read(parser_rule_context)

    replace(preprocessor, "from_string_literal", read)
    replace(Preprocessor, "_inner_string_of", staticmethod(inner))


def _parse_once() -> None:
    """Creation and each start parse the same text; components hold no state of an execution."""
    original = AmazonStateLanguageParser.parse

    @lru_cache(maxsize=512)
    def parse(definition: str) -> Any:
        return original(parsed_by_moto(definition))

    replace(AmazonStateLanguageParser, "parse", staticmethod(parse))


def _scale_waits(scale: float) -> None:
    replace(retrier_decl, "time", SimpleNamespace(sleep=lambda seconds: time.sleep(seconds * scale)))

    def wait(self: WaitFunction, env: Environment, wait_seconds: float) -> None:
        end = time.monotonic() + wait_seconds * scale
        while env.is_running() and (left := end - time.monotonic()) > 0:
            env.program_state_event.wait(left)

    replace(WaitFunction, "_wait_interval", wait)


def _let_terminal_errors_pass() -> None:
    """`States.ALL` matches neither of two errors ("Handling errors in Step Functions workflows")."""
    original = ErrorEqualsDecl._eval_body

    def match(self: ErrorEqualsDecl, env: Environment) -> None:
        name = getattr(env.stack[-1], "error_name", None)  # a Fail state need not name its error
        original(self, env)
        if name in _TERMINAL and all(item.error_name != name for item in self.error_names):
            env.stack[-1] = False

    replace(ErrorEqualsDecl, "_eval_body", match)


def _stop_at_once() -> None:
    """A run that is stopped has ended; moto waits for the task that is under way."""
    original = ExecutionWorker.stop

    def stop(self: ExecutionWorker, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **named)
        self._execution_communication.terminated()

    replace(ExecutionWorker, "stop", stop)


def _isolate_distributed_children() -> None:
    replace(distributed.DistributedItemProcessorWorker, "_eval_job", _eval_child)


def _eval_child(self: distributed.DistributedItemProcessorWorker, env: Environment, job: Job) -> None:
    """Run one child execution: it sees no variable of its parent, and more failures than tolerated fail the map.

    (Step Functions Developer Guide, "Passing data between states with variables" and "Setting failure thresholds".)
    """
    record = self._map_run_record
    for counter in (record.item_counter, record.execution_counter):
        counter.total.count()
        counter.running.count()
    context: Any = env.states.context_object.context_object_data
    context["Map"] = {"Item": {"Index": job.job_index, "Value": job.job_input}}
    try:
        env.states.reset(job.job_input)
        env.stack.append(env.states.get_input())
        self._eval_input(env_frame=env)
        _become_child(env, context)
        job.job_program.eval(env)
        state = env.program_state()
        failed = isinstance(state, ProgramError)
    except FailureEventException:
        failed = True
    finally:
        for counter in (record.item_counter, record.execution_counter):
            counter.running.offset(-1)
    if failed:
        for counter in (record.item_counter, record.execution_counter):
            counter.failed.count()
        job.job_output = _over_threshold(env, record, self._job_pool._jobs_number)
        return
    for counter in (record.item_counter, record.execution_counter):
        counter.succeeded.count()
        counter.results_written.count()
    job.job_output = env.states.get_input()


def _become_child(env: Environment, context: Any) -> None:
    store = env.variable_store
    store._outer_scope.clear()
    store._inner_scope.clear()
    env.event_manager = EventManager()
    name = str(uuid4())
    parent = context["Execution"]
    context["Execution"] = {**parent, "Id": f"{parent['Id']}:{name}", "Name": name, "Input": env.states.get_input()}
    del context["Map"]


def _over_threshold(env: Environment, record: Any, total: int) -> FailureEventException | None:
    failed = record.item_counter.failed.get()
    count, percentage = record.tolerated_failure_count or 0, record.tolerated_failure_percentage or 0.0
    by_count = failed > count and (count > 0 or percentage == 0)
    by_percentage = percentage > 0 and failed * 100.0 / max(total, 1) > percentage
    if not by_count and not by_percentage:
        return None
    name = StatesErrorName(typ=StatesErrorNameType.StatesExceedToleratedFailureThreshold)
    cause = "The specified tolerated failure threshold was exceeded"
    details = ExecutionFailedEventDetails(error=name.error_name, cause=cause)
    return FailureEventException(
        failure_event=FailureEvent(
            env=env,
            error_name=name,
            event_type=HistoryEventType.ExecutionFailed,
            event_details=EventDetails(executionFailedEventDetails=details),  # type: ignore[typeddict-item]  # so does moto
        )
    )
