"""Makes moto's interpreter evaluate JSONata with `jsonata_engine`, for every field that holds an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata, StringVariableSample
from moto.stepfunctions.parser.asl.component.intrinsic.jsonata import get_intrinsic_functions_declarations
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.jsonata import jsonata as bridge

from specc_targets.emulator.jsonata_engine import EvaluationError, evaluate
from specc_targets.emulator.replacing import replace

if TYPE_CHECKING:
    from moto.stepfunctions.parser.asl.eval.environment import Environment


def install() -> None:
    """Replace the evaluation of JSONata strings and of sampled variables."""
    replace(StringJSONata, "_eval_body", _eval_expression)
    replace(StringVariableSample, "_eval_body", _eval_sample)
    replace(bridge, "_eval_jsonata", lambda text: evaluate(text, {}))


def _eval_expression(self: StringJSONata, env: Environment) -> None:
    references = bridge.extract_jsonata_variable_references(self.expression)
    functions = get_intrinsic_functions_declarations(variable_references=references)
    text = f"({functions}{self.expression})" if functions else self.expression
    try:
        result = evaluate(text, {"states": env.states._states_data, **_variables(env)})
    except EvaluationError as error:
        raise _failure(env, str(error)) from error
    env.stack.append(result)


def _eval_sample(self: StringVariableSample, env: Environment) -> None:
    variables = _variables(env)
    if self.query_language_mode == QueryLanguageMode.JSONata:
        variables = {"states": env.states._states_data, **variables}
    try:
        env.stack.append(evaluate(self.expression, variables))
    except EvaluationError as error:
        raise _failure(env, str(error)) from error


def _variables(env: Environment) -> dict[str, Any]:
    store = env.variable_store
    return {**store._outer_scope, **store._inner_scope}


def _failure(env: Environment, cause: str) -> FailureEventException:
    name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    details = EvaluationFailedEventDetails(cause=cause, error=name.error_name)
    event = EventDetails(evaluationFailedEventDetails=details)  # type: ignore[typeddict-item]  # so does moto
    env.event_manager.add_event(
        context=env.event_history_context, event_type=HistoryEventType.EvaluationFailed, event_details=event
    )
    return FailureEventException(
        failure_event=FailureEvent(
            env=env, error_name=name, event_type=HistoryEventType.EvaluationFailed, event_details=event
        )
    )
