"""A stack as a Pulumi project in Python: one resource a statement, grouped by purpose, each with the line it is from.

`code` lays out Python source, `writer` gathers the statements, and one file for each kind of resource writes them, in
the order of the program.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath

from specc.diagnostics import Place
from specc.ir.module import Module
from specc.passes.base import Context
from specc.pulumi_settings import ENTRY
from specc_targets.aws.deployment import Stack
from specc_targets.aws.model import stack as stack_of
from specc_targets.json_text import indented
from specc_targets.pulumi.program.code import Call, Value
from specc_targets.pulumi.program.containers import write_containers
from specc_targets.pulumi.program.files import DEFAULT_STACK, REQUIREMENTS, project_file, stack_file
from specc_targets.pulumi.program.functions import function_name, write_functions
from specc_targets.pulumi.program.head import head
from specc_targets.pulumi.program.machines import MACHINE, definition_file, write_alarms, write_machines, write_triggers
from specc_targets.pulumi.program.roles import write_roles
from specc_targets.pulumi.program.steps import steps_by_profile
from specc_targets.pulumi.program.storage import write_storage
from specc_targets.pulumi.program.writer import Packaged, Writer

__all__ = ["Packaged", "Program", "program"]

_WRITERS = (
    write_storage,
    write_roles,
    write_functions,
    write_containers,
    write_machines,
    write_triggers,
    write_alarms,
)
_WIDTH = 100
_RULE = 88
"""Columns of the line that begins a section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A Pulumi project, and what its resources are there for."""

    files: Mapping[PurePosixPath, bytes]
    project: str
    stack: str
    places: Mapping[str, Place]
    """Name of a resource -> where the spec asks for it."""
    steps: Mapping[str, tuple[str, ...]]
    """Name of a resource -> the steps that it is there for; none: for all."""
    types: Mapping[str, str]
    """Name of a resource -> its class, such as `aws.lambda_.Function`."""
    stateful: frozenset[str]
    """Names of the resources that hold data."""
    deployment: Stack


def program(
    context: Context,
    module: Module,
    packaged: Packaged | None = None,
    *,
    eject: bool = False,
    virtualenv: str | None = "venv",
) -> Program | None:
    """The project of a module that `legalize` of the target `pulumi` gave; None when the sink says why not.

    `packaged` says what the code was built into; without it, what the spec lets expect. An ejected program speaks as
    one that is kept and changed. `virtualenv` is the environment that is to run it.
    """
    made = stack_of(context, module)
    if made is None:
        return None
    if packaged is None:
        packaged = Packaged(dependencies="inline" if module.deployment.package.requirements is not None else None)
    writer = Writer(made, context, packaged, steps_by_profile(module))
    for write in _WRITERS:
        write(writer)
    source = _source(context, module)
    stack = module.deployment.stack or DEFAULT_STACK
    extra = _extra(context, module, writer)
    _outputs(writer)
    files: dict[str, str | bytes] = {
        "Pulumi.yaml": project_file(module.name, " ".join(made.description.split()), virtualenv),
        f"Pulumi.{stack}.yaml": stack_file(made, module.deployment.endpoint),
        "__main__.py": _text(writer, head(writer, source, stack=stack, eject=eject, extra=extra and extra[0])),
        "requirements.txt": REQUIREMENTS,
        **({f"{extra[0]}.py": extra[1]} if extra is not None else {}),
    }
    for machine in made.machines:
        files[str(definition_file(writer, machine))] = indented(json.loads(machine.definition), 2, _WIDTH) + "\n"
    return Program(
        files={PurePosixPath(name): text if isinstance(text, bytes) else text.encode() for name, text in files.items()},
        project=module.name,
        stack=stack,
        places={name: item.place for name, item in writer.made.items()},
        steps={name: item.steps for name, item in writer.made.items()},
        types={name: item.type for name, item in writer.made.items()},
        stateful=frozenset(name for name, item in writer.made.items() if item.stateful),
        deployment=made,
    )


def _source(context: Context, module: Module) -> str:
    """The name of the spec's file."""
    if context.spec is None:
        return module.name
    return PurePath(context.spec.documents[0].name).name


def _extra(context: Context, module: Module, writer: Writer) -> tuple[str, bytes] | None:
    """The user's own resources: the name of their module, and its text; they are made last."""
    path = module.deployment.pulumi.extra
    if path is None:
        return None
    file = Path(context.root, path)
    writer.section("Extra: [pulumi] extra of the spec")
    resources: dict[str, Value] = {name: item.itself for name, item in writer.made.items()}
    writer.statement("", Call(ENTRY, (resources,)))
    return file.stem, file.read_bytes()  # in whatever encoding it says


def _outputs(writer: Writer) -> None:
    writer.section("Outputs")
    functions: dict[str, Value] = {
        item.profile: writer.find(function_name(item)).output("name") for item in writer.stack.functions
    }
    found: dict[str, Value] = {"StateMachineArn": writer.find(MACHINE).output("arn"), "Bucket": writer.bucket}
    if functions:
        found["Functions"] = functions
    for name, value in found.items():
        writer.statement("", Call("pulumi.export", (name, value)))


def _text(writer: Writer, beginning: str) -> str:
    parts = [beginning + "\n"]
    for title, statements in writer.sections:
        parts.append(f"# {title} ".ljust(_RULE, "-") + "\n\n")
        gap = "\n" if title == "Outputs" else "\n\n"
        parts.append(gap.join(statements) + "\n\n")
    return "".join(parts).rstrip("\n") + "\n"
