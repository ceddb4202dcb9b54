"""What CloudFormation takes (CloudFormation user guide, "Understand CloudFormation quotas")."""

from __future__ import annotations

import re
from collections import Counter

from specc.diagnostics import ROOT, Label, Place, Severity, Sink
from specc.ir.module import Module
from specc_runtime.entry import STORE
from specc_targets.asl.text import Json
from specc_targets.aws.deployment import Stack
from specc_targets.cloudformation.batch import NETWORK

MAX_INLINE = 51_200
"""Bytes of a template that is handed over itself; a larger one goes by way of S3."""
MAX_TEMPLATE = 1_000_000
"""Bytes of a template in S3 (1 MB)."""
MAX_RESOURCES = 500
MAX_PARAMETERS = 200
MAX_OUTPUTS = 200
MAX_TAGS = 50
_TAG_KEY, _TAG_VALUE = 128, 256
MAX_MACHINE_NAME = 80
MAX_FUNCTION_NAME = 64
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
"""Names of stacks (CloudFormation API reference, CreateStack)."""
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
_STEPS = ROOT.child("steps").key()


def check_template(sink: Sink, template: dict[str, Json], size: int) -> None:
    """Report SPC470 and SPC471."""
    for section, most in (("Resources", MAX_RESOURCES), ("Parameters", MAX_PARAMETERS), ("Outputs", MAX_OUTPUTS)):
        part = template.get(section)
        assert isinstance(part, dict | None)
        number = len(part or ())
        if number > most:
            sink.report(
                "SPC470",
                f"the template has {number:,} {section.lower()}; CloudFormation takes {most}",
                Label(_STEPS, "made for these steps"),
                help=_most_frequent(part or {}) if section == "Resources" else _FEWER,
            )
    if size > MAX_TEMPLATE:
        sink.report(
            "SPC471",
            f"the template has {size:,} bytes; CloudFormation takes {MAX_TEMPLATE:,}",
            Label(_STEPS, "made for these steps"),
            help=_FEWER,
        )


_FEWER = "share compute profiles between steps, or split the pipeline"


def _most_frequent(resources: dict[str, Json]) -> str:
    types = Counter(str(item["Type"]) for item in resources.values() if isinstance(item, dict))
    listed = ", ".join(f"{number} of {name}" for name, number in types.most_common(3))
    return f"there are {listed}: {_FEWER}"


def check_names(sink: Sink, stack: Stack) -> None:
    """Report SPC476."""
    if not _STACK.fullmatch(stack.name):
        sink.report(
            "SPC476",
            f"`{stack.name}` cannot be the name of a stack of CloudFormation: it has letters, digits and `-`",
            Label(ROOT.child("stacks"), "part of the stack's name"),
            help="use `-` in place of `_` in the name of the stack",
        )
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
            parameters = " and ".join(f"`{NETWORK[name][0]}`" for name in missing)
            sink.report(
                "SPC477",
                f"the compute profile `{item.profile}` names no {listed}: {parameters} must be given to the template",
                Label(item.origin.child("compute"), "runs on a queue that is made"),
                severity=Severity.WARNING,
                help=f"add {listed} to the profile, or to that of a stack; or name a `queue` that there is",
            )


def check_texts(sink: Sink, module: Module) -> None:
    """Report tags that AWS does not take, and texts that CloudFormation or Lambda do: SPC473 to SPC475."""
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
    texts = [("tags", name, f"{name} {value}") for name, value in tags]
    texts += [("env", name, value) for name, value in module.environment]
    for block, name, value in texts:
        if "{{resolve:" in value:
            sink.report(
                "SPC474",
                f"CloudFormation would put another value for the `{{{{resolve:...}}}}` in `{name}`",
                Label(ROOT.child(block, name), "not left as it is"),
                help="read secrets with `[secrets]`, and write other texts without `{{resolve:`",
            )
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
