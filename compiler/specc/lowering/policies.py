"""Retries, failures, tolerance and compute profiles, with the spec's defaults under them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from specc.diagnostics import Label, Place, Sink, closest, rename
from specc.ir.policies import Cache, Catch, Compute, Hosting, Retry, Tolerance
from specc_runtime.expressions import Template
from specc_schemas.quantities import parse_duration, parse_percent, parse_size

if TYPE_CHECKING:
    from specc_schemas import Cache as CacheModel
    from specc_schemas import ComputeProfile, OnError
    from specc_schemas import Retry as RetryModel


DEFAULT_RETRIES = 2
"""Of a `retry` table that does not say `max`."""


def retry(own: RetryModel | None, default: RetryModel | None) -> Retry | None:
    """The step's own keys over those of `[defaults.retry]`; None when nothing is to be retried."""
    models = [model for model in (default, own) if model is not None]
    stated: dict[str, Any] = {key: value for model in models for key, value in model if key in model.model_fields_set}
    if (own is None and default is None) or stated.setdefault("max", DEFAULT_RETRIES) == 0:
        return None
    values: dict[str, Any] = {key: stated[key] for key in ("max", "backoff", "jitter") if key in stated}
    values |= {key: parse_duration(stated[key]) for key in ("delay", "max_delay") if key in stated}
    if "on" in stated:
        values["on"] = tuple(stated["on"])
    return Retry(**values)


def catches(on_error: Mapping[str, OnError] | None) -> tuple[Catch, ...]:
    """The catches in spec order."""
    return tuple(
        Catch(errors=(name,), run=action.run, use=Template(action.use) if action.run is None else None)
        for name, action in (on_error or {}).items()
    )


def cache(value: bool | CacheModel | None) -> Cache | None:
    """`true`, or a table that says more; None where every run is to compute anew."""
    if isinstance(value, bool) or value is None:
        return Cache() if value else None
    return Cache(
        key=Template(value.key) if value.key is not None else None,
        ttl=parse_duration(value.ttl) if value.ttl is not None else None,
    )


def tolerance(value: int | str | None) -> Tolerance | None:
    """A count, or a percentage such as `5%`."""
    if value is None:
        return None
    if isinstance(value, int):
        return Tolerance(unit="count", amount=float(value))
    return Tolerance(unit="percent", amount=parse_percent(value))


def compute(
    value: str | ComputeProfile | None, profiles: Mapping[str, ComputeProfile], place: Place, sink: Sink
) -> Compute:
    """The profile that a step names or states. Reports SPC216 when there is none of that name."""
    if value is None:
        return Compute()
    if not isinstance(value, str):
        return _profile(_own_name(place, profiles), value)
    if value not in profiles:
        found = closest(value, profiles)
        sink.report(
            "SPC216",
            f"there is no compute profile `{value}`",
            Label(place, "not declared"),
            help=f"did you mean `{found}`?" if found else f"declare it under `[compute.{value}]`",
            fix=rename(place, found, quoted=True) if found else None,
        )
        return Compute()
    return _profile(value, profiles[value])


def _own_name(place: Place, profiles: Mapping[str, ComputeProfile]) -> str:
    """The name of a profile that is written in place: that of its step, so that each is a function of its own."""
    found = "-".join(str(part) for part in place.path[:-1] if part != "steps")
    while found in profiles:
        found += "-own"
    return found


def _profile(name: str, model: ComputeProfile) -> Compute:
    return Compute(
        profile=name,
        engine=model.engine or "lambda",
        memory=parse_size(model.memory) if model.memory is not None else None,
        vcpu=model.vcpu,
        gpu=model.gpu,
        timeout=parse_duration(model.timeout) if model.timeout is not None else None,
        hosting=Hosting(
            image=model.image,
            queue=model.queue,
            cluster=model.cluster,
            subnets=tuple(model.subnets or ()),
            security_groups=tuple(model.security_groups or ()),
            spot=bool(model.spot),
            role=model.role,
        ),
    )
