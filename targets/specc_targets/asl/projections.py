"""Which paths of each result the machine itself reads: the handler returns just those inline."""

from __future__ import annotations

from specc.ir.module import Module
from specc.ir.ops import AwsTask, Group, Loop, Op, Recoverable
from specc.ir.walk import Use, uses
from specc_runtime.expressions import Template
from specc_runtime.expressions.references import static_path
from specc_targets.asl.lexical import Level, Path, levels
from specc_targets.asl.native import Known, native_condition
from specc_targets.asl.text import pointer

_NATIVE_ROLES = frozenset({"when", "until"})


def plain_step(template: Template) -> str | None:
    """The name of the step when the template is its whole result and nothing else."""
    found = template.expression
    path = static_path(found) if found is not None else None
    if path is None or path[0].id != "steps" or len(path[1]) != 1:
        return None
    return str(path[1][0])


class Projections:
    """JSON Pointers by operation. What a group or a loop must show, the step that it yields must show."""

    def __init__(self, module: Module) -> None:
        self._of: dict[Path, set[str]] = {}
        self._last: dict[Path, set[str]] = {}
        self._known = Known.of(module.parameters, dict(module.environment))
        self._levels = list(levels(module))
        for level in self._levels:
            for op in (*level.region.ops, *level.region.handlers):
                self._read(op, level)
        changed = True
        while changed:
            changed = False
            for level in self._levels:
                changed |= self._forward(level)

    def result(self, path: Path) -> tuple[str, ...]:
        """What the result of an operation must show, sorted."""
        return tuple(sorted(self._of.get(path, ())))

    def last(self, path: Path) -> tuple[str, ...]:
        """What `last` of a loop must show before its first iteration, sorted."""
        return tuple(sorted(self._last.get(path, ())))

    def _read(self, op: Op, level: Level) -> None:
        inside = level.enter(op)
        for use in uses(op):
            if not self._is_native(op, use):
                continue
            where = inside if use.inside and inside is not None else level
            for reference in use.template.references:
                if reference.root == "steps":
                    path = where.step(str(reference.path[0]))
                    if path is not None:
                        self._of.setdefault(path, set()).add(pointer(reference.path[1:]))
                elif reference.root == "last":
                    binder = where.binder("last")
                    if binder is not None:
                        self._last.setdefault(binder, set()).add(pointer(reference.path))

    def _is_native(self, op: Op, use: Use) -> bool:
        """Whether the machine itself evaluates it."""
        if isinstance(op, AwsTask):
            from specc_targets.asl.sdk_calls import sdk_call  # late: most specs call no service

            return use.role == "arguments" and not isinstance(sdk_call(op, self._known, lambda _: "$x"), str)
        return use.role in _NATIVE_ROLES and native_condition(use.template, self._known, lambda _: "$x") is not None

    def _forward(self, level: Level) -> bool:
        """Hand on what is asked of the operations of one region; whether that changed anything."""
        changed = False
        for op in (*level.region.ops, *level.region.handlers):
            path = (*level.path, op.name)
            inside = level.enter(op)
            if isinstance(op, Loop):
                changed |= self._add(self._last, path, self._of.get(path, set()))
                changed |= self._add(self._of, path, self._last.get(path, set()))
                target = plain_step(op.start)
                source = level.step(target) if target is not None else None
                if source is not None:
                    changed |= self._add(self._of, source, self._last.get(path, set()))
            asked = self._of.get(path, set())
            if isinstance(op, Group | Loop) and inside is not None and inside.region.yields is not None:
                target = plain_step(inside.region.yields)
                source = inside.step(target) if target is not None else None
                if source is not None:
                    changed |= self._add(self._of, source, asked)
            if isinstance(op, Recoverable):
                for catch in op.catches:
                    if catch.run is not None:
                        changed |= self._add(self._of, (*level.path, catch.run), asked)
                    elif catch.use is not None and (name := plain_step(catch.use)) is not None:
                        source = level.step(name)
                        if source is not None:
                            changed |= self._add(self._of, source, asked)
        return changed

    @staticmethod
    def _add(table: dict[Path, set[str]], path: Path, more: set[str]) -> bool:
        have = table.setdefault(path, set())
        before = len(have)
        have |= more
        return len(have) > before
