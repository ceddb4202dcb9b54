"""Triggers must say when, and start runs with parameters that the spec has."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from specc.diagnostics import Label, Place, Sink, closest, rename
from specc.expressions.types import ANY, STRING, Field, ListType, ObjectType, Type, assignable
from specc.ir.module import Module, Parameter
from specc.passes.base import Context, Pass

if TYPE_CHECKING:
    from specc.ir.deployment import Schedule, Trigger
    from specc_runtime.expressions import JsonValue

_TEXTS = ("version", "id", "detail-type", "source", "account", "time", "region")
EVENT: Type = ObjectType(
    (*(Field(name, STRING) for name in _TEXTS), Field("resources", ListType(STRING)), Field("detail", ANY)), open=False
)
"""What `event` is in the `with` of a trigger: the envelope that EventBridge puts around every event."""


class CheckTriggers(Pass):
    """Holds what triggers give against the parameters. Reports SPC460 to SPC463, SPC469 and SPC478."""

    name: ClassVar[str] = "check-triggers"

    def apply(self, context: Context, module: Module) -> Module:
        """The same module."""
        for trigger in module.deployment.triggers:
            if trigger.schedule is not None:
                _schedule(context.sink, trigger.schedule, trigger.origin.child("schedule"))
            _event(context.sink, trigger)
            _Arguments(context.sink, module, trigger).check()
        return module


def _schedule(sink: Sink, schedule: Schedule, place: Place) -> None:
    from specc.schedules import CronError, is_zone, parse_cron, zones  # late: few specs have a schedule

    at = place.child("cron")
    if schedule.cron is not None:
        try:
            if parse_cron(schedule.cron).never:
                sink.report(
                    "SPC469",
                    f"`{schedule.cron}` never comes: none of these months has such a day",
                    Label(at, "no such day"),
                )
        except CronError as error:
            sink.report("SPC460", f"`cron`: {error}", Label(at.slice(error.start, error.end), "here"), help=error.help)
    if not is_zone(schedule.timezone):
        near = closest(schedule.timezone, zones())
        sink.report(
            "SPC461",
            f"there is no time zone `{schedule.timezone}`",
            Label(place.child("timezone"), "not in the IANA time zone database"),
            help=f"did you mean `{near}`?" if near else "use a name such as `Europe/Helsinki`",
            fix=rename(place.child("timezone"), near, quoted=True) if near else None,
        )


def _event(sink: Sink, trigger: Trigger) -> None:
    event, place = trigger.event, trigger.origin.child("event")
    if event is None:
        return
    if event.detail:
        from specc.passes.event_patterns import check_pattern  # late: few specs have an event

        check_pattern(dict(event.detail), place.child("detail"), sink)
    if event.source == "aws.s3":
        return
    for key in ("bucket", "prefix"):
        if getattr(event, key) is not None:
            sink.report(
                "SPC463",
                f"`{key}` is for events of `aws.s3`, and these come from `{event.source}`",
                Label(place.child(key).key(), "has no meaning here"),
                Label(place.child("source"), "where the events come from"),
                help="say under `detail` what must be in the event",
            )


class _Arguments:
    def __init__(self, sink: Sink, module: Module, trigger: Trigger) -> None:
        self._sink = sink
        self._parameters = {item.name: item for item in module.parameters}
        self._trigger = trigger
        self._place = trigger.origin.child("with")

    def check(self) -> None:
        """Names, types, and that nothing is missing."""
        given = self._trigger.arguments.raw
        assert isinstance(given, dict)
        for name, value in given.items():
            parameter = self._parameters.get(name)
            if parameter is None:
                near = closest(name, self._parameters)
                self._sink.report(
                    "SPC462",
                    f"there is no parameter `{name}`",
                    Label(self._place.child(name).key(), "not declared under `[params]`"),
                    help=f"did you mean `{near}`?" if near else f"declare it under `[params.{name}]`",
                    fix=rename(self._place.child(name).key(), near) if near and near not in given else None,
                )
            if self._names(name, value):
                self._value(name, value, parameter)
        for parameter in self._parameters.values():
            if parameter.required and parameter.name not in given:
                self._sink.report(
                    "SPC462",
                    f"the parameter `{parameter.name}` must be given",
                    Label(self._place.key() if given else self._trigger.origin.key(), "starts runs without it"),
                    Label(parameter.origin.key(), "has no default"),
                    help="add it to the trigger's `with`, or give the parameter a `default`",
                )

    def _names(self, name: str, value: JsonValue) -> bool:
        """Whether every name means something: `event` does, after an event."""
        from specc_runtime.expressions import Template

        place, good = self._place.child(name), True
        for path, start, _, expression in Template(value).expressions:
            for item in expression.references:
                if item.root == "event" and self._trigger.event is not None:
                    continue
                good = False
                if item.root == "event":
                    help = "only a trigger with an `event` has one; steps learn the time of the run from `run`"
                else:
                    help = "a trigger starts the run, so nothing else is there yet: write constants" + (
                        ", or read `event`" if self._trigger.event is not None else ""
                    )
                self._sink.report(
                    "SPC463",
                    f"a trigger cannot read `{item.root}`",
                    Label(place.child(*path).slice(start + item.start, start + item.end), "not there"),
                    help=help,
                )
        return good

    def _value(self, name: str, value: JsonValue, parameter: Parameter | None) -> None:
        from specc.expressions.check import infer_template  # late: few specs have a trigger
        from specc_runtime.expressions import Template
        from specc_runtime.parameters import faults

        place, template = self._place.child(name), Template(value)
        found = infer_template(template, {"event": EVENT}, place, self._sink)
        if parameter is None:
            return
        if template.is_constant:
            wrong = next(faults(template.evaluate({}), parameter.schema, parameter.kind), None)
        elif assignable(found, parameter.type) is False:
            wrong = f"it is {found}, not {parameter.type}"
        else:
            wrong = None
        if wrong is not None:
            self._sink.report(
                "SPC462",
                f"the parameter `{name}` does not fit: {wrong}",
                Label(place, "given here"),
                Label(parameter.origin.key(), "declared here"),
            )
