"""A stack as a template: one file a kind of resource, called here in the order of the template."""

from __future__ import annotations

from specc_targets.aws.deployment import Stack
from specc_targets.cloudformation.alarms import write_alarms
from specc_targets.cloudformation.batch import write_batch
from specc_targets.cloudformation.ecs import write_ecs
from specc_targets.cloudformation.functions import write_code, write_functions
from specc_targets.cloudformation.machine import write_machines
from specc_targets.cloudformation.roles import write_roles
from specc_targets.cloudformation.storage import write_storage
from specc_targets.cloudformation.template import Template
from specc_targets.cloudformation.triggers import write_triggers

_WRITERS = (
    write_code,
    write_storage,
    write_roles,
    write_functions,
    write_batch,
    write_ecs,
    write_machines,
    write_triggers,
    write_alarms,
)


def write_template(stack: Stack, *, sam: bool = False, definition_in_s3: bool = False) -> Template:
    """The template of everything in a stack."""
    template = Template(stack=stack, sam=sam, definition_in_s3=definition_in_s3)
    for write in _WRITERS:
        write(template)
    return template
