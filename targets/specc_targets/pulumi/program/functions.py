"""Lambda functions, their code, their versions and their logs."""

from __future__ import annotations

from specc_runtime.entry import STORE
from specc_targets.aws.deployment import Function
from specc_targets.pulumi.program.code import Call, Value
from specc_targets.pulumi.program.logs import write_logs
from specc_targets.pulumi.program.roles import write_policy
from specc_targets.pulumi.program.storage import CODE, DEPENDENCIES, archive, call
from specc_targets.pulumi.program.writer import Made, Writer

ALIAS = "live"
IMAGE = "image"
"""The setting with the address of the image."""
_LAYER = "dependencies-layer"


def write_functions(writer: Writer) -> None:
    """Each function with its permissions, its logs and a name for its newest version."""
    stack = writer.stack
    if not stack.functions:
        return
    writer.section("Functions: one for each compute profile")
    if stack.package_format == "zip" and writer.packaged.dependencies is not None:
        _layer(writer)
    for function in stack.functions:
        _function(writer, function)


def image(writer: Writer) -> Value:
    """The address of the image with the code."""
    if writer.packaged.image is not None:
        return writer.packaged.image
    return writer.setting(
        "image",
        Call("config.require", (IMAGE,)),
        f"The image with the code, REPOSITORY@sha256:DIGEST: pulumi config set {IMAGE} ...",
    )


def function_name(function: Function) -> str:
    """What Pulumi calls a function."""
    return f"{function.profile}-function"


def _layer(writer: Writer) -> None:
    stack = writer.stack
    writer.resource(
        _LAYER,
        "aws.lambda_.LayerVersion",
        {
            "layer_name": f"{stack.name}-dependencies",
            **_archive(writer, "dependencies", DEPENDENCIES, writer.packaged.dependencies),
            "compatible_runtimes": [f"python{stack.python}"],
            "compatible_architectures": [stack.arch],
        },
        comment="What the spec's requirements name",
    )


def _archive(writer: Writer, name: str, file: str, way: str | None) -> dict[str, Value]:
    if way == "s3":
        uploaded = writer.find(name)
        found: dict[str, Value] = {"s3_bucket": uploaded.output("bucket"), "s3_key": uploaded.output("key")}
    else:
        found = {"code": archive(file)}
    return {**found, "source_code_hash": Call("digest", (file,))}


def _function(writer: Writer, function: Function) -> None:
    stack = writer.stack
    steps = writer.steps.get(function.profile, ())
    name = function_name(function)
    write_policy(writer, function.role)
    logs = write_logs(writer, f"{name}-logs", function.logs, function.origin, steps)
    made = writer.resource(
        name,
        "aws.lambda_.Function",
        {
            "name": function.name,
            "description": f"Steps of {stack.name} on the compute profile {function.profile}",
            **_code(writer, function),
            "publish": True,
            "architectures": [stack.arch],
            "memory_size": function.memory,
            "timeout": function.timeout,
            "role": writer.role(function.role),
            "environment": call(
                "aws.lambda_.FunctionEnvironmentArgs", variables={**dict(function.environment), STORE: writer.store}
            ),
            "logging_config": call(
                "aws.lambda_.FunctionLoggingConfigArgs", log_format="Text", log_group=logs.output("name")
            ),
            "tracing_config": call(
                "aws.lambda_.FunctionTracingConfigArgs", mode="Active" if function.tracing else "PassThrough"
            ),
            "tags": writer.tags,
        },
        place=function.origin,
        steps=steps,
        needs=writer.needs_of(function.role),
    )
    writer.define("lambda", f"function:{function.name}", made.output("arn"))
    _alias(writer, function, made)


def _code(writer: Writer, function: Function) -> dict[str, Value]:
    if writer.stack.package_format == "image":
        command = call("aws.lambda_.FunctionImageConfigArgs", commands=[function.handler])
        return {"package_type": "Image", "image_uri": image(writer), "image_config": command}
    layer = writer.made.get(_LAYER)
    layers: list[Value] = [layer.output("arn")] if layer is not None else []
    return {
        "package_type": "Zip",
        "runtime": f"python{writer.stack.python}",
        "handler": function.handler,
        **_archive(writer, "code", CODE, writer.packaged.code),
        "layers": layers or None,
    }


def _alias(writer: Writer, function: Function, made: Made) -> None:
    writer.resource(
        f"{function.profile}-alias",
        "aws.lambda_.Alias",
        {
            "name": ALIAS,
            "description": "The version that runs start with",
            "function_name": made.output("name"),
            "function_version": made.output("version"),
        },
        place=function.origin,
        steps=writer.steps.get(function.profile, ()),
    )
