"""What starts a deployed pipeline, and what is deployed."""

from specc.diagnostics.catalogue.entry import Entry


def spec(trigger: str, params: str = "") -> str:
    """A whole spec around a trigger."""
    return (
        'specc = 1\nkind = "pipeline"\nname = "example"\n\n'
        + (f"{params}\n\n" if params else "")
        + '[steps.pause]\nwait = "1s"\n\n[[triggers]]\n'
        + trigger
        + "\n"
    )


_LIMIT = '[params.limit]\ntype = "integer"'

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC460",
        title="cron expression that cannot be meant",
        why="A `cron` has five fields: minute, hour, day of the month, month, day of the week. Each is `*`, a number, a "
        "name, a range or a list of these, with `/` for steps. What crons do not agree on is an error.",
        bad=spec('schedule = { cron = "0 25 * * *" }'),
        good=spec('schedule = { cron = "0 9 * * 1-5" }'),
    ),
    Entry(
        code="SPC461",
        title="no such time zone",
        why="A schedule's `timezone` is a name of the IANA time zone database, which knows how its clocks change.",
        bad=spec('schedule = { cron = "0 9 * * *", timezone = "Europe/Helsingfors" }'),
        good=spec('schedule = { cron = "0 9 * * *", timezone = "Europe/Helsinki" }'),
    ),
    Entry(
        code="SPC462",
        title="trigger that starts runs with other parameters",
        why="A run that a trigger starts needs the same parameters as one that a person starts. What can be known now "
        "is told now, and not by a run that fails at night.",
        bad=spec('schedule = { rate = "1h" }\nwith = { limit = "ten" }', _LIMIT),
        good=spec('schedule = { rate = "1h" }\nwith = { limit = 10 }', _LIMIT),
    ),
    Entry(
        code="SPC463",
        title="trigger that reads what is not there",
        why="The `with` of a trigger is made before the run starts: it may hold constants and, after an event, read "
        "`event`. `bucket` and `prefix` narrow down events of `aws.s3` only.",
        bad=spec('schedule = { rate = "1h" }\nwith = { limit = "${event.detail.size}" }', _LIMIT),
        good=spec('event = { source = "shop" }\nwith = { limit = "${event.detail.size}" }', _LIMIT),
    ),
    Entry(
        code="SPC469",
        title="schedule that never comes",
        why="No year has such a day, so the schedule would start nothing, and nobody would notice.",
        bad=spec('schedule = { cron = "0 0 31 2,4 *" }'),
        good=spec('schedule = { cron = "0 0 28 2,4 *" }'),
    ),
)
