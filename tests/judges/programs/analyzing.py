"""A pack of policies in a process of its own, asked over gRPC as Pulumi's engine asks it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc_targets.pulumi.preview.monitor import Wanted
from specc_targets.pulumi.preview.values import encode

TIMEOUT = 60


@dataclass(frozen=True, order=True)
class Violation:
    """What a policy says against a resource."""

    policy: str
    resource: str
    message: str


class Pack:
    """A pack that listens."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    def policies(self) -> list[str]:
        """The names of its policies."""
        from google.protobuf.empty_pb2 import Empty

        return [item.name for item in self._stub.GetAnalyzerInfo(Empty(), timeout=TIMEOUT).policies]

    def violations(self, wanted: Iterable[Wanted]) -> list[Violation]:
        """What it has against the resources of a stack: against each, and against all of them together."""
        from pulumi.runtime.proto import analyzer_pb2

        resources = list(wanted)
        found = []
        for item in resources:
            request = analyzer_pb2.AnalyzeRequest(
                type=item.type, properties=_struct(item.inputs), urn=item.urn, name=item.name
            )
            answer = self._stub.Analyze(request, timeout=TIMEOUT)
            found += [_violation(told, item.urn) for told in answer.diagnostics]
        request = analyzer_pb2.AnalyzeStackRequest(resources=[_resource(item) for item in resources])
        found += [_violation(told, "") for told in self._stub.AnalyzeStack(request, timeout=TIMEOUT).diagnostics]
        return sorted(found)


def _violation(told: Any, urn: str) -> Violation:
    return Violation(told.policyName, (told.urn or urn).rpartition("::")[2], told.message)


def _resource(item: Wanted) -> Any:
    from pulumi.runtime.proto import analyzer_pb2

    made_from = {
        name: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns) for name, urns in item.property_dependencies.items()
    }
    return analyzer_pb2.AnalyzerResource(
        type=item.type,
        properties=_struct(item.inputs),
        urn=item.urn,
        name=item.name,
        dependencies=item.dependencies,
        propertyDependencies=made_from,
    )


def _struct(inputs: Mapping[str, Any]) -> Any:
    from google.protobuf.struct_pb2 import Struct

    found = Struct()
    found.update(encode(inputs))
    return found


@contextmanager
def analyzer(folder: Path) -> Iterator[Pack]:
    """Start the pack in a folder, for as long as the context lasts."""
    import grpc
    from pulumi.runtime.proto import analyzer_pb2_grpc

    kept = {name: os.environ[name] for name in ("HOME", "LANG", "PATH", "TMPDIR") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-u", "-B", str(folder / "__main__.py")], cwd=folder, env=kept, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_http_proxy", 0)]) as channel:
            yield Pack(analyzer_pb2_grpc.AnalyzerStub(channel))
    finally:
        process.kill()
        process.communicate()
