"""Limits of Batch and ECS on the steps that they run."""

from __future__ import annotations

from specc.diagnostics import Label, Place, Severity, Sink
from specc.ir.module import Module
from specc.ir.ops import CallTask, ContainerTask
from specc.ir.walk import every_operation
from specc_targets.asl.functions import service_profile
from specc_targets.asl.limits import check_function_name
from specc_targets.aws.containers import all_hosted_calls, is_hosted
from specc_targets.aws.names import Names
from specc_targets.aws.sizes import SizeError, size_of

SHORTEST = 60
"""Seconds: the shortest limit of a job (AWS Batch: job timeouts)."""
LONGEST_NAME = 128
"""Characters of a job definition, a job queue or a compute environment (AWS Batch API reference)."""
_WHERE_GPUS_ARE = 'use a profile with `engine = "batch"`, or leave `gpu` out'


def check_hosted(sink: Sink, module: Module) -> None:
    """Report SPC450 to SPC457, and SPC421 for the function that works for containers."""
    seen: set[str] = set()
    for _, _, op in all_hosted_calls(module):
        if op.compute.profile not in seen:
            seen.add(op.compute.profile)
            _profile(sink, module, op)
        if isinstance(op, ContainerTask):
            _container(sink, op)
    others = [op for op in every_operation(module) if isinstance(op, CallTask) and not is_hosted(op)]
    for other in others:
        _function(sink, other)
    if seen and not others:
        check_function_name(sink, module, service_profile(module))


def _profile(sink: Sink, module: Module, op: CallTask) -> None:
    compute, place = op.compute, op.origin.child("compute")
    name = Names.of(module).compute(compute.profile)
    if compute.engine == "ecs" and not compute.hosting.subnets:
        sink.report(
            "SPC450",
            f"step `{op.name}` runs on ECS, and its profile names no subnets",
            Label(place, "nowhere to run"),
            help='add `subnets = ["subnet-..."]` to the profile, or to that of a stack',
        )
    if compute.engine == "ecs" and compute.gpu:
        _no_gpu(sink, op, "a task on Fargate has no GPU")
    else:
        try:
            size_of(compute)
        except SizeError as error:
            sink.report("SPC451", f"step `{op.name}`: {error}", Label(place, "no such container"), help=error.help)
    if compute.engine == "batch" and compute.gpu and _on_arm(module, op):
        why = "hosts that Batch starts for one have x86_64 processors: the image of the spec is made for arm64"
        _no_gpu(sink, op, why, help='write `arch = "x86_64"` into `[package]`')
    if len(name) > LONGEST_NAME:
        sink.report(
            "SPC453",
            f"the name `{name}` has {len(name)} characters; Batch and ECS allow {LONGEST_NAME}",
            Label(Place(("name",)), "part of the names of all jobs"),
            help="shorten the name of the spec or of the compute profile",
        )


def _function(sink: Sink, op: CallTask) -> None:
    if op.compute.gpu and op.compute.engine == "lambda":
        _no_gpu(sink, op, "a Lambda function has no GPU")
    if isinstance(op, ContainerTask) and op.compute.engine == "lambda":
        sink.report(
            "SPC454",
            f"step `{op.name}` runs a container, which a Lambda function cannot",
            Label(op.origin.child("container").key(), "needs Batch or ECS"),
            help='give the step a profile with `engine = "batch"` or `engine = "ecs"`: `compute = "..."`',
        )


def _on_arm(module: Module, op: CallTask) -> bool:
    """Whether a queue that is made runs the image of `specc build`, for processors that no host with a GPU has.

    (AWS Batch User Guide, "Use a GPU workload AMI": Batch has none for AWS Graviton.)
    """
    hosting = op.compute.hosting
    made = hosting.queue is None and hosting.image is None and not isinstance(op, ContainerTask)
    return made and module.deployment.package.arch == "arm64"


def _no_gpu(sink: Sink, op: CallTask, why: str, *, help: str = _WHERE_GPUS_ARE) -> None:
    sink.report(
        "SPC452",
        f"step `{op.name}` asks for a GPU, and {why}",
        Label(op.origin.child("compute"), "no GPU here"),
        help=help,
    )


def _container(sink: Sink, op: ContainerTask) -> None:
    raw = op.arguments.raw
    table = raw.get("container") if isinstance(raw, dict) else None
    assert isinstance(raw, dict)
    assert isinstance(table, dict)
    place = op.origin.child("container")
    if "${" in str(table.get("image", "")):
        sink.report(
            "SPC455",
            f"step `{op.name}`: the image of a container on AWS is part of its definition, so it cannot be computed",
            Label(place.child("image"), "known only in a run"),
            help="write the image out; what changes from run to run goes into `command` or `env`",
        )
    if raw.get("result", "exit") != "exit":
        sink.report(
            "SPC456",
            f"step `{op.name}`: what a container prints on AWS goes to its log, not to the workflow",
            Label(op.origin.child("result"), "cannot be had here"),
            help='have the container write to S3 and use that in the next step; `result = "exit"` gives its status',
        )
    limit = min((item for item in (op.timeout, op.compute.timeout) if item is not None), default=None)
    if op.compute.engine == "batch" and limit is not None and limit < SHORTEST:
        where = "timeout" if limit == op.timeout else "compute"
        sink.report(
            "SPC457",
            f"step `{op.name}` may take {limit:g} seconds; Batch ends a container after {SHORTEST} at the earliest",
            Label(op.origin.child(where), "ended later"),
            severity=Severity.WARNING,
            help="use at least `60s`",
        )
