"""Lambda: functions with their versions, aliases, layers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from pulumi_engine.provider.cloud import Cloud
from pulumi_engine.provider.errors import ProviderError
from pulumi_engine.provider.kind import TAGS, Kind, State, retag
from pulumi_engine.provider.shapes import Archive, Field, Given, Many, Shape, Table

_GONE = ("ResourceNotFoundException",)
_LISTED = ("Resource", "Tags", "TagKeys")
_CODE = frozenset({"code", "sourceCodeHash", "s3Bucket", "s3Key", "s3ObjectVersion", "imageUri", "architectures"})
"""Properties that `UpdateFunctionCode` takes."""
_VIRTUAL = frozenset({"code", "sourceCodeHash", "s3Bucket", "s3Key", "s3ObjectVersion", "skipDestroy", "publish"})


def invoked(arn: str) -> str:
    """The ARN that API Gateway calls a function by."""
    region = arn.split(":")[3]
    return f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"


def take_code(given: Given) -> dict[str, Any]:
    """Where code is, as the API says it; one place, no more and no less."""
    archive, image = given.take("code"), given.take("imageUri")
    place = {"S3Bucket": given.take("s3Bucket"), "S3Key": given.take("s3Key")}
    version = given.take("s3ObjectVersion")
    given.take("sourceCodeHash")
    if (archive is not None) + (image is not None) + (place["S3Bucket"] is not None) != 1:
        raise ProviderError("one of `code`, `image_uri` or `s3_bucket` must be specified")
    if archive is not None:
        return {"ZipFile": Path(archive.path).read_bytes()}
    if image is not None:
        return {"ImageUri": image}
    return {**place, **({"S3ObjectVersion": version} if version else {})}


class Function(Kind):
    """A function. With `publish`, each change of its code or configuration makes a version."""

    token = "aws:lambda/function:Function"
    shape: ClassVar[Shape] = {
        "name": Field(api="FunctionName", new=True),
        "description": Field(api="Description", default=""),
        "role": Field(api="Role", required=True),
        "runtime": Field(api="Runtime"),
        "handler": Field(api="Handler"),
        "memorySize": Field(api="MemorySize", of=int, default=128),
        "timeout": Field(api="Timeout", of=int, default=3),
        "layers": Field(api="Layers", of=Many(str), default=[]),
        "packageType": Field(api="PackageType", new=True),
        "kmsKeyArn": Field(api="KMSKeyArn", default=""),
        "environment": Field(
            api="Environment", of={"variables": Field(api="Variables", of=Table())}, default={"Variables": {}}
        ),
        "ephemeralStorage": Field(
            api="EphemeralStorage", of={"size": Field(api="Size", of=int)}, default={"Size": 512}
        ),
        "tracingConfig": Field(api="TracingConfig", of={"mode": Field(api="Mode", required=True)}),
        "loggingConfig": Field(
            api="LoggingConfig",
            of={
                "logFormat": Field(api="LogFormat", required=True),
                "logGroup": Field(api="LogGroup"),
                "applicationLogLevel": Field(api="ApplicationLogLevel"),
                "systemLogLevel": Field(api="SystemLogLevel"),
            },
        ),
        "imageConfig": Field(
            api="ImageConfig",
            of={
                "commands": Field(api="Command", of=Many(str)),
                "entryPoints": Field(api="EntryPoint", of=Many(str)),
                "workingDirectory": Field(api="WorkingDirectory"),
            },
        ),
        "code": Field(of=Archive),
        "imageUri": Field(),
        "s3Bucket": Field(),
        "s3Key": Field(),
        "s3ObjectVersion": Field(),
        "sourceCodeHash": Field(),
        "architectures": Field(api="Architectures", of=Many(str)),
        "publish": Field(of=bool),
        "reservedConcurrentExecutions": Field(of=int),
        "skipDestroy": Field(of=bool),
        "tags": TAGS,
    }
    autoname = "name"
    virtual = _VIRTUAL
    computed = frozenset({"lastModified"})

    def published(self, changed: frozenset[str], new: Mapping[str, Any]) -> frozenset[str]:
        """A version is made for a change of the code or the configuration."""
        if not changed - {"tags", "skipDestroy", "reservedConcurrentExecutions"}:
            return frozenset()
        found = {"lastModified"}
        if new.get("publish"):
            found |= {"version", "qualifiedArn", "qualifiedInvokeArn"}
        if changed & _CODE:
            found |= {"codeSha256", "sourceCodeSize"}
        return frozenset(found)

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it."""
        code, request = take_code(given), self.request(given)
        given.take("skipDestroy")
        publish, tags = bool(given.take("publish")), given.take("tags")
        reserved = given.take("reservedConcurrentExecutions")
        given.done()
        name = request["FunctionName"]
        action = f"creating Lambda Function ({name})"
        image = request.get("PackageType") == "Image"
        if image != ("ImageUri" in code) or (not image and not (request.get("Handler") and request.get("Runtime"))):
            raise ProviderError(
                f"{action}: handler and runtime must be set when PackageType is Zip, image_uri when Image"
            )
        cloud.trusted(action, request["Role"], "lambda.amazonaws.com")
        if cloud.ask("lambda", "GetFunction", _GONE, FunctionName=name) is not None:
            raise ProviderError(
                f"{action}: operation error Lambda: CreateFunction, https response error StatusCode: 409, "
                f"ResourceConflictException: Function already exist: {name}"
            )
        cloud.call(action, "lambda", "CreateFunction", **request, Code=code, Publish=publish, Tags=tags or {})
        self._reserve(cloud, name, reserved)
        return str(name)

    def _reserve(self, cloud: Cloud, name: str, reserved: float | None) -> None:
        if reserved is not None and reserved >= 0:
            given = {"FunctionName": name, "ReservedConcurrentExecutions": int(reserved)}
            cloud.call("setting concurrency", "lambda", "PutFunctionConcurrency", **given)

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """All of it, and its last version."""
        found = cloud.ask("lambda", "GetFunction", _GONE, FunctionName=id)
        if found is None:
            return None
        said = found["Configuration"]
        arn = said["FunctionArn"].removesuffix(":$LATEST")
        told = self.told({**said, "Layers": [item["Arn"] for item in said.get("Layers", ())]})
        versions = cloud.client("lambda").get_paginator("list_versions_by_function").paginate(FunctionName=id)
        numbers = [int(item["Version"]) for page in versions for item in page["Versions"] if item["Version"].isdigit()]
        version = str(max(numbers)) if known.get("publish") and numbers else "$LATEST"
        reserved = found.get("Concurrency", {}).get("ReservedConcurrentExecutions", -1)
        return {
            **told,
            "arn": arn,
            "invokeArn": invoked(arn),
            "version": version,
            "qualifiedArn": f"{arn}:{version}",
            "qualifiedInvokeArn": invoked(f"{arn}:{version}"),
            "lastModified": said["LastModified"],
            "codeSha256": said["CodeSha256"],
            "sourceCodeSize": said["CodeSize"],
            "imageUri": found["Code"].get("ImageUri"),
            "reservedConcurrentExecutions": reserved,
            "tags": found.get("Tags", {}),
        }

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Change code and configuration, and publish a version of both."""
        code = take_code(given)
        own = {"code", "publish", "tags", "skipDestroy", "reservedConcurrentExecutions"}
        request = self.request(given, resetting=changed - own - (_CODE - {"architectures"}))
        given.take("skipDestroy")
        publish, tags = bool(given.take("publish")), given.take("tags", {})
        reserved = given.take("reservedConcurrentExecutions")
        given.done()
        action = f"updating Lambda Function ({id})"
        cloud.trusted(action, request["Role"], "lambda.amazonaws.com")
        architectures = request.pop("Architectures", ["x86_64"])
        request.pop("PackageType", None)
        config = {self.shape[name].api for name in changed - _CODE - own}
        if config:
            said = {key: value for key, value in request.items() if key in config or key == "FunctionName"}
            cloud.call(f"{action} configuration", "lambda", "UpdateFunctionConfiguration", **said)
        if changed & _CODE:
            said = {**code, "Architectures": architectures}
            cloud.call(f"{action} code", "lambda", "UpdateFunctionCode", FunctionName=id, **said)
        if publish and (config or changed & (_CODE | {"publish"})):
            cloud.call(f"publishing Lambda Function ({id}) Version", "lambda", "PublishVersion", FunctionName=id)
        if "reservedConcurrentExecutions" in changed:
            self._reserve(cloud, id, reserved)
        if "tags" in changed:
            arn = cloud.call("", "lambda", "GetFunctionConfiguration", FunctionName=id)["FunctionArn"]
            retag(cloud, "lambda", arn, tags, listed=_LISTED)
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it with all of its versions."""
        if not state.get("skipDestroy"):
            cloud.call(f"deleting Lambda Function ({id})", "lambda", "DeleteFunction", FunctionName=id)


class Alias(Kind):
    """A name for a version."""

    token = "aws:lambda/alias:Alias"
    shape: ClassVar[Shape] = {
        "name": Field(api="Name", new=True),
        "functionName": Field(api="FunctionName", new=True, required=True),
        "functionVersion": Field(api="FunctionVersion", required=True),
        "description": Field(api="Description", default=""),
    }
    autoname = "name"

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it, of a version that is there."""
        request = self.request(given)
        given.done()
        action = f"creating Lambda Alias ({request['Name']})"
        _version_is_there(cloud, action, request)
        return str(cloud.call(action, "lambda", "CreateAlias", **request)["AliasArn"])

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Its version."""
        *_, function, name = id.split(":")
        found = cloud.ask("lambda", "GetAlias", _GONE, FunctionName=function, Name=name)
        if found is None:
            return None
        # what the program said, a name or an ARN, names the same function
        said = known.get("functionName") or function
        return {**self.told(found), "functionName": said, "arn": id, "invokeArn": invoked(id)}

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Point it elsewhere."""
        request = self.request(given, resetting=changed)
        given.done()
        _version_is_there(cloud, "updating Lambda Alias", request)
        cloud.call(f"updating Lambda Alias ({id})", "lambda", "UpdateAlias", **request)
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it."""
        *_, function, name = id.split(":")
        cloud.call(f"deleting Lambda Alias ({id})", "lambda", "DeleteAlias", FunctionName=function, Name=name)


def _version_is_there(cloud: Cloud, action: str, request: Mapping[str, Any]) -> None:
    """moto makes an alias of any version."""
    function, version = request["FunctionName"], request["FunctionVersion"]
    found = cloud.ask("lambda", "GetFunction", _GONE, FunctionName=function, Qualifier=version)
    if found is None:
        raise ProviderError(f"{action}: StatusCode: 404, ResourceNotFoundException: {function}:{version} not found")


class LayerVersion(Kind):
    """A version of a layer: any change makes another."""

    token = "aws:lambda/layerVersion:LayerVersion"
    shape: ClassVar[Shape] = {
        "layerName": Field(api="LayerName", new=True, required=True),
        "description": Field(api="Description", new=True),
        "licenseInfo": Field(api="LicenseInfo", new=True),
        "compatibleRuntimes": Field(api="CompatibleRuntimes", of=Many(str, unordered=True), new=True),
        "compatibleArchitectures": Field(api="CompatibleArchitectures", of=Many(str, unordered=True), new=True),
        "code": Field(of=Archive, new=True),
        "s3Bucket": Field(new=True),
        "s3Key": Field(new=True),
        "s3ObjectVersion": Field(new=True),
        "sourceCodeHash": Field(new=True),
        "skipDestroy": Field(of=bool),
    }
    virtual = _VIRTUAL

    def create(self, cloud: Cloud, given: Given) -> str:
        """Publish it."""
        code, request = take_code(given), self.request(given)
        given.take("skipDestroy")
        given.done()
        action = f"publishing Lambda Layer ({request['LayerName']}) Version"
        return str(cloud.call(action, "lambda", "PublishLayerVersion", **request, Content=code)["LayerVersionArn"])

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """All of it."""
        layer, _, version = id.rpartition(":")
        given = {"LayerName": layer.rpartition(":")[2], "VersionNumber": int(version)}
        found = cloud.ask("lambda", "GetLayerVersion", _GONE, **given)
        if found is None:
            return None
        return {
            **self.told(found),
            "layerName": layer.rpartition(":")[2],
            "arn": id,
            "layerArn": layer,
            "version": version,
            "codeSha256": found["Content"]["CodeSha256"],
            "sourceCodeSize": found["Content"]["CodeSize"],
            "createdDate": found["CreatedDate"],
        }

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Only whether it is to stay can change."""
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete the version, unless it is to stay."""
        if not state.get("skipDestroy"):
            layer, _, version = id.rpartition(":")
            given = {"LayerName": layer.rpartition(":")[2], "VersionNumber": int(version)}
            cloud.call(f"deleting Lambda Layer Version ({id})", "lambda", "DeleteLayerVersion", **given)


KINDS = (Function, Alias, LayerVersion)
