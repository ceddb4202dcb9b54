"""Cuts a module down to a part of its steps."""

from __future__ import annotations

from dataclasses import replace

from specc.ir.module import Module, Output
from specc.ir.region import Region
from specc_runtime.expressions import Template


def only_step(module: Module, name: str) -> Module:
    """The module with one step of its body, what that step waits for, and its result as the only output."""
    wanted = {name}
    waiting = [name]
    while waiting:
        for source in module.body.predecessors[waiting.pop()]:
            if source not in wanted:
                wanted.add(source)
                waiting.append(source)
    body = replace(
        module.body,
        ops=tuple(op for op in module.body.ops if op.name in wanted),
        edges=tuple(edge for edge in module.body.edges if edge.source in wanted and edge.target in wanted),
    )
    output = Output(name=name, value=Template(f"${{steps.{name}}}"), type=module.body.by_name[name].result)
    return replace(module, body=body, finally_=Region(), outputs=(output,))
