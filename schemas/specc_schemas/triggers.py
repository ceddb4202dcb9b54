"""What starts a deployed pipeline."""

from typing import Annotated

from pydantic import Field

from specc_schemas.base import Model
from specc_schemas.quantities import Duration
from specc_schemas.values import JsonValue, Text, form

_CRON_FIELD = r"[0-9A-Za-z*/,?#-]+"

Cron = Annotated[
    str,
    form(rf"\s*{_CRON_FIELD}(?:\s+{_CRON_FIELD}){{4}}\s*", "a cron expression of five fields", '"0 9 * * 1-5"'),
]
"""Minute, hour, day of month, month, day of week."""

TimeZone = Annotated[str, form(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*", "a time zone", '"Europe/Helsinki"')]
"""An IANA time zone."""


class Schedule(Model):
    """Times at which the pipeline starts: exactly one of `cron` and `rate`."""

    cron: Cron | None = None
    """Minute, hour, day of month, month, day of week (0 and 7 are Sunday). Example: `"0 9 * * 1-5"`."""
    rate: Duration | None = None
    """Once every so long. Example: `"1h"`."""
    timezone: TimeZone | None = None
    """The time zone that `cron` is read in. Default: `"UTC"`. Example: `"Europe/Helsinki"`."""


class Event(Model):
    """An event on EventBridge that starts the pipeline; the trigger's `with` may read it as `${event...}`."""

    source: Text
    """Required. The service or program that sends it. Example: `"aws.s3"`."""
    detail_type: Text | None = None
    """Its `detail-type`. Default: any, and with `aws.s3` `Object Created`. Example: `"Order Placed"`."""
    detail: dict[str, JsonValue] | None = None
    """An event pattern that its `detail` must match. Default: any. Example: `{ state = ["paid"] }`."""
    bus: Text | None = None
    """The event bus it is on. Default: `"default"`. Example: `"orders"`."""
    bucket: Text | None = None
    """With `aws.s3`: the bucket. Default: that of the stack. Example: `"incoming"`."""
    prefix: str | None = None
    """With `aws.s3`: how the object's key starts. Default: any. Example: `"raw/"`."""


class Trigger(Model):
    """What starts a deployed pipeline: exactly one of `schedule` and `event`."""

    schedule: Schedule | None = None
    """Start at these times. Example: `{ cron = "0 9 * * 1-5" }`."""
    event: Event | None = None
    """Start when this happens. Example: `{ source = "aws.s3", bucket = "incoming" }`."""
    with_: Annotated[dict[str, JsonValue] | None, Field(alias="with")] = None
    """Parameters of the run; after an event they may read it. Default: none.
    Example: `{ key = "${event.detail.object.key}" }`."""
