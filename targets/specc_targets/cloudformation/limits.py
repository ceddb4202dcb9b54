"""What CloudFormation takes (CloudFormation user guide, "Understand CloudFormation quotas")."""

from __future__ import annotations

import re
from collections import Counter

from specc.diagnostics import ROOT, Label, Severity, Sink
from specc.ir.module import Module
from specc.passes.base import Context
from specc_targets.asl.text import Json
from specc_targets.aws.deployment import Stack

MAX_INLINE = 51_200
"""Bytes of a template that is handed over itself; a larger one goes by way of S3."""
MAX_TEMPLATE = 1_000_000
"""Bytes of a template in S3 (1 MB)."""
MAX_RESOURCES = 500
MAX_PARAMETERS = 200
MAX_OUTPUTS = 200
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
"""Names of stacks (CloudFormation API reference, CreateStack)."""
_STEPS = ROOT.child("steps").key()


def check_extra(context: Context, module: Module) -> None:
    """Report SPC544: a warning, or a hint where the program that has these resources is compiled at once."""
    extra = module.deployment.pulumi.extra
    if extra is not None:
        context.sink.report(
            "SPC544",
            f"the resources of `{extra}` are not in a template of CloudFormation",
            Label(ROOT.child("pulumi", "extra"), "only `specc up` makes them"),
            severity=Severity.HINT if "pulumi" in context.targets else Severity.WARNING,
            help="bring the spec up with `specc up`, or make these resources by other means",
        )


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


def check_name(sink: Sink, stack: Stack) -> None:
    """Report SPC476."""
    if not _STACK.fullmatch(stack.name):
        sink.report(
            "SPC476",
            f"`{stack.name}` cannot be the name of a stack of CloudFormation: it has letters, digits and `-`",
            Label(ROOT.child("stacks"), "part of the stack's name"),
            help="use `-` in place of `_` in the name of the stack",
        )


def check_texts(sink: Sink, module: Module) -> None:
    """Report texts that CloudFormation does not leave as they are: SPC474."""
    texts = [("tags", name, f"{name} {value}") for name, value in module.deployment.tags]
    texts += [("env", name, value) for name, value in module.environment]
    for block, name, value in texts:
        if "{{resolve:" in value:
            sink.report(
                "SPC474",
                f"CloudFormation would put another value for the `{{{{resolve:...}}}}` in `{name}`",
                Label(ROOT.child(block, name), "not left as it is"),
                help="read secrets with `[secrets]`, and write other texts without `{{resolve:`",
            )
