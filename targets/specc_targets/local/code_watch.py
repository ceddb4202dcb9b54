"""Tells when the code of a step changes while its cells are made: some are from the old code then, others from the new.

What the code was is kept in the folder of the run, so that a run that goes on knows it, and who looks at its results.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specc.ir.module import Module
from specc.ir.ops import ActionTask, CallTask, Loop, Map, ScriptTask, SubPipeline
from specc.ir.region import Region
from specc.ir.walk import body_of
from specc_targets.code.sources import file_stamp
from specc_targets.code.trace import Memo
from specc_targets.local.cache.fingerprint import Fingerprints
from specc_targets.local.events import Event, ItemsFinished, StepFailed, StepFinished
from specc_targets.local.running import Earlier
from specc_targets.local.runs.errors import StateError
from specc_targets.local.runs.files import read_json, write_json
from specc_targets.local.sites import Site

CODE = "code.json"
_PERIOD = 1.0
"""Seconds between two looks while a step goes on."""
_NAMED = 3
"""Files that a message names."""


@dataclass(slots=True)
class _Watched:
    """A step whose function or script is called for each cell of the map, or pass of the loop, around it."""

    step: str
    code: str
    around: str
    """The path of the outermost map or loop."""
    parts: str
    reloads: bool
    """Whether calls in one process read the code anew."""
    sources: Mapping[str, str] = field(default_factory=dict)
    stamps: Sequence[tuple[Path, str]] = ()
    changed: set[str] = field(default_factory=set)
    ended: bool = False
    looked: float = 0.0

    def note(self) -> str:
        """What there is to say of results."""
        return changed_note(self.step, sorted(self.changed), self.parts)


class CodeWatch:
    """Watches the code of one run. `warn` gets lines for the user; nothing here fails the run."""

    def __init__(
        self, module: Module, root: Path, folder: Path, earlier: Earlier | None, warn: Callable[[str], None], memo: Memo
    ) -> None:
        self._root, self._folder, self._warn, self._memo = root, folder, warn, memo
        self._steps = list(_watched(module.body, (), None))
        self._by_path: dict[str, list[_Watched]] = {}
        if not self._steps:
            return
        prints = Fingerprints(root, memo)
        for step in self._steps:
            step.sources, step.stamps = prints.sources(step.code)
            self._by_path.setdefault(step.around, []).append(step)
        if earlier is not None:
            self._compare(earlier)
        self._write()

    def see(self, event: Event) -> None:
        """Look whether code has changed: now and then while a step goes on, and when it ends."""
        if event.items or not isinstance(event, ItemsFinished | StepFinished | StepFailed):
            return
        now = time.monotonic()
        for step in self._by_path.get(event.step, ()):
            ends = not isinstance(event, ItemsFinished) or event.done >= event.total
            if not step.ended and (ends or now - step.looked >= _PERIOD):
                step.looked = now
                self._look(step)
            step.ended = step.ended or ends

    def finish(self) -> None:
        """The run has ended: look at what did not come to its end."""
        for step in self._steps:
            if not step.ended:
                self._look(step)

    def _look(self, step: _Watched) -> None:
        if not step.reloads or all(file_stamp(path) == stamp for path, stamp in step.stamps):
            return
        sources, stamps = Fingerprints(self._root, self._memo).sources(step.code)
        different = _different(step.sources, sources)
        step.sources, step.stamps = sources, stamps
        if different:
            told = bool(step.changed)
            step.changed |= different
            self._write()
            if not told:
                self._warn(step.note())

    def _compare(self, earlier: Earlier) -> None:
        """What is finished was made by the code of then."""
        before = read_code(self._folder)
        for step in self._steps:
            known = before.get(step.step)
            if known is None or not earlier.holds_below(step.around):
                continue
            step.changed = set(known["changed"])
            different = _different(known["sources"], step.sources)
            if different:
                step.changed |= different
                self._warn(
                    f"the code of `{step.step}` has changed since this run worked on it ({_named(sorted(different))}): "
                    f"{step.parts} that are finished hold, and were made by the old code; "
                    "a new run, without `--resume`, makes all of them again"
                )

    def _write(self) -> None:
        steps = {
            step.step: {
                "code": step.code,
                "parts": step.parts,
                "sources": dict(step.sources),
                "changed": sorted(step.changed),
            }
            for step in self._steps
        }
        with suppress(StateError):
            write_json(self._folder / CODE, {"steps": steps})


def read_code(folder: Path) -> dict[str, dict[str, Any]]:
    """What is known of the code of each step of a run, by its path; empty when nothing is."""
    try:
        steps = read_json(folder / CODE).get("steps")
    except (OSError, StateError):
        return {}
    found: dict[str, dict[str, Any]] = {}
    for name, step in steps.items() if isinstance(steps, dict) else ():
        if isinstance(step, dict) and isinstance(step.get("sources"), dict) and isinstance(step.get("changed"), list):
            found[name] = {**step, "changed": [str(file) for file in step["changed"]]}
    return found


def changed_notes(folder: Path, step: str | None = None) -> list[str]:
    """A sentence for each step, or for those in `step`, whose code changed while the run made its cells."""
    return [
        changed_note(name, known["changed"], str(known.get("parts", "cells")))
        for name, known in read_code(folder).items()
        if known["changed"] and (step is None or name == step or name.startswith(f"{step}/"))
    ]


def changed_note(step: str, files: Sequence[str], parts: str) -> str:
    """What there is to say of a step whose code has changed."""
    return f"the code of `{step}` changed during the run ({_named(files)}): {parts} may come from both"


def _named(files: Sequence[str]) -> str:
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return f"{', '.join(files[:_NAMED])}{more}"


def _different(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    return {name for name in {*before, *now} if before.get(name) != now.get(name)}


def _watched(
    region: Region, path: tuple[str, ...], around: tuple[str, str] | None, *, whole: bool = False
) -> Iterator[_Watched]:
    """The steps to watch; `around` is the outermost map or loop, and what its parts are called."""
    for op in region.ops:
        here = path if path and path[-1] == op.name and not whole else (*path, op.name)
        if isinstance(op, CallTask):
            site = Site(op, "/".join(here))
            own = isinstance(op, ScriptTask) or not isinstance(op, ActionTask)
            if around is not None and own and not site.is_test:
                yield _Watched(site.call.step, site.code, *around, reloads=site.where == "process")
        elif isinstance(op, SubPipeline):
            yield from _watched(op.module.body, here, around, whole=True)
        elif (body := body_of(op)) is not None:
            parts = "cells" if isinstance(op, Map) else "passes"
            inside = around or ("/".join(here), parts) if isinstance(op, Map | Loop) else around
            yield from _watched(body, here, inside)
