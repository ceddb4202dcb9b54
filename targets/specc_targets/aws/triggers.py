"""Triggers as EventBridge takes them."""

from __future__ import annotations

from specc.diagnostics import Label, Severity, Sink
from specc.ir.deployment import Event, Schedule, Trigger
from specc.ir.module import Module
from specc.schedules import odd_times, parse_cron
from specc_targets.aws.deployment import DeployedTrigger, EventTrigger, ScheduleTrigger
from specc_targets.aws.events import S3, InputError, input_of, pattern_of
from specc_targets.aws.names import Names
from specc_targets.aws.schedules import cron_expression, rate_expression

SCHEDULE_ROLE = "schedules"
"""Key of the role with which schedules start the machine."""
EVENT_ROLE = "events"
"""Key of the role with which events start the machine."""


def deployed_triggers(module: Module) -> tuple[DeployedTrigger, ...]:
    """The triggers of a module in which `check_triggers` finds no error."""
    names = Names.of(module)
    return tuple(_deployed(trigger, names.trigger(number)) for number, trigger in enumerate(module.deployment.triggers))


def _deployed(trigger: Trigger, name: str) -> DeployedTrigger:
    made = input_of(trigger.arguments)
    if trigger.schedule is not None:
        expression = _expression(trigger.schedule)
        assert expression is not None, "it was checked"
        return ScheduleTrigger(
            name=name,
            expression=expression,
            timezone=trigger.schedule.timezone,
            input=made.text,
            role=SCHEDULE_ROLE,
            origin=trigger.origin,
        )
    assert trigger.event is not None
    return EventTrigger(
        name=name,
        bus=trigger.event.bus,
        pattern=pattern_of(trigger.event),
        input=made.text,
        paths=tuple(made.paths.items()),
        role=EVENT_ROLE,
        origin=trigger.origin,
    )


def _expression(schedule: Schedule) -> str | None:
    if schedule.cron is not None:
        return cron_expression(parse_cron(schedule.cron))
    assert schedule.rate is not None
    return rate_expression(schedule.rate)


def check_triggers(sink: Sink, module: Module) -> None:
    """Report what EventBridge cannot do, and what it does otherwise than one may think: SPC464 to SPC468."""
    for trigger in module.deployment.triggers:
        if trigger.schedule is not None:
            _check_schedule(sink, trigger, trigger.schedule)
        if trigger.event is not None and trigger.event.source == S3:
            _check_bucket(sink, module, trigger, trigger.event)
        try:
            input_of(trigger.arguments)
        except InputError as error:
            place = trigger.origin.child("with").child(*error.path)
            sink.report(
                "SPC466",
                f"this trigger's parameters cannot be made: {error}",
                Label(place.slice(*error.span) if error.span is not None else place.key(), "too much for EventBridge"),
                help="hand the parts of the event to the run as they are, and compute in a step",
            )


def _check_schedule(sink: Sink, trigger: Trigger, schedule: Schedule) -> None:
    place = trigger.origin.child("schedule")
    if _expression(schedule) is None:
        if schedule.cron is not None:
            message = "AWS has no schedule for a day of the month or a day of the week, whichever comes"
            help = "make two triggers, each with `*` for one of the days: on a day that is both, both start a run"
        else:
            message = f"AWS repeats schedules after whole minutes, and this is {schedule.rate:g} seconds"
            help = "use a rate of whole minutes, hours or days"
        sink.report(
            "SPC465", message, Label(place.child("cron" if schedule.cron else "rate"), "no schedule"), help=help
        )
    if schedule.cron is None:
        return
    for odd in odd_times(parse_cron(schedule.cron), schedule.timezone):
        at, day = f"{odd.at:%H:%M}", f"{odd.at:%Y-%m-%d}"
        what = "comes twice when clocks go back" if odd.twice else "is left out when clocks go forward"
        sink.report(
            "SPC464",
            f"in {schedule.timezone} the time {at} {what}, as on {day}: "
            + ("only the first starts a run" if odd.twice else "no run starts on that day"),
            Label(place.child("cron"), f"starts at {at}"),
            severity=Severity.HINT,
            help="choose another hour, or the time zone `UTC`",
        )


def _check_bucket(sink: Sink, module: Module, trigger: Trigger, event: Event) -> None:
    place, given = trigger.origin.child("event"), module.deployment.bucket
    if event.bucket is None or event.bucket == given:
        store, prefix = f"{Names.of(module).store}/", event.prefix or ""
        if store.startswith(prefix) or prefix.startswith(store):
            sink.report(
                "SPC468",
                f"this trigger starts itself: runs write to the stack's bucket below `{store}`",
                Label(place.child("prefix") if prefix else place.key(), "these events come from runs, too"),
                help="give a `prefix` under which only others write, or the `bucket` whose events are meant",
            )
    bucket = event.bucket or given
    if bucket is not None:
        sink.report(
            "SPC467",
            f"`{bucket}` must send its events to EventBridge, which the stack cannot turn on for it",
            Label(place.child("bucket") if event.bucket else place.key(), "not a bucket that the stack makes"),
            severity=Severity.HINT,
            help=f"once: aws s3api put-bucket-notification-configuration --bucket {bucket} "
            "--notification-configuration '{\"EventBridgeConfiguration\": {}}' (this replaces what it notifies now)",
        )
