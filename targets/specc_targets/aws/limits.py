"""What AWS takes, whoever brings it there: names, tags, variables and networks."""

from __future__ import annotations

import re

from specc.diagnostics import ROOT, Label, Place, Severity, Sink
from specc.ir.module import Module
from specc_runtime.entry import STORE
from specc_targets.aws.deployment import Container, Function, Stack
from specc_targets.aws.names import Names

MAX_TAGS = 50
_TAG_KEY, _TAG_VALUE = 128, 256
MAX_MACHINE_NAME = 80
MAX_FUNCTION_NAME = 64
NETWORK = {"subnets": "SubnetIds", "security_groups": "SecurityGroupIds"}
"""What the spec may say of the network of jobs: what stands for it where it does not."""
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
"""Names of variables that a Lambda function takes (CloudFormation reference, AWS::Lambda::Function Environment)."""
_RESERVED = frozenset({
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
})  # fmt: skip
"""Those that Lambda sets itself (Lambda developer guide, "Reserved environment variables")."""


def check_names(sink: Sink, stack: Stack) -> None:
    """Report names that are too long, or too much like each other: SPC476."""
    _check_lengths(sink, stack)
    users: list[Function | Container] = [*stack.functions, *stack.containers]
    known: dict[str, tuple[str, str]] = {}
    for key, profile, origin in dict.fromkeys((item.role, item.profile, item.origin) for item in users):
        name = Names(stack.name).role(key)
        other, as_called = known.setdefault(name.lower(), (profile, name))
        if as_called != name:
            sink.report(
                "SPC476",
                f"the compute profiles `{other}` and `{profile}` differ only in case, which IAM does not tell apart",
                Label(origin.child("compute"), f"its role would be `{name}`, and there is `{as_called}`"),
                help="give one of them another name",
            )


def _check_lengths(sink: Sink, stack: Stack) -> None:
    names = [(item.name, MAX_MACHINE_NAME, "a state machine") for item in stack.machines]
    names += [(item.name, MAX_FUNCTION_NAME, "a Lambda function") for item in stack.functions]
    for name, most, what in names:
        if len(name) > most:
            sink.report(
                "SPC476",
                f"`{name}` has {len(name)} characters; the name of {what} has up to {most}",
                Label(ROOT.child("name"), "part of every name"),
                help="shorten the name of the spec or of the stack",
            )


def check_networks(sink: Sink, stack: Stack) -> None:
    """Report SPC477."""
    for item in {item.profile: item for item in stack.containers if item.engine == "batch"}.values():
        missing = [name for name in ("subnets", "security_groups") if not getattr(item, name)]
        if item.queue is None and missing:
            listed = " and ".join(f"`{name}`" for name in missing)
            parameters = " and ".join(f"`{NETWORK[name]}`" for name in missing)
            sink.report(
                "SPC477",
                f"the compute profile `{item.profile}` names no {listed}: {parameters} must be given to deploy it",
                Label(item.origin.child("compute"), "runs on a queue that is made"),
                severity=Severity.WARNING,
                help=f"add {listed} to the profile, or to that of a stack; or name a `queue` that there is",
            )


def check_tags(sink: Sink, module: Module) -> None:
    """Report tags that AWS does not take: SPC473."""
    tags = module.deployment.tags
    for name, value in tags:
        place = ROOT.child("tags", name)
        if name.lower().startswith("aws:"):
            _tag(sink, f"the tag `{name}` begins with `aws:`, which is for AWS alone", place)
        elif not 0 < len(name) <= _TAG_KEY or len(value) > _TAG_VALUE:
            _tag(sink, f"a tag has up to {_TAG_KEY} characters, and its value up to {_TAG_VALUE}", place)
        elif not _is_plain(name + value):
            _tag(sink, f"the tag `{name}` has a character that AWS does not take", place)
    if len(tags) > MAX_TAGS:
        _tag(sink, f"there are {len(tags)} tags; AWS takes {MAX_TAGS}", ROOT.child("tags"))


def check_variables(sink: Sink, module: Module) -> None:
    """Report variables that Lambda does not take: SPC475."""
    for name, _ in module.environment:
        if name in _RESERVED or name == STORE or not _VARIABLE.fullmatch(name):
            form = "two characters and more: letters, digits and `_`, beginning with a letter"
            sink.report(
                "SPC475",
                f"the variable `{name}` cannot be set in a Lambda function",
                Label(ROOT.child("env", name).key(), "set by specc" if name == STORE else "not taken by Lambda"),
                help=f"use a name that AWS does not reserve, of {form}",
            )


def _tag(sink: Sink, message: str, place: Place) -> None:
    sink.report(
        "SPC473",
        message,
        Label(place.key(), "no tag"),
        help="use letters, digits, blanks and `_.:/=+-@`",
    )


def _is_plain(text: str) -> bool:
    return all(letter.isalnum() or letter in " _.:/=+-@" for letter in text)
