"""Other files that a spec names: specs that it runs as steps, each checked on its own, and files of values."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from specc.diagnostics import Label, Place, Sink, closest
from specc.ir.module import Module
from specc.source.decoding import decode
from specc.source.formats import FORMATS
from specc.source.reading import NOTHING_OPEN, open_text, read_bytes

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.source import Spec


@dataclass(eq=False)
class OtherSpecs:
    """Reads and checks what `pipeline` names. Reports SPC367; what is wrong inside of a spec is shown there."""

    check: Callable[[str, tuple[str, ...]], Compilation]
    """Checks the spec at a path; the specs that are being checked already go with it."""
    spec: Spec
    package_root: str
    sink: Sink
    texts: dict[str, str]
    """Receives the texts that diagnostics of the other specs point into."""
    chain: tuple[str, ...]
    open_texts: Mapping[str, bytes] = field(default_factory=lambda: NOTHING_OPEN)
    _known: dict[str, Module | None] = field(default_factory=dict)

    def load(self, path: str, place: Place) -> Module | None:
        """The checked module of the spec at `path`, as seen from this spec's folder; None when it cannot be run."""
        target = os.path.normpath(self.spec.root / path)
        real = os.path.realpath(target)
        if real in self.chain:
            around = " runs ".join(f"`{Path(item).name}`" for item in (*self.chain[self.chain.index(real) :], real))
            self._report(place, "specs run each other in a circle", "leads back here", "take one of them out", around)
            return None
        if real not in self._known:
            self._known[real] = self._checked(path, target, real, place)
        return self._known[real]

    def text(self, path: str) -> str:
        """The text of a file, by its path from the package's root. Raises `Fault` when it cannot be read.

        A run that goes on notices when it has changed.
        """
        target = os.path.normpath(self._package() / path)
        data = open_text(target, self.open_texts)
        found = decode(read_bytes(target, path) if data is None else data, path)
        self.texts.setdefault(target, found)
        return found

    def _checked(self, path: str, target: str, real: str, place: Place) -> Module | None:
        if not os.path.isfile(real):  # noqa: PTH113  # `Path.is_file` may raise
            near = closest(Path(target).name, _specs_in(Path(target).parent))
            help = f"did you mean `{near}`?" if near else "write the path from the folder of this spec"
            self._report(place, f"there is no spec `{path}`", "no such file", help)
            return None
        found = self.check(target, (*self.chain, real))
        self.sink.take(found.diagnostics)
        self.texts.update(found.texts)
        if found.spec is not None:
            self.spec.others += [item for item in found.spec.sources if item not in self.spec.others]
        if found.failed or found.module is None or found.spec is None:
            self._report(place, f"the spec `{path}` has errors", "cannot be run", "correct it first")
            return None
        own, other = (os.path.realpath(item) for item in (self._package(), found.spec.root / found.module.package_root))
        if own != other:
            self._report(
                place,
                f"the functions of `{path}` are in another folder than those of this spec",
                "its package is another one",
                "let `package.root` of both lead to one folder: they are shipped together",
            )
            return None
        return found.module

    def _package(self) -> Path:
        return self.spec.root / self.package_root

    def _report(self, place: Place, message: str, label: str, help: str, note: str = "") -> None:
        self.sink.report("SPC367", message, Label(place, label), help=help, notes=(note,) if note else ())


def _specs_in(folder: Path) -> list[str]:
    try:
        return sorted(item.name for item in folder.iterdir() if item.suffix in FORMATS)
    except OSError:
        return []
