"""A module: one whole spec in the IR."""

from __future__ import annotations

from dataclasses import dataclass, field

from specc.diagnostics import ROOT, Place
from specc.expressions.types import ANY, Type
from specc.ir.deployment import NOWHERE, Deployment
from specc.ir.region import EMPTY, Region
from specc.ir.tracking import UNTRACKED, Tracking
from specc_runtime.expressions import JsonValue, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A typed input of the run. `schema` is its JSON Schema; without `default` it is required."""

    name: str
    type: Type
    schema: dict[str, JsonValue]
    kind: str = "string"
    """The `type` the spec gives: string, integer, number, boolean, object, array, path, datetime or duration."""
    required: bool = True
    default: JsonValue = None
    origin: Place = field(default=ROOT, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One named value of the run's result."""

    name: str
    value: Template
    type: Type = ANY
    origin: Place = field(default=ROOT, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A spec as operations: `body` runs first, `finally_` afterwards whatever happened (it sees `run.status`)."""

    name: str
    kind: str = "pipeline"
    description: str = ""
    parameters: tuple[Parameter, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    """Plain environment of every task, sorted by name."""
    secrets: tuple[tuple[str, str], ...] = ()
    """Environment name -> where its value is read (`env:NAME`, `file:path`, ...); never a value."""
    body: Region = EMPTY
    finally_: Region = EMPTY
    outputs: tuple[Output, ...] = ()
    package_root: str = "."
    """Folder of the user's code, relative to the spec."""
    deployment: Deployment = field(default=NOWHERE, compare=False, repr=False)
    """Where and how it is deployed. No part of what it computes, so neither printed nor compared."""
    tracking: Tracking = field(default=UNTRACKED, compare=False, repr=False)
    """Where its metrics go. As little a part of it."""
