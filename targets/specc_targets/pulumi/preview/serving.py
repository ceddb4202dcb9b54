"""Monitor and engine of Pulumi, over gRPC: messages to values and back, one question after the other.

What each message means is told in `resource.proto` and `engine.proto` of Pulumi (in `pulumi.runtime.proto`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NoReturn, TypeAlias, cast
from urllib.parse import unquote, urlsplit

import grpc
from google.protobuf import empty_pb2, struct_pb2
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, resource_pb2, resource_pb2_grpc

from specc.targets import TargetError
from specc_targets.pulumi.preview.boot import ASKED
from specc_targets.pulumi.preview.monitor import STACK_TYPE, Message, Planner, Severity, Wanted
from specc_targets.pulumi.preview.values import UNKNOWN, Unknown, Value, decode, encode, hashed, known, secret_texts

if TYPE_CHECKING:
    Call: TypeAlias = "grpc.ServicerContext"

THREADS = 32
OPTIONS = [
    # Definitions and code in a program's text may be larger than the 4 MiB that are the default.
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.so_reuseport", 0),
]
FEATURES: Mapping[str, str] = {
    "secrets": "SECRETS",
    "resourceReferences": "RESOURCE_REFERENCES",
    "outputValues": "OUTPUT_VALUES",
    "aliasSpecs": "ALIAS_SPECS",
    "deletedWith": "DELETED_WITH",
    "replaceWith": "REPLACE_WITH",
    "parameterization": "PARAMETERIZATION",
}
"""What the runtime may use: the names by which older and newer versions of it ask."""
TERMINATED = "the program goes no further"
SEVERITIES: tuple[Severity, ...] = ("info", "info", "warning", "error")
"""By their numbers; the first would be debugging."""


class _TwiceError(TargetError):
    """Two resources of one name: which is asked for first over the wire is chance, so the program's order counts."""

    def __init__(self, *sources: tuple[str, int]) -> None:
        (file, line), self.second = sorted(sources, key=lambda source: (source[0] != "__main__.py", source))
        super().__init__(f"the program asks for it twice; first at {file}:{line}")


class Answers(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    """Answers a program as its planner says. After a failure nothing is answered any more: the program ends."""

    def __init__(self, directory: Path, project: str, stack: str, planner: Planner, dry_run: bool) -> None:
        self.directory = directory
        self.project = project
        self.stack = stack
        self.planner = planner
        self.dry_run = dry_run
        self.messages: list[Message] = []
        self.wanted: dict[str, Wanted] = {}
        """All that was asked for, by URN."""
        self.secrets: set[str] = set()
        """Texts that the program has marked as secret."""
        self.asked: frozenset[str] = frozenset()
        """The settings that the program has asked for."""
        self.failed = False
        self.ended = False
        """Whether the program has come to its end: it has said what it exports."""
        self.bug: Exception | None = None
        """What the planner raised that is not meant for a user."""
        self.root = ""
        self._lock = Lock()

    # The engine

    def Log(self, request: engine_pb2.LogRequest, context: Call) -> empty_pb2.Empty:
        """Keep what the program says: not what the runtime says to itself, nor what only follows from a failure."""
        with self._lock:
            if request.severity == engine_pb2.DEBUG and request.message.startswith(ASKED):
                self.asked = frozenset(json.loads(request.message.removeprefix(ASKED)))
            follows = self.failed and request.severity == engine_pb2.ERROR
            if request.severity != engine_pb2.DEBUG and not follows:
                self.messages.append(Message(SEVERITIES[request.severity], request.urn, request.message.strip()))
        return empty_pb2.Empty()

    def GetRootResource(self, request: object, context: Call) -> engine_pb2.GetRootResourceResponse:
        """The URN of the stack."""
        return engine_pb2.GetRootResourceResponse(urn=self.root)

    def SetRootResource(
        self, request: engine_pb2.SetRootResourceRequest, context: Call
    ) -> engine_pb2.SetRootResourceResponse:
        """Keep the URN of the stack."""
        self.root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, request: object, context: Call) -> engine_pb2.RequirePulumiVersionResponse:
        """Any version is fine."""
        return engine_pb2.RequirePulumiVersionResponse()

    # The monitor

    def GetDeploymentInfo(self, request: object, context: Call) -> resource_pb2.DeploymentInfo:
        """What newer runtimes ask first."""
        numbers = [resource_pb2.ResourceMonitorFeature.Value(f"RESOURCE_MONITOR_FEATURE_{name}") for name in _names()]
        return resource_pb2.DeploymentInfo(
            project=self.project, stack=self.stack, dryRun=self.dry_run, supportedFeatures=numbers
        )

    def SupportsFeature(
        self, request: resource_pb2.SupportsFeatureRequest, context: Call
    ) -> resource_pb2.SupportsFeatureResponse:
        """What older runtimes ask instead."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in FEATURES)

    def RegisterResource(
        self, request: resource_pb2.RegisterResourceRequest, context: Call
    ) -> resource_pb2.RegisterResourceResponse:
        """Ask the planner for a resource."""
        urn = self._urn(request)
        with self._answering(context, urn, self._source(request)):
            if urn in self.wanted:
                raise _TwiceError(self.wanted[urn].source, self._source(request))
            if request.remote:
                raise TargetError("it is a component of a package that only the Pulumi CLI can run")
            wanted = self._read(request, urn)
            self.wanted[urn] = wanted
            self.secrets.update(secret_texts(dict(wanted.inputs)))
            made = self.planner.resource(wanted)
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)
        found = "" if isinstance(made.id, Unknown) else made.id
        return resource_pb2.RegisterResourceResponse(urn=urn, id=found, object=_struct(made.outputs))

    def RegisterResourceOutputs(
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: Call
    ) -> empty_pb2.Empty:
        """Tell the planner what the program exports. What components put out is theirs."""
        with self._answering(context, request.urn):
            wanted = self.wanted.get(request.urn)
            outputs = _values(request.outputs)
            self.secrets.update(secret_texts(outputs))
            if wanted is not None and wanted.type == STACK_TYPE:
                self.planner.outputs(outputs)
                self.ended = True
        return empty_pb2.Empty()

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest, context: Call) -> resource_pb2.ResourceInvokeResponse:
        """Ask the planner for the result of a function."""
        with self._answering(context, ""):
            result = self.planner.invoke(request.tok, _values(request.args))
        if request.provider:
            result = UNKNOWN  # it is asked of another account, or of another region
        if isinstance(result, Unknown) or not known(result):
            return resource_pb2.ResourceInvokeResponse(unknown=True)
        return resource_pb2.ResourceInvokeResponse(**{"return": _struct(result)})  # type: ignore[arg-type]  # mypy takes any keyword for any field

    def ReadResource(
        self, request: resource_pb2.ReadResourceRequest, context: Call
    ) -> resource_pb2.ReadResourceResponse:
        """What a program reads of a resource that is not its own: only what it says of it itself is known."""
        return resource_pb2.ReadResourceResponse(urn=self._urn(request), properties=request.properties)

    def RegisterPackage(
        self, request: resource_pb2.RegisterPackageRequest, context: Call
    ) -> resource_pb2.RegisterPackageResponse:
        """A name for a package that a program brings along."""
        return resource_pb2.RegisterPackageResponse(ref=f"{request.name}@{request.version}")

    def SignalAndWaitForShutdown(self, request: object, context: Call) -> empty_pb2.Empty:
        """Let the program end."""
        return empty_pb2.Empty()

    @contextmanager
    def _answering(self, context: Call, urn: str, source: tuple[str, int] = ("", 0)) -> Iterator[None]:
        """One question at a time, and none after a failure."""
        with self._lock:
            if self.failed:
                _terminate(context)
            try:
                yield
            except TargetError as error:
                self.failed = True
                at = error.second if isinstance(error, _TwiceError) else source
                self.messages.append(Message("error", urn, str(error), at))
                _terminate(context)
            except Exception as bug:  # of the planner's: `running` raises it where it can be seen
                self.failed = True
                self.bug = bug
                _terminate(context)

    def _urn(self, request: resource_pb2.RegisterResourceRequest | resource_pb2.ReadResourceRequest) -> str:
        around = request.parent.split("::")[2] if request.parent else ""
        types = [*([around] if around not in ("", STACK_TYPE) else []), request.type]
        return f"urn:pulumi:{self.stack}::{self.project}::{'$'.join(types)}::{request.name}"

    def _read(self, request: resource_pb2.RegisterResourceRequest, urn: str) -> Wanted:
        parent = self.wanted.get(request.parent)
        inputs = hashed(_values(request.object), self.directory)
        depends = {name: tuple(sorted(item.urns)) for name, item in request.propertyDependencies.items() if item.urns}
        inherited = parent is not None and parent.protect, parent is not None and parent.retain_on_delete
        return Wanted(
            urn=urn,
            type=request.type,
            name=request.name,
            parent=request.parent,
            custom=request.custom,
            inputs=cast("Mapping[str, Value]", inputs),
            dependencies=tuple(sorted(set(request.dependencies))),
            property_dependencies=dict(sorted(depends.items())),
            protect=request.protect if request.HasField("protect") else inherited[0],
            retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else inherited[1],
            delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
            ignore_changes=tuple(request.ignoreChanges),
            replace_on_changes=tuple(request.replaceOnChanges),
            additional_secret_outputs=tuple(request.additionalSecretOutputs),
            aliases=tuple(dict.fromkeys(self._aliases(request))),
            provider=request.provider,
            version=request.version,
            source=self._source(request),
        )

    def _source(self, request: resource_pb2.RegisterResourceRequest) -> tuple[str, int]:
        if not request.HasField("sourcePosition"):
            return ("", 0)
        path = Path(unquote(urlsplit(request.sourcePosition.uri).path))
        inside = path.is_relative_to(self.directory)
        file = path.relative_to(self.directory).as_posix() if inside else str(path)
        return (file, request.sourcePosition.line)

    def _aliases(self, request: resource_pb2.RegisterResourceRequest) -> Iterator[str]:
        """URNs that a resource had; of its parent's former names, only those that the program tells."""
        for alias in request.aliases:
            if alias.WhichOneof("alias") == "urn":
                yield alias.urn
                continue
            spec = alias.spec
            parent = "" if spec.noParent else spec.parentUrn or request.parent
            around = parent.split("::")[2] if parent else ""
            types = [*([around] if around not in ("", STACK_TYPE) else []), spec.type or request.type]
            place = f"{spec.stack or self.stack}::{spec.project or self.project}"
            yield f"urn:pulumi:{place}::{'$'.join(types)}::{spec.name or request.name}"
        yield from request.aliasURNs


def _terminate(context: Call) -> NoReturn:
    context.abort(grpc.StatusCode.UNAVAILABLE, TERMINATED)
    raise AssertionError("`abort` raises")


def _names() -> Collection[str]:
    there = set(resource_pb2.ResourceMonitorFeature.keys())
    return [name for name in FEATURES.values() if f"RESOURCE_MONITOR_FEATURE_{name}" in there]


def _values(struct: struct_pb2.Struct) -> dict[str, Value]:
    try:
        found = decode(MessageToDict(struct))
    except ValueError as error:  # infinity, what is no number, or a file that is none
        raise TargetError(f"the program gives a value that cannot be sent: {error}") from None
    return cast("dict[str, Value]", found) if isinstance(found, dict) else {}


def _struct(values: Mapping[str, Value]) -> struct_pb2.Struct:
    found = struct_pb2.Struct()
    found.update({name: encode(value) for name, value in values.items()})
    return found
