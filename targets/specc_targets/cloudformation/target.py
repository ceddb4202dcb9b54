"""The target `cloudformation`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import ClassVar

from specc.ir.module import Module
from specc.passes.base import Context
from specc_targets.asl.legalize import legalize
from specc_targets.aws.deployment import Stack
from specc_targets.aws.iam.hints import report_roles
from specc_targets.aws.limits import check_names, check_networks, check_tags, check_variables
from specc_targets.aws.model import stack
from specc_targets.aws.triggers import check_triggers
from specc_targets.cloudformation.limits import MAX_TEMPLATE, check_extra, check_name, check_template, check_texts
from specc_targets.cloudformation.template import Template
from specc_targets.cloudformation.write import write_template
from specc_targets.json_text import indented

TEMPLATE = PurePosixPath("template.json")
DEFINITION = PurePosixPath("state-machine.asl.json")
"""The definition of the state machine, where the template would be too large with it."""

_WIDTH = 100
"""Columns into which the short lists and objects of a template go on one line."""


class CloudFormationTarget:
    """Compiles to a template of AWS CloudFormation, or of AWS SAM."""

    name: ClassVar[str] = "cloudformation"

    def __init__(self, *, sam: bool = False) -> None:
        self.sam = sam

    def legalize(self, context: Context, module: Module) -> Module:
        """The module as a state machine takes it. Reports what `asl` does, and SPC464 to SPC468, SPC473 to SPC475."""
        check_triggers(context.sink, module)
        check_tags(context.sink, module)
        check_texts(context.sink, module)
        check_variables(context.sink, module)
        return legalize(context, module)

    def emit(self, context: Context, module: Module) -> Mapping[PurePosixPath, bytes]:
        """`template.json`, and the definition beside it where it must be.

        Reports SPC410, SPC425, SPC470, SPC471, SPC476, SPC477 and SPC544.
        """
        made = stack(context, module)
        if made is None:
            return {}
        report_roles(context.sink, module, made)
        template = write_template(made, sam=self.sam)
        files = {TEMPLATE: text(template)}
        if len(files[TEMPLATE]) > MAX_TEMPLATE:
            template = write_template(made, sam=self.sam, definition_in_s3=True)
            files = {TEMPLATE: text(template), DEFINITION: _definition(made)}
        check_name(context.sink, made)
        check_names(context.sink, made)
        check_networks(context.sink, made)
        check_extra(context, module)
        check_template(context.sink, template.json(), len(files[TEMPLATE]))
        return {} if context.sink.failed else files


def text(template: Template) -> bytes:
    """A template as it is written."""
    return (indented(template.json(), 2, _WIDTH) + "\n").encode()


def _definition(made: Stack) -> bytes:
    return made.machines[0].definition.encode() + b"\n"
