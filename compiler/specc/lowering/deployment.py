"""Where and how a spec is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.diagnostics import ROOT
from specc.ir.deployment import NOWHERE, Deployment, Event, Package, PulumiSettings, Schedule, Trigger
from specc_runtime.expressions import Template
from specc_schemas.quantities import parse_duration

if TYPE_CHECKING:
    from specc_schemas import PipelineSpec
    from specc_schemas.common import Package as PackageModel
    from specc_schemas.pulumi import Pulumi
    from specc_schemas.triggers import Trigger as TriggerModel


def deployment(model: PipelineSpec, stack: str) -> Deployment:
    """What the spec says of its environment `stack`, whose overrides it has taken in already."""
    found = (model.stacks or {}).get(stack)
    if found is None and not (model.tags or model.triggers or model.package or model.pulumi):
        return NOWHERE
    return Deployment(
        stack=stack,
        region=found.region if found is not None else None,
        endpoint=found.endpoint if found is not None else None,
        bucket=found.bucket if found is not None else None,
        protect=bool(found.protect) if found is not None else False,
        role=found.role if found is not None else None,
        tags=tuple(sorted((model.tags or {}).items())),
        triggers=tuple(_trigger(item, number) for number, item in enumerate(model.triggers or ())),
        package=_package(model.package),
        pulumi=_pulumi(model.pulumi),
    )


def _package(model: PackageModel | None) -> Package:
    if model is None:
        return Package()
    return Package(
        include=tuple(model.include or ()),
        python=model.python,
        requirements=model.requirements,
        format=model.format or "zip",
        arch=model.arch or "arm64",
    )


def _pulumi(model: Pulumi | None) -> PulumiSettings:
    if model is None:
        return PulumiSettings()
    return PulumiSettings(
        extra=model.extra,
        backend=model.backend,
        secrets_provider=model.secrets_provider,
        allow_data_loss=bool(model.allow_data_loss),
    )


def _trigger(model: TriggerModel, number: int) -> Trigger:
    schedule, event = model.schedule, model.event
    return Trigger(
        schedule=None
        if schedule is None
        else Schedule(
            cron=schedule.cron,
            rate=parse_duration(schedule.rate) if schedule.rate is not None else None,
            timezone=schedule.timezone or "UTC",
        ),
        event=None
        if event is None
        else Event(
            source=event.source,
            detail_type=event.detail_type,
            detail=tuple(sorted((event.detail or {}).items())),
            bus=event.bus,
            bucket=event.bucket,
            prefix=event.prefix,
        ),
        arguments=Template(model.with_ or {}),
        origin=ROOT.child("triggers", number),
    )
