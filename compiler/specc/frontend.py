"""From a file to a checked module: source, schema, lowering, passes."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from specc.diagnostics import Diagnostic, Sink
from specc.ir.module import Module
from specc.memory import Memory
from specc.passes.base import Context
from specc.source import Spec, load_spec, locate_diagnostics
from specc.source.reading import NOTHING_OPEN

if TYPE_CHECKING:
    from specc.other_specs import OtherSpecs
    from specc.targets import Target
    from specc_schemas import PipelineSpec

PrintIR = Callable[[str, Module], None]
"""Called with a pass's name and the module after it."""


@dataclass
class Compilation:
    """What came of a spec, as far as it got. Nothing in it is missing without an error that says why."""

    sink: Sink
    spec: Spec | None = None
    model: PipelineSpec | None = None
    module: Module | None = None
    context: Context | None = None
    source_texts: dict[str, str] = field(default_factory=dict)
    """The text of the spec and of what it extends, by the names that diagnostics use, faulty ones too."""

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Everything found, with text spans, sorted by position."""
        return locate_diagnostics(self.sink.diagnostics, self.spec)

    @property
    def failed(self) -> bool:
        """Whether an error was found."""
        return self.sink.failed

    @property
    def texts(self) -> Mapping[str, str]:
        """The text of every file that diagnostics may point into, by the name they use for it."""
        return {**(self.context.modules.texts if self.context is not None else {}), **self.source_texts}


def check(
    path: Path | str,
    *,
    text: bytes | None = None,
    format: str | None = None,
    stack: str | None = None,
    print_ir_after: PrintIR | None = None,
    python_path: Sequence[Path] = (),
    within: tuple[str, ...] = (),
    open_texts: Mapping[str, bytes] = NOTHING_OPEN,
    memory: Memory | None = None,
) -> Compilation:
    """Read a spec and check it whole. Never raises for anything that is wrong with the spec.

    `text` stands for the content of `path`, in `format` (`toml`, `yaml` or `json`; else its suffix decides).
    `python_path` are further folders where the user's modules are looked for. `stack` names the environment whose
    overrides are laid over the spec. `within` are the specs that run it as a step, outermost first.
    `open_texts` are the contents of files that an editor has open, by real path: they count in place of what is on the
    disk. With the `memory` of earlier checks of the same spec only what changed is analysed again.
    """
    if memory is not None:
        memory.begin()
    compilation = Compilation(Sink())
    sink = compilation.sink
    compilation.spec = spec = load_spec(
        path, sink, text=text, format=format, texts=compilation.source_texts, open_texts=open_texts, memory=memory
    )
    if spec is None:
        return compilation
    if stack is not None:
        from specc.source.overlay import with_stack  # late: few commands name a stack

        compilation.spec = spec = with_stack(spec, stack, sink)
        if spec is None:
            return compilation
    from specc.schema import validate

    compilation.model = model = validate(spec, sink, memory)
    if model is None:
        return compilation
    from specc.introspection import ModuleReader
    from specc.lowering import lower
    from specc.passes import run_passes

    others = _others(compilation, spec, model, stack, python_path, within, open_texts, memory)
    module = lower(model, sink, stack or "", others, memory)
    root = spec.root / module.package_root
    reader = ModuleReader([root, *python_path], open_texts, memory)
    compilation.context = Context(sink=sink, root=spec.root, modules=reader, spec=spec, memory=memory)
    compilation.module = module = run_passes(compilation.context, module, print_ir_after)
    if module.deployment.package.include or module.deployment.package.requirements:
        from specc.packaging import check_package  # late: few specs ship more than their modules

        check_package(module, spec.root, sink)
    if model.pulumi is not None or model.stacks:
        from specc.pulumi_settings import check_pulumi  # late: few specs are deployed

        check_pulumi(model, stack or "", spec.root, sink, compilation.source_texts, open_texts)
    if model.tests and not sink.failed:
        from specc.lowering.mock_types import check_mock_types

        check_mock_types(model, module, sink)
    return compilation


def _others(
    compilation: Compilation,
    spec: Spec,
    model: PipelineSpec,
    stack: str | None,
    python_path: Sequence[Path],
    within: tuple[str, ...],
    open_texts: Mapping[str, bytes],
    memory: Memory | None,
) -> OtherSpecs:
    """What reads the specs that this one runs as steps, with the same stack where they declare it."""
    from specc.other_specs import OtherSpecs

    def check_other(path: str, chain: tuple[str, ...]) -> Compilation:
        own = _memory_of(path, memory)
        found = check(path, python_path=python_path, within=chain, open_texts=open_texts, memory=own)
        if stack is not None and found.model is not None and stack in (found.model.stacks or {}):
            found = check(path, stack=stack, python_path=python_path, within=chain, open_texts=open_texts, memory=own)
        return found

    root = (model.package.root if model.package is not None else None) or "."
    own = os.path.realpath(spec.documents[0].name)
    chain, texts = (*within[:-1], own), compilation.source_texts
    return OtherSpecs(check_other, spec, root, compilation.sink, texts, chain, open_texts)


def _memory_of(path: str, memory: Memory | None) -> Memory | None:
    """What is remembered of a spec that the one with `memory` runs as a step."""
    if memory is None:
        return None
    known = memory.shelf("specs")
    own: Memory = known.get(path) or known.keep(path, Memory())
    return own


def compile_for(target: Target, compilation: Compilation) -> Mapping[PurePosixPath, bytes] | None:
    """The artifacts of a checked spec for one target, or None when its diagnostics say why there are none."""
    if compilation.failed or compilation.module is None or compilation.context is None:
        return None
    module = target.legalize(compilation.context, compilation.module)
    if compilation.failed:
        return None
    files = target.emit(compilation.context, module)
    return None if compilation.failed else files
