"""Quotas of Step Functions that moto's interpreter does not hold machines to.

"Step Functions service quotas": 256 KiB for the result of a state and for a variable, 25,000 events in a history. moto
itself checks the outputs of states.
"""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.asl.eval.states import States
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore
from moto.stepfunctions.parser.quotas import is_within_size_quota

from specc_targets.emulator.replacing import replace

_EVENTS = 25_000


class QuotaError(Exception):
    """What AWS would have stopped."""


def install() -> None:
    """Hold machines to the quotas; a breach fails the state with `States.Runtime`."""
    set_result, assign, publish = States.set_result, VariableStore.set, EventManager._publish_history_event

    def set_checked_result(self: States, result: Any) -> None:
        _check("a result", result)
        set_result(self, result)

    def assign_checked(self: VariableStore, variable_identifier: str, variable_value: Any) -> None:
        _check(f"variable {variable_identifier}", variable_value)
        assign(self, variable_identifier, variable_value)

    def publish_counted(self: EventManager, *arguments: Any, **named: Any) -> None:
        if len(self._history_event_list) >= _EVENTS:
            raise QuotaError(f"the history of an execution has more than {_EVENTS} events")
        publish(self, *arguments, **named)

    replace(States, "set_result", set_checked_result)
    replace(VariableStore, "set", assign_checked)
    replace(EventManager, "_publish_history_event", publish_counted)


def _check(what: str, value: Any) -> None:
    if not is_within_size_quota(value):
        raise QuotaError(f"{what} is larger than 256 KiB")
