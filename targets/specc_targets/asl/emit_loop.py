"""`loop` as a body between a counter and a Choice."""

from __future__ import annotations

from specc.ir.ops import Loop, Op
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.failures import guarded
from specc_targets.asl.gates import emit_test, skipped
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, variable
from specc_targets.asl.values import emit_value, emit_yield

ERROR = "LoopExhausted"


def emit_loop(emitter: Emitter, op: Op, scope: Scope, target: str, after: str) -> str:
    """Write the loop of `op`; `last` is its start, then each time what the body yielded."""
    assert isinstance(op, Loop)
    return guarded(emitter, op, scope, target, after, lambda *place: _Writer(emitter, op, *place).write())


class _Writer:
    def __init__(self, emitter: Emitter, op: Loop, scope: Scope, target: str, after: str) -> None:
        self.emitter, self.op, self.scope, self.target, self.after = emitter, op, scope, target, after
        self.title = scope.title(op.name)
        self.name = scope.state(op.name)
        words = self.title.split("/")
        self.last = emitter.names.variable("last", *words)
        self.number = emitter.names.variable("iteration", *words)
        self.result = emitter.names.variable("next", *words)

    def write(self) -> str:
        emitter, op = self.emitter, self.op
        level = self.scope.level.enter(op)
        assert level is not None
        address = f'{self.scope.place(op.name)} & "/" & $string({variable(self.number)})'
        inner = self.scope.inside(level=level, last=self.last, address=address, since=len(level.path))
        done = emitter.assign(f"{self.name}-done", {self.target: expression(variable(self.result))}, self.after)
        again, first = self._test(inner, done)

        def finish(body: Scope) -> str:
            return emit_yield(
                emitter,
                body,
                self.result,
                first,
                owner=op.name,
                name=f"{self.name}-yield",
                step=self.title,
                project=emitter.projections.last(self.scope.path(op.name)),
            )

        entry = emitter.region(inner, finish)
        emitter.states[again]["Default"] = entry
        begin = emitter.assign(f"{self.name}-begin", {self.number: 0}, entry)
        return emit_value(
            emitter,
            op.start,
            self.scope,
            self.last,
            begin,
            name=f"{self.name}-start",
            step=self.title,
            project=emitter.projections.last(self.scope.path(op.name)),
        )

    def _test(self, inner: Scope, done: str) -> tuple[str, str]:
        """Write the test after the body. Gives the Choice whose default is the next iteration, and the first state."""
        emitter, op = self.emitter, self.op
        end = done
        if op.on_max == "fail":
            cause = f"`{self.title}` did not end within {op.max} iterations"
            end = emitter.add(emitter.names.state(f"{self.name}-exhausted"), "Fail", Error=ERROR, Cause=cause)
        count = f"{variable(self.number)} + 1"
        again = emitter.add(
            emitter.names.state(f"{self.name}-again"),
            "Choice",
            Choices=[{"Condition": expression(f"{count} >= {op.max}"), "Next": end}],
            Default="",
            Assign={self.last: expression(variable(self.result)), self.number: expression(count)},
        )
        first = again
        if op.until is not None:
            first = emit_test(
                emitter,
                op.until,
                inner.inside(last=self.result),
                name=f"{self.name}-until",
                step=self.title,
                what="`until`",
                yes=done,
                no=again,
            )
        if self._may_be_skipped():
            test = expression(f"$exists({variable(self.result)}.`$skipped`)")
            rule: Json = {"Condition": test, "Assign": {self.result: skipped(op.name)}, "Next": done}
            first = emitter.add(emitter.names.state(f"{self.name}-skipped"), "Choice", Choices=[rule], Default=first)
        return again, first

    def _may_be_skipped(self) -> bool:
        level = self.scope.level.enter(self.op)
        assert level is not None
        template = level.region.yields
        return template is not None and bool(self.emitter.skips.template_sources(template, level))
