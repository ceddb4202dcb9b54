"""`pipeline` as an execution of another machine: its parameters, the execution, its outputs as one value."""

from __future__ import annotations

from specc.ir.ops import Op, SubPipeline
from specc_targets.asl import text
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.errors import known_name, service_retrier
from specc_targets.asl.failures import guarded, known_errors
from specc_targets.asl.scope import Scope
from specc_targets.asl.sub_machines import find
from specc_targets.asl.text import Json, expression, field, variable

RUN = "arn:aws:states:::states:startExecution.sync:2"
LONGEST = 31_536_000
"""Seconds: a year, the longest execution (Step Functions quotas)."""
SERVICE_ERRORS = ("StepFunctions.SdkClientException", "StepFunctions.ExecutionLimitExceededException")
"""Passing faults of starting an execution."""
_PARSED = (
    "($c := $states.errorOutput.Cause; "
    '$exists($c) ? ($contains($c, /^\\{[\\s\\S]*"ExecutionArn"[\\s\\S]*\\}$/) ? $parse($c) : {}) : {})'
)
"""JSONata text of the failed execution, in a catcher; `{}` where nothing was executed."""


def emit_sub_pipeline(emitter: Emitter, op: Op, scope: Scope, target: str, after: str) -> str:
    """Write the states that run the other spec of `op`."""
    assert isinstance(op, SubPipeline)
    machine = find(emitter.machines, op.module, known_errors(op, scope))
    assert machine is not None, "every machine that is run was found"

    def write(outer: Scope, result: str, following: str) -> str:
        return _Writer(emitter, op, outer, result, following, machine.name).write()

    return guarded(emitter, op, scope, target, after, write)


class _Writer:
    def __init__(self, emitter: Emitter, op: SubPipeline, scope: Scope, target: str, after: str, machine: str) -> None:
        self.emitter, self.op, self.scope, self.target, self.after = emitter, op, scope, target, after
        self.machine = machine
        self.name, self.title = scope.state(op.name), scope.title(op.name)
        path = self.title.split("/")
        self.given, self.ran, self.failure = (
            emitter.names.variable(word, *path) for word in ("given", "ran", "failure")
        )

    def write(self) -> str:
        outputs = self.emitter.call(
            f"{self.name}-outputs",
            "collect",
            self.scope,
            {"outputs": expression(variable(self.ran))},
            step=self.title,
            target=self.target,
            project=self.emitter.projections.result(self.scope.path(self.op.name)),
            after=self.after,
        )
        return self._parameters(self._run(outputs, self._failed()))

    def _parameters(self, after: str) -> str:
        return self.emitter.call(
            f"{self.name}-parameters",
            "evaluate",
            self.scope,
            {"value": text.template(self.op.arguments.raw), "whole": True},
            step=self.title,
            templates=[self.op.arguments],
            target=self.given,
            after=after,
        )

    def _run(self, after: str, failed: str) -> str:
        caught: Json = {
            "ErrorEquals": ["States.ALL"],
            "Assign": {
                self.failure: {
                    "Error": expression(
                        f"($p := {_PARSED}; {known_name('$exists($p.Error) ? $p.Error : $states.errorOutput.Error')})"
                    ),
                    "Cause": expression(
                        f"($p := {_PARSED}; $exists($p.Cause) ? $p.Cause : $exists($p.Error) ? "
                        '"" : $exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : "")'
                    ),
                }
            },
            "Output": {},
            "Next": failed,
        }
        arn = f'$replace($states.context.StateMachine.Id, /:stateMachine:.*$/, ":stateMachine:{self.machine}")'
        return self.emitter.add(
            self.emitter.names.state(self.name),
            "Task",
            Resource=RUN,
            Arguments={"StateMachineArn": expression(arn), "Input": expression(field(variable(self.given), "$value"))},
            TimeoutSeconds=LONGEST,
            Retry=[service_retrier(SERVICE_ERRORS)],
            Catch=[caught],
            Assign={self.ran: expression("$states.result.Output.outputs")},
            Output={},
            Next=after,
        )

    def _failed(self) -> str:
        """The failure of the other machine, under the name that it has there."""
        fields = {key: expression(f"{variable(self.failure)}.{key}") for key in ("Error", "Cause")}
        return self.emitter.add(self.emitter.names.state(f"{self.name}-failed"), "Fail", **fields)
