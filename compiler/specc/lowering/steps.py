"""From steps to operations. Shared by every kind of spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Severity, Sink, closest, rename
from specc.expressions.types import ANY, Type, from_json_schema, parse_type
from specc.ir import naming
from specc.ir.ops import CallTask, Group, Loop, Map, Op, Wait
from specc.ir.policies import Catch, Compute, Retry
from specc.ir.region import Region
from specc.lowering import policies, unsupported
from specc.lowering.actions import ASKING, Task, approval, read_items, task_of
from specc.lowering.isolation import check_isolation
from specc.lowering.matrices import over_matrix, report_both
from specc.lowering.sub_pipelines import Others, sub_pipeline
from specc.lowering.value_files import reads_files, with_values
from specc.memory import Memory, Shelf
from specc_runtime.expressions import Template
from specc_schemas.quantities import parse_duration

if TYPE_CHECKING:
    from specc_schemas import PipelineSpec, Step


@dataclass(eq=False, repr=False)
class StepLowering:
    """Lowers the steps of one spec, with its defaults and compute profiles under them.

    Reports SPC211 (shadowed step), SPC212 (`on_error.run`), SPC214 (ambiguous yield), SPC215 (name of an item),
    SPC216 (compute profile), SPC219 (`returns`), SPC234 (`finally`), SPC233 (`isolation`), SPC401, SPC402.
    """

    model: PipelineSpec
    sink: Sink
    others: Others | None = None
    """Reads the specs that steps run."""
    memory: Memory | None = None

    @cached_property
    def _known(self) -> Shelf[tuple[object, ...], tuple[Step, Op]] | None:
        """Operations of steps that stand for themselves, by the step and its place."""
        return self.memory.shelf("operations") if self.memory is not None else None

    @cached_property
    def _shared(self) -> str:
        """What all steps are lowered with."""
        defaults, profiles = self.model.defaults, self.model.compute or {}
        found = [defaults, *profiles.values()]
        return repr((*profiles, *(item and item.model_dump_json(exclude_unset=True, warnings=False) for item in found)))

    def region(self, steps: Mapping[str, Step], place: Place, outer: Mapping[str, Place] | None = None) -> Region:
        """The graph of the steps in one table. Steps that `on_error` names become handlers instead."""
        handlers_only = _handlers_only(steps)
        ops: list[Op] = []
        handlers: dict[str, Op] = {}
        for name in steps:
            self._check_shadow(name, place.child(name), outer)
        if outer is None and place.path == ("steps",) and "finally" in steps:
            self.sink.report(
                "SPC234",
                "a step cannot be called `finally`",
                Label(place.child("finally").key(), "the steps of `[finally]` are known by this name"),
                help="choose another name, or write `[finally.NAME]` for a step that runs at the end",
            )
        inside = {**(outer or {}), **{name: place.child(name) for name in steps}}
        for name, step in steps.items():
            if name in handlers_only:
                continue
            found = self._step(name, step, steps, place, inside)
            if found is not None:
                ops.append(found[0])
                handlers.update(found[1])
        return Region(ops=tuple(ops), handlers=tuple(handlers.values()))

    def _step(
        self,
        name: str,
        step: Step,
        steps: Mapping[str, Step],
        place: Place,
        inside: Mapping[str, Place],
        seen: tuple[str, ...] = (),
    ) -> tuple[Op, dict[str, Op]] | None:
        """The operation of a step, and the handlers that the region around it must have.

        An operation that an earlier check made of the same step is the same object again.
        """
        if self._known is None or not _stands_alone(step):
            return self._lowered(name, step, steps, place, inside, seen)
        key = (id(step), name, place, self._shared)
        known = self._known.get(key)
        if known is not None and known[0] is step:
            return known[1], {}
        before = self.sink.reports
        found = self._lowered(name, step, steps, place, inside, seen)
        if found is not None and self.sink.reports == before:
            self._known.keep(key, (step, found[0]))
        return found

    def _lowered(
        self,
        name: str,
        step: Step,
        steps: Mapping[str, Step],
        place: Place,
        inside: Mapping[str, Place],
        seen: tuple[str, ...],
    ) -> tuple[Op, dict[str, Op]] | None:
        origin = place.child(name)
        if not unsupported.report_step(name, step, origin, self.sink):
            return None
        if reads_files(step):
            step = with_values(step, origin, self.others, self.sink)
        op = self._action(name, step, origin, inside)
        handlers = self._handlers(step, steps, place, inside, (*seen, name))
        if step.repeat is not None:
            op = self._loop(op, step, origin)
        if step.each is not None:
            self._check_item_names(step.each, origin)
            op, handlers = self._fan_out(op, step, handlers, inside), {}
        if step.matrix is not None:
            if step.each is not None:
                report_both(name, origin, self.sink)
                return None
            over = over_matrix(op, step, handlers, {*inside, *(step.steps or {})}, self.others, self.sink)
            if over is None:
                return None
            op, handlers = over, {}
        if step.when is not None or step.after:
            when = Template(step.when) if step.when is not None else None
            op = replace(op, when=when, after=tuple(step.after or ()))
        return op, handlers

    def _action(self, name: str, step: Step, origin: Place, inside: Mapping[str, Place]) -> Op:
        defaults = self.model.defaults
        retry = policies.retry(step.retry, defaults.retry if defaults is not None else None)
        catches = policies.catches(step.on_error) if step.repeat is None else ()
        task = task_of(step)
        if task is not None:
            return self._task(name, step, task, origin, retry, catches)
        if step.wait is not None:
            return _wait(name, step, origin)
        if step.approve is not None:
            return replace(approval(name, step.approve, origin), catches=catches)
        if step.pipeline is not None:
            found = sub_pipeline(name, step, origin, self.model, self.others, self.sink)
            return replace(found, retry=retry if step.retry is not None else None, catches=catches)
        assert step.steps is not None, "the schema checks that a step has an action"
        body = self.region(step.steps, origin.child("steps"), inside)
        body = replace(body, yields=self._yields(name, step, body, origin))
        own_retry = retry if step.retry is not None else None
        return Group(
            name=name, body=body, retry=own_retry, catches=catches, result=self._declared(step, origin), origin=origin
        )

    def _task(
        self, name: str, step: Step, task: Task, origin: Place, retry: Retry | None, catches: tuple[Catch, ...]
    ) -> CallTask:
        """The call that a step is, whatever it calls."""
        check_isolation(step, origin, self.model, self.sink)
        defaults = self.model.defaults
        timeout = step.timeout or (defaults.timeout if defaults is not None else None)
        profile = step.compute if step.compute is not None else (defaults.compute if defaults is not None else None)
        where = origin.child("compute") if step.compute is not None else Place(("defaults", "compute"))
        declared = self._declared(step, origin)
        compute = policies.compute(profile, self.model.compute or {}, where, self.sink)
        if task.kind in ASKING and compute.engine in ("batch", "ecs"):
            compute = Compute()  # the default of other steps: nobody waits for a container to send one request
        return task.kind(
            name=name,
            function=task.function,
            arguments=Template(task.arguments),
            retry=retry,
            catches=catches,
            timeout=parse_duration(timeout) if timeout is not None else None,
            compute=compute,
            codec=step.codec,
            cache=policies.cache(step.cache),
            isolation=step.isolation,
            slots=tuple((slot, tuple(things)) for slot, things in (step.slots or {}).items()),
            result=task.result if declared == ANY else declared,
            origin=origin,
        )

    def _yields(self, name: str, step: Step, body: Region, origin: Place) -> Template:
        """What a group gives: its `yield`, or the result of its only last step."""
        if step.given("yield"):
            return Template(step.yield_)
        used = {str(item) for op in body.ops for item in _used_steps(op)}
        last = [op.name for op in body.ops if op.name not in used]
        if len(last) > 1:
            self.sink.report(
                "SPC214",
                f"group `{name}` ends in {len(last)} steps; say which value it gives",
                Label(origin.key(), "no `yield`"),
                *(Label(origin.child("steps", item).key(), "ends here") for item in last[:4]),
                help=f'add `yield = "${{steps.{last[0]}}}"`' if last else "add `yield`",
            )
            return Template(None)
        return Template(f"${{steps.{last[0]}}}" if last else None)  # without a last step they go in a circle

    def _handlers(
        self, step: Step, steps: Mapping[str, Step], place: Place, inside: Mapping[str, Place], seen: tuple[str, ...]
    ) -> dict[str, Op]:
        found: dict[str, Op] = {}
        for error, action in (step.on_error or {}).items():
            if action.run is None or action.run in found:
                continue
            where = place.child(seen[-1], "on_error", error, "run")
            if action.run not in steps or action.run in seen:
                near = closest(action.run, [name for name in steps if name not in seen])
                text = "runs itself when it fails" if action.run in seen else "no step of this name beside it"
                self.sink.report(
                    "SPC212",
                    f"`on_error` of step `{seen[-1]}` runs `{action.run}`, which cannot handle it",
                    Label(where, text),
                    help=f"did you mean `{near}`?" if near else "name a step in the same table",
                    fix=rename(where, near, quoted=True) if near else None,
                )
                continue
            handler = self._step(action.run, steps[action.run], steps, place, inside, seen)
            if handler is not None:
                found[action.run] = handler[0]
                found.update(handler[1])
        return found

    def _loop(self, op: Op, step: Step, origin: Place) -> Loop:
        assert step.repeat is not None
        body = Region(ops=(op,), yields=Template(f"${{steps.{op.name}}}"), binds=("last",))
        until = step.repeat.until
        return Loop(
            name=op.name,
            start=Template(step.repeat.start),
            until=Template(until) if until is not None else None,
            max=step.repeat.max,
            on_max=step.repeat.on_max or ("fail" if until is not None else "stop"),
            body=body,
            catches=policies.catches(step.on_error),
            origin=origin,
        )

    def _fan_out(self, op: Op, step: Step, handlers: Mapping[str, Op], inside: Mapping[str, Place]) -> Op:
        """The map of a step; in a group with what reads its items, where they are in files."""
        assert step.each is not None
        known = {*inside, *(step.steps or {})}
        readers = [
            read_items(name, source, op.origin, known) for name, source in step.each.items() if isinstance(source, dict)
        ]
        found = self._map(op, step, handlers)
        if not readers:
            return found
        read = {reader.origin.path[-1]: Template(f"${{steps.{reader.name}}}") for reader in readers}
        found = replace(found, sources=tuple((name, read.get(name, source)) for name, source in found.sources))
        body = Region(ops=(*readers, found), yields=Template(f"${{steps.{op.name}}}"))
        return Group(name=op.name, body=body, origin=op.origin)

    def _map(self, op: Op, step: Step, handlers: Mapping[str, Op]) -> Map:
        assert step.each is not None
        if type(op) is Group and op.retry is None and not op.catches and op.result == ANY:
            body = replace(op.body, binds=tuple(step.each))
        else:
            own = Template(f"${{steps.{op.name}}}")
            body = Region(ops=(op,), yields=own, handlers=tuple(handlers.values()), binds=tuple(step.each))
        return Map(
            name=op.name,
            sources=tuple((name, Template(source)) for name, source in step.each.items()),
            body=body,
            max_parallel=step.max_parallel,
            tolerance=policies.tolerance(step.tolerate),
            batch=step.batch,
            origin=op.origin,
        )

    def _declared(self, step: Step, origin: Place) -> Type:
        """The type that `returns` declares: a type's name, or a JSON Schema."""
        if isinstance(step.returns, dict):
            return from_json_schema(step.returns)
        if step.returns is None:
            return ANY
        try:
            return parse_type(step.returns)
        except (ValueError, TypeError):
            self.sink.report(
                "SPC219",
                f"`returns` of step `{origin.path[-1]}` is not a type",
                Label(origin.child("returns"), "not a type"),
                help='write for example `returns = "list of string"`, or a JSON Schema',
            )
            return ANY

    def _check_shadow(self, name: str, place: Place, outer: Mapping[str, Place] | None) -> None:
        if outer is not None and name in outer and place.path[:-2] != outer[name].path:
            self.sink.report(
                "SPC211",
                f"step `{name}` hides another step of the same name",
                Label(place.key(), "inside, `steps." + name + "` means this one"),
                Label(outer[name].key(), "hidden by it"),
                severity=Severity.WARNING,
                help="rename one of them",
            )

    def _check_item_names(self, each: Mapping[str, object], origin: Place) -> None:
        for name in each:
            if name in naming.RESERVED_ITEMS:
                self.sink.report(
                    "SPC215",
                    f"an item cannot be called `{name}`",
                    Label(origin.child("each", name).key(), "a name of the language"),
                    help="choose a name for one item of the list, such as `row`",
                )


def _handlers_only(steps: Mapping[str, Step]) -> frozenset[str]:
    runs = {
        name: [
            action.run for action in (step.on_error or {}).values() if action.run is not None and action.run in steps
        ]
        for name, step in steps.items()
    }
    return naming.handlers_only(runs)


def _stands_alone(step: Step) -> bool:
    """Whether nothing but the step itself, and what all steps share, decides what becomes of it."""
    return (
        step.steps is None
        and step.pipeline is None
        and not any(action.run is not None for action in (step.on_error or {}).values())
        and not any(isinstance(source, dict) for source in (step.each or {}).values())
        and not (step.matrix is not None and step.matrix.from_ is not None)
        and not reads_files(step)
    )


def _used_steps(op: Op) -> set[str]:
    from specc.ir.walk import free_references

    return {str(item.path[0]) for item in free_references(op) if item.root == "steps" and item.path} | set(op.after)


def _wait(name: str, step: Step, origin: Place) -> Wait:
    value = step.wait
    if isinstance(value, str):
        duration = value if "${" in value else parse_duration(value)
        return Wait(name=name, duration=Template(duration), origin=origin)
    assert value is not None
    return Wait(name=name, until=Template(value.until), origin=origin)
