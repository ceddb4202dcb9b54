"""What the names in an expression mean at a point of a module."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from specc.expressions.types import ANY, NULL, STRING, Field, ListType, ObjectType, Type, UnionType
from specc.ir.module import Module
from specc.ir.ops import Loop, Map, Op
from specc.ir.region import Region
from specc_runtime.expressions import Template

ERROR_TYPE = ObjectType(fields=(Field("name", STRING, True), Field("message", STRING, True)), open=False)
"""What `error` is in `on_error`."""


class Scope(NamedTuple):
    """The names visible in a region: its operations, those of the regions around it, and what is bound."""

    module: Module
    regions: tuple[Region, ...]
    """Outermost first."""
    bound: Mapping[str, Type] = MappingProxyType({})
    """Names of `each`, `last` and `error`, with their types."""
    in_finally: bool = False
    inside: tuple[Op, ...] = ()
    """The operations whose regions these are, outermost first."""

    @classmethod
    def of_body(cls, module: Module) -> Scope:
        """The scope of the module's body, and of its outputs."""
        return cls(module, (module.body,))

    @classmethod
    def of_finally(cls, module: Module) -> Scope:
        """The scope of the `finally` steps, which also see the body's."""
        return cls(module, (module.body, module.finally_), in_finally=True)

    def step(self, name: str) -> Op | None:
        """The operation that `steps.<name>` means here."""
        for region in reversed(self.regions):
            op = region.by_name.get(name)
            if op is not None:
                return op
        return None

    def step_names(self) -> list[str]:
        """The names that `steps.` can be followed by, innermost first."""
        return list(dict.fromkeys(op.name for region in reversed(self.regions) for op in region.ops))

    def enter(self, op: Op, body: Region, types: Mapping[str, Type] | None = None) -> Scope:
        """The scope inside the region of `op`; `types` are those of the names it binds, where known."""
        bound = dict(self.bound)
        for name in body.binds:
            bound[name] = (types or {}).get(name, ANY)
        if isinstance(op, Map | Loop) and types is None:
            bound.update(dict.fromkeys(body.binds, ANY))
        return self._replace(regions=(*self.regions, body), bound=bound, inside=(*self.inside, op))

    def with_error(self) -> Scope:
        """The scope of a catch's value or handler, where `error` is bound."""
        return self._replace(bound={**self.bound, "error": ERROR_TYPE})

    def environment(self, template: Template) -> dict[str, Type]:
        """The types of the roots that `template` refers to, no wider than it needs (so cost follows its size)."""
        found: dict[str, Type] = dict(self.bound)
        roots = {reference.root for reference in template.references}
        if "steps" in roots:
            names = dict.fromkeys(
                str(item.path[0]) for item in template.references if item.root == "steps" and item.path
            )
            ops = ((name, self.step(name)) for name in names)
            found["steps"] = ObjectType(
                tuple(Field(name, op.result, True) for name, op in ops if op is not None), open=True
            )
        if "params" in roots:
            parameters = self.module.parameters
            found["params"] = ObjectType(tuple(Field(item.name, item.type, True) for item in parameters), open=True)
        if "env" in roots:
            found["env"] = ObjectType(
                tuple(Field(name, STRING, True) for name, _ in self.module.environment), open=True
            )
        if "run" in roots:
            found["run"] = self._run()
        return found

    def _run(self) -> Type:
        fields = [Field("id", STRING, True), Field("name", STRING, True)]
        if self.in_finally:
            fields += [Field("status", STRING, True), Field("error", UnionType((ERROR_TYPE, NULL)), True)]
        return ObjectType(tuple(fields), open=True)


def item_type(source: Type) -> Type:
    """The type of an item of `source`, as far as it is known."""
    return source.item if isinstance(source, ListType) else ANY
