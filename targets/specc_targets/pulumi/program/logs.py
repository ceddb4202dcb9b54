"""Log groups, which are not kept for ever."""

from __future__ import annotations

from specc.diagnostics import Place
from specc_targets.pulumi.program.writer import WHOLE, Made, Writer


def write_logs(writer: Writer, name: str, group: str, place: Place = WHOLE, steps: tuple[str, ...] = ()) -> Made:
    """A log group, called `group` on AWS."""
    return writer.resource(
        name,
        "aws.cloudwatch.LogGroup",
        {"name": group, "retention_in_days": writer.stack.log_days, "tags": writer.tags},
        place=place,
        steps=steps,
        stateful=True,
    )
