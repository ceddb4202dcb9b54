"""`map` as scatter, Map and gather. Iterations keep their results in the store under their index."""

from __future__ import annotations

from collections.abc import Mapping

from specc.ir.ops import CallTask, Map, Op
from specc_runtime.expressions import Template
from specc_targets.asl import text
from specc_targets.asl.captures import body_scope
from specc_targets.asl.emit_array import array_variables, write_array
from specc_targets.asl.emit_call import write_call
from specc_targets.asl.emitter import Emitter
from specc_targets.asl.errors import NAME
from specc_targets.asl.express import make_express
from specc_targets.asl.gates import is_skipped
from specc_targets.asl.names import shortened
from specc_targets.asl.projections import plain_step
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, field, variable

_ITEM = "$states.context.Map.Item.Value"
_INDEX = "$states.context.Map.Item.Index"
_STOPPED = "States.ExceedToleratedFailureThreshold"
MAX_LABEL = 40


def emit_map(emitter: Emitter, op: Op, scope: Scope, target: str, after: str) -> str:
    """Write the map of `op`."""
    assert isinstance(op, Map)
    return _Writer(emitter, op, scope, target, after).write()


class _Writer:
    def __init__(self, emitter: Emitter, op: Map, scope: Scope, target: str, after: str) -> None:
        self.emitter, self.op, self.scope, self.target, self.after = emitter, op, scope, target, after
        self.title = scope.title(op.name)
        self.name = self.title.replace("/", ".")
        self.place = scope.place(op.name)
        self.scattered = variable(emitter.names.variable("scattered", *self.title.split("/")))
        self.array = op.mode == "array"
        self.distributed = op.mode == "distributed"
        self.state = emitter.names.state(self.name)

    def write(self) -> str:
        if self.array:
            job, stopped = array_variables(self.emitter, self.title)
            told: dict[str, Json] = {"stopped": expression(variable(stopped)), "records": expression(variable(job))}
            return self._scatter(self._array(job, stopped, self._gather(told)))
        gather = self._gather()
        item = _ITEM if self.distributed else self._item()
        inner, capture = body_scope(self.emitter, self.op, self.scope, item, f'{self.place} & "/" & $string({_INDEX})')
        processor = self.emitter.machine(lambda: self._iteration(inner, capture.assigns()))
        fields: dict[str, Json] = {}
        if self.op.max_parallel is not None:
            fields["MaxConcurrency"] = self.op.max_parallel
        if self.distributed:
            fields |= self._reader() | self._writer()
            processor = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **processor}
            make_express(processor)
            fields["Label"] = shortened(self.name.replace(".", "-"), MAX_LABEL)
            if self.op.tolerance is None:
                fields["Catch"] = [{"ErrorEquals": [_STOPPED], "Output": {}, "Next": gather}]
        else:
            count, items = f"{self.scattered}.count", f"{self.scattered}.items"
            fields["Items"] = expression(f"$exists({items}) ? [{items}] : {count} = 0 ? [] : [0..{count} - 1]")
            processor = {"ProcessorConfig": {"Mode": "INLINE"}, **processor}
        state = self.emitter.add(
            self.state,
            "Map",
            **fields,
            ItemSelector=capture.selector(),
            ItemProcessor=processor,
            Output={},
            Next=gather,
        )
        if self.distributed:
            empty: Json = {"Condition": expression(f"{self.scattered}.count = 0"), "Next": gather}
            state = self.emitter.add(
                self.emitter.names.state(f"{self.name}-any"), "Choice", Choices=[empty], Default=state
            )
        return self._scatter(state)

    def _array(self, job: str, stopped: str, gather: str) -> str:
        return write_array(self.emitter, self.op, self.scope, self.state, self.scattered, job, stopped, gather)

    def _scatter(self, after: str) -> str:
        sources = dict(self.op.sources)
        fields: dict[str, Json] = {
            "each": {name: text.template(template.raw) for name, template in sources.items()},
            "batch": self.op.batch,
            "as": "manifest" if self.distributed or self.array else "items",
            "address": expression(self.place),
        }
        return self.emitter.call(
            f"{self.name}-scatter",
            "scatter",
            self.scope,
            fields,
            step=self.title,
            templates=list(sources.values()),
            target=self.scattered[1:],
            after=after,
        )

    def _gather(self, more: Mapping[str, Json] | None = None) -> str:
        tolerance = self.op.tolerance
        fields: dict[str, Json] = {
            "address": expression(self.place),
            "count": expression(f"{self.scattered}.count"),
            "tolerate": None if tolerance is None else {"unit": tolerance.unit, "amount": tolerance.amount},
            "batch": self.op.batch is not None,
            **(more or {}),
        }
        return self.emitter.call(
            f"{self.name}-gather",
            "gather",
            self.scope,
            fields,
            step=self.title,
            target=self.target,
            project=self.emitter.projections.result(self.scope.path(self.op.name)),
            after=self.after,
        )

    def _item(self) -> str:
        """An item as scatter gave it, or by its index in the manifest when the items were too large to give."""
        indexed = f'{{"$item": {{"$ref": {field(self.scattered, "$ref")}, "index": {_ITEM}}}}}'
        return f'$type({_ITEM}) = "number" ? {indexed} : {_ITEM}'

    def _reader(self) -> dict[str, Json]:
        return {
            "ItemReader": {
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSON"},
                "Arguments": {
                    "Bucket": expression(f"{self.scattered}.bucket"),
                    "Key": expression(f"{self.scattered}.key"),
                },
            }
        }

    def _writer(self) -> dict[str, Json]:
        """Where the service lists how each child execution ended: not in the state's result, which holds 256 KiB."""
        return {
            "ResultWriter": {
                "Resource": "arn:aws:states:::s3:putObject",
                "Arguments": {
                    "Bucket": expression(f"{self.scattered}.bucket"),
                    "Prefix": expression(f"{self.scattered}.results"),
                },
            }
        }

    # One iteration

    def _iteration(self, scope: Scope, assigns: dict[str, Json]) -> str:
        emitter = self.emitter
        end = emitter.finish(f"{self.name}-item-end")
        if self.op.tolerance is None and not self.distributed:
            body = self._body(scope, end)
        else:
            body = self._recorded(scope, end)
        return emitter.assign(f"{self.name}-item", assigns, body)

    def _recorded(self, scope: Scope, end: str) -> str:
        """The body with every failure kept under the item's index."""
        emitter = self.emitter
        failure = emitter.names.variable("failure", *self.title.split("/"))
        after = end
        if self.op.tolerance is None:
            after = emitter.add(
                emitter.names.state(f"{self.name}-item-failed"),
                "Fail",
                Error=expression(f"{variable(failure)}.Error"),
                Cause=expression(f"{variable(failure)}.Cause"),
            )
        record = emitter.call(
            f"{self.name}-record",
            "record",
            scope,
            {
                "address": expression(scope.address),
                "error": {key: expression(f"{variable(failure)}.{key}") for key in ("Error", "Cause")},
            },
            step=self.title,
            after=after,
        )

        def branch() -> str:
            return self._body(scope, emitter.finish(f"{self.name}-body-end"))

        kept: Json = {
            "Error": expression(NAME),
            "Cause": expression('$exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : ""'),
        }
        catch: Json = {"ErrorEquals": ["States.ALL"], "Assign": {failure: kept}, "Output": {}, "Next": record}
        return emitter.add(
            emitter.names.state(f"{self.name}-body"),
            "Parallel",
            Branches=[emitter.machine(branch)],
            Catch=[catch],
            Output={},
            Next=end,
        )

    def _body(self, scope: Scope, after: str) -> str:
        direct = self._stores_itself(scope)
        if direct is not None and len(scope.level.region.ops) == 1:
            return write_call(self.emitter, direct, scope, None, after, address=scope.address)
        return self.emitter.region(scope, lambda inner: self._store(inner, after))

    def _store(self, scope: Scope, after: str) -> str:
        """Keep the yield of the body under the item's index; null when it needs a skipped step."""
        template = scope.level.region.yields or Template(None)
        entry = self._evaluate(template, scope, f"{self.name}-store", after)
        sources = self.emitter.skips.template_sources(template, scope.level)
        if not sources:
            return entry
        nothing = self._evaluate(Template(None), scope, f"{self.name}-store-null", after)
        rule: Json = {"Condition": expression(is_skipped(scope, sources)), "Next": nothing}
        name = self.emitter.names.state(f"{self.name}-yielded")
        return self.emitter.add(name, "Choice", Choices=[rule], Default=entry)

    def _evaluate(self, template: Template, scope: Scope, name: str, after: str) -> str:
        fields: dict[str, Json] = {
            "value": text.template(template.raw),
            "address": expression(scope.address),
            "store": "address",
        }
        return self.emitter.call(name, "evaluate", scope, fields, step=self.title, templates=[template], after=after)

    def _stores_itself(self, scope: Scope) -> CallTask | None:
        """The call whose result is the yield and that nothing else needs: it can keep the result itself."""
        region = scope.level.region
        name = plain_step(region.yields) if region.yields is not None else None
        op = region.by_name.get(name) if name is not None else None
        if not isinstance(op, CallTask) or op.catches:
            return None
        path = scope.path(op.name)
        alone = self.emitter.liveness.readers(path) <= {None} and not self.emitter.projections.result(path)
        return op if alone and not self.emitter.skips[path] else None
