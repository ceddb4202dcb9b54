"""`task.aws` as an SDK integration; as a call of a function where that alone means the same as a local run.

The integration is always `aws-sdk:`: the optimized ones give more (`SdkHttpMetadata`) and name some errors otherwise.
Its result stays in the machine when it is small. A larger one, of an action that changes nothing, a function asks for
again, and keeps it in the store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from specc.diagnostics import Label, Severity, Sink
from specc.expressions.jsonata import literal, path
from specc.ir.ops import AwsTask, Op
from specc.ir.walk import every_operation
from specc.services import find_service
from specc_runtime.expressions import Reference
from specc_targets.asl.emit_call import call_timeout, write_call
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.errors import ANY, declared, retrier
from specc_targets.asl.failures import catchers, known_errors
from specc_targets.asl.gates import VALUE, resolver
from specc_targets.asl.scope import Scope
from specc_targets.asl.sdk_calls import LARGEST, Read, SdkCall, sdk_call
from specc_targets.asl.sdk_errors import SdkErrors
from specc_targets.asl.text import RESULT, Json, expression, field, variable
from specc_targets.aws.containers import is_hosted

_LARGE = "$large"
_OF_REQUESTS = re.compile(r"Http(\d{3}|\w*Error)")
"""Errors of the action `http`."""
_TOO_LARGE = "States.DataLimitExceeded"


def emit_aws(emitter: Emitter, op: Op, scope: Scope, target: str, after: str) -> str:
    """Write the call of `op`."""
    assert isinstance(op, AwsTask)
    call = sdk_call(op, emitter.known, _reader(emitter, scope))
    if isinstance(call, str):
        return _by_function(emitter, op, scope, target, after, call)
    errors = SdkErrors.of(call.operation.service, known_errors(op, scope))
    untold = errors.unknown(lambda name: _is_anothers(emitter, op, name))
    if untold is not None:
        return _by_function(emitter, op, scope, target, after, f"Step Functions does not tell `{untold}` from others")
    alone = call.bounded and not call.guards
    if not alone and is_hosted(op):
        return _by_function(emitter, op, scope, target, after, "its parameters or its result may need one")
    return _Writer(emitter, op, call, errors, scope, target, after).write()


def report_by_function(sink: Sink, emitter: Emitter) -> None:
    """Report SDK calls that are no integrations (SPC359)."""
    for origin, reason in emitter.by_function.items():
        if reason:
            sink.report(
                "SPC359",
                f"on Step Functions a function makes the call of step `{origin.path[-1]}`: {reason}",
                Label(origin.child("aws"), "no integration of Step Functions"),
                severity=Severity.HINT,
            )


def _by_function(emitter: Emitter, op: AwsTask, scope: Scope, target: str, after: str, reason: str) -> str:
    emitter.by_function.setdefault(op.origin, reason)
    return write_call(emitter, op, scope, target, after)


def _is_anothers(emitter: Emitter, op: AwsTask, name: str) -> bool:
    """Whether no service raises it, since it is an exception in Python or an error of requests.

    What steps around the call declare may also be an error of another service that is called there.
    """
    if emitter.classes.is_known(name) or _OF_REQUESTS.fullmatch(name):
        return True
    if name in declared(op):
        return False
    tasks = {inner.service for inner in every_operation(emitter.module) if isinstance(inner, AwsTask)} - {op.service}
    services = filter(None, map(find_service, sorted(tasks)))
    return any(name in names for service in services for names in service.errors)


def _reader(emitter: Emitter, scope: Scope) -> Read:
    """How arguments read values: as conditions do, and items of maps besides."""
    resolve = resolver(emitter, scope)

    def read(reference: Reference) -> str | None:
        root, keys = reference.root, reference.path
        if root in scope.names:
            return path(field(variable(scope.names[root]), root, VALUE), keys)
        if root == "env":
            return resolve(reference) if len(keys) == 1 and keys[0] in emitter.environment else None
        if (root == "steps" and keys) or root in ("params", "run"):
            return resolve(reference)
        given = {"last": scope.last, "error": scope.error}.get(root)
        return resolve(reference) if given is not None else None

    return read


@dataclass
class _Writer:
    emitter: Emitter
    op: AwsTask
    call: SdkCall
    errors: SdkErrors
    scope: Scope
    target: str
    after: str

    def write(self) -> str:
        emitter, op, scope = self.emitter, self.op, self.scope
        caught = catchers(emitter, op, scope, self.target, self.after)
        slow = None
        if self.call.guards or not self.call.bounded:
            name = f"{scope.state(op.name)}-by-function"
            slow = write_call(emitter, op, scope, self.target, self.after, name=name, catch=caught)
        native = self._native(caught, slow)
        if not self.call.guards or slow is None:
            return native
        rule: Json = {"Condition": expression(" and ".join(self.call.guards)), "Next": native}
        return emitter.add(emitter.names.state(f"{scope.state(op.name)}-given"), "Choice", Choices=[rule], Default=slow)

    def _native(self, caught: list[Json], slow: str | None) -> str:
        emitter, op, name = self.emitter, self.op, self.scope.state(self.op.name)
        after, catch = self.after, self._caught(caught)
        if slow is not None and not self.call.bounded:
            large: Json = {"Condition": expression(f"$exists({field(variable(self.target), _LARGE)})"), "Next": slow}
            after = emitter.add(emitter.names.state(f"{name}-large"), "Choice", Choices=[large], Default=self.after)
            catch.insert(0, {"ErrorEquals": [_TOO_LARGE], "Output": {}, "Next": slow})
        retry: Json = None
        if op.retry is not None and op.retry.max > 0 and (equals := self.errors.equals(op.retry.on)):
            retry = [{**retrier(op.retry, ()), "ErrorEquals": equals}]
        return emitter.add(
            emitter.names.state(name),
            "Task",
            Resource=self.call.resource,
            Arguments=self.call.arguments,
            TimeoutSeconds=call_timeout(op),
            Retry=retry,
            Catch=list(catch) or None,
            Assign={self.target: expression(self._result())},
            Output={},
            Next=after,
        )

    def _result(self) -> str:
        """JSONata text of the result, tagged, with what conditions ask of it."""
        parts = [f"{literal(VALUE)}: $r"]
        asked = self.emitter.projections.result(self.scope.path(self.op.name))
        if asked:
            shown = ", ".join(f"({_at(item)})" for item in asked)
            parts.append(f'"project": $merge([{{}}, {shown}])')
        tagged = "{" + ", ".join(parts) + "}"
        if not self.call.bounded:
            tagged = f"$length($string($r)) > {LARGEST} ? {{{literal(_LARGE)}: true}} : {tagged}"
        return f"({RESULT}; {tagged})"

    def _caught(self, caught: list[Json]) -> list[dict[str, Json]]:
        """The step's own catchers under the names of the integration, then one that renames whatever is left."""
        found: list[dict[str, Json]] = []
        for entry, catch in zip(caught, self.op.catches, strict=False):
            equals = self.errors.equals(catch.errors)
            assert isinstance(entry, dict)
            assigned = entry["Assign"]
            assert isinstance(assigned, dict)
            if equals:
                found.append({**entry, "ErrorEquals": equals, "Assign": dict.fromkeys(assigned, self.errors.value())})
            if ANY in catch.errors:
                return found
        emitter, name = self.emitter, self.scope.state(self.op.name)
        failure = emitter.names.variable("failure", *self.scope.title(self.op.name).split("/"))
        said = {key: expression(f"{variable(failure)}.{key}") for key in ("Error", "Cause")}
        fail = emitter.add(emitter.names.state(f"{name}-failed"), "Fail", **said)
        rest: dict[str, Json] = {"ErrorEquals": ["States.ALL"], "Assign": {failure: self.errors.failure()}}
        found.append({**rest, "Output": {}, "Next": fail})
        return found


def _at(pointer: str) -> str:
    """JSONata text of an object with the part of `$r` at a pointer, empty where there is none."""
    keys = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    text = path("$r", [int(key) if key.isdigit() else key for key in keys])
    return f"$exists({text}) ? {{{literal(pointer)}: {text}}} : {{}}"
