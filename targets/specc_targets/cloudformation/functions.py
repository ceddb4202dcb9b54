"""Lambda functions, their code and their logs."""

from __future__ import annotations

from specc_runtime.entry import STORE
from specc_targets.aws.deployment import Function
from specc_targets.cloudformation.intrinsics import NO_VALUE, If, Ref, Value
from specc_targets.cloudformation.logs import write_logs
from specc_targets.cloudformation.storage import store_uri
from specc_targets.cloudformation.template import Template, plain

ARTIFACT_BUCKET, ARTIFACT_KEY, LAYER_KEY, IMAGE = "ArtifactBucket", "ArtifactKey", "LayerKey", "ImageUri"
"""Parameters that say where `specc build` and the deployer have put the code."""
_HAS_LAYER = "HasLayer"
_LAYER = "DependenciesLayer"


def write_code(template: Template) -> None:
    """The parameters that say where the code is, and the layer with its dependencies where there is one."""
    stack = template.stack
    zipped = stack.package_format == "zip" and bool(stack.functions)
    if zipped or template.definition_in_s3:
        template.parameter(ARTIFACT_BUCKET, "The bucket that holds what specc build made")
    if zipped:
        template.parameter(ARTIFACT_KEY, "The key of the archive with the functions' code")
        template.parameter(LAYER_KEY, "The key of the archive with their dependencies, or nothing", Default="")
        template.condition(_HAS_LAYER, {"Fn::Not": [{"Fn::Equals": [{"Ref": LAYER_KEY}, ""]}]})
        _layer(template)
    if (stack.functions and not zipped) or any(item.image is None for item in stack.containers):
        template.parameter(IMAGE, "The image with the code, as REPOSITORY@sha256:DIGEST or REPOSITORY:TAG")


def _layer(template: Template) -> None:
    stack = template.stack
    common: dict[str, Value] = {
        "LayerName": f"{stack.name}-dependencies",
        "CompatibleRuntimes": [f"python{stack.python}"],
        "CompatibleArchitectures": [stack.arch],
    }
    if template.sam:
        content: Value = {"Bucket": Ref(ARTIFACT_BUCKET), "Key": Ref(LAYER_KEY)}
        kind, special = "AWS::Serverless::LayerVersion", {"ContentUri": content, "RetentionPolicy": "Delete"}
    else:
        content = {"S3Bucket": Ref(ARTIFACT_BUCKET), "S3Key": Ref(LAYER_KEY)}
        kind, special = "AWS::Lambda::LayerVersion", {"Content": content}
    template.add(_LAYER, kind, {**common, **special}, Condition=_HAS_LAYER)


def write_functions(template: Template) -> None:
    """Each function with its log group."""
    for function in template.stack.functions:
        logical = function_id(template, function)
        write_logs(template, f"{logical}Logs", function.logs)
        properties = _properties(template, function)
        properties["LoggingConfig"] = {"LogGroup": Ref(f"{logical}Logs")}
        if template.sam:
            template.add(logical, "AWS::Serverless::Function", {**properties, **_sam(template, function)})
        else:
            template.add(logical, "AWS::Lambda::Function", {**properties, **_plain(template, function)})
        template.output(logical, f"The function of the compute profile {function.profile}", Ref(logical))


def function_id(template: Template, function: Function) -> str:
    """The id of a function."""
    return template.ids.of("Function", function.profile)


def _properties(template: Template, function: Function) -> dict[str, Value]:
    stack = template.stack
    variables: dict[str, Value] = {name: plain(value) for name, value in function.environment}
    variables[STORE] = store_uri(template)
    found: dict[str, Value] = {
        "FunctionName": function.name,
        "Description": f"Steps of {stack.name} on the compute profile {function.profile}",
        "Architectures": [stack.arch],
        "MemorySize": function.memory,
        "Timeout": function.timeout,
        "Role": template.role(function.role),
        "Environment": {"Variables": variables},
    }
    if stack.package_format == "image":
        found |= {"PackageType": "Image", "ImageConfig": {"Command": [function.handler]}}
    else:
        found |= {
            "PackageType": "Zip",
            "Runtime": f"python{stack.python}",
            "Handler": function.handler,
            "Layers": If(_HAS_LAYER, [Ref(_LAYER)], NO_VALUE),
        }
    return found


def _plain(template: Template, function: Function) -> dict[str, Value]:
    image = template.stack.package_format == "image"
    code: Value = {"ImageUri": Ref(IMAGE)} if image else {"S3Bucket": Ref(ARTIFACT_BUCKET), "S3Key": Ref(ARTIFACT_KEY)}
    mode = "Active" if function.tracing else "PassThrough"
    return {"Code": code, "TracingConfig": {"Mode": mode}, "Tags": template.tags()}


def _sam(template: Template, function: Function) -> dict[str, Value]:
    image = template.stack.package_format == "image"
    place: Value = {"Bucket": Ref(ARTIFACT_BUCKET), "Key": Ref(ARTIFACT_KEY)}
    code: dict[str, Value] = {"ImageUri": Ref(IMAGE)} if image else {"CodeUri": place}
    return {**code, "Tracing": "Active" if function.tracing else "PassThrough", "Tags": template.tag_map()}
