"""Values as short texts: results of steps, and what they were called with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc_runtime.expressions import SKIPPED
from specc_targets.report.facts import Facts, Sample
from specc_targets.report.reading import clipped

if TYPE_CHECKING:
    from specc.ir.module import Module
    from specc.ir.ops import Op
    from specc.ir.region import Region

LONGEST = 2048
"""Letters of a value that are shown."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_READABLE = ("json", "text")
_NODES = 4000
"""Parts of a value that are looked at, before its text is cut."""


def shown(value: Any, limit: int = LONGEST) -> str:
    """A value as JSON text of at most about `limit` letters; large ones are never written out whole."""
    pruned = _pruned(value, limit)
    text = _json(pruned)
    if len(text) > 80 and isinstance(pruned, dict):
        lines = ",\n".join(f"  {_json(name)}: {_json(inner)}" for name, inner in pruned.items())
        text = f"{{\n{lines}\n}}"
    elif len(text) > 80 and isinstance(pruned, list) and any(isinstance(inner, dict | list) for inner in pruned):
        lines = ",\n".join(f"  {_json(inner)}" for inner in pruned)
        text = f"[\n{lines}\n]"
    return clipped(text, limit)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=repr)


def _pruned(value: Any, limit: int) -> Any:
    """The value without what lies beyond `limit` letters anyway."""
    left = [min(_NODES, limit)]

    def prune(part: Any, depth: int) -> Any:
        left[0] -= 1
        if isinstance(part, str):
            return part if len(part) <= limit else f"{part[:limit]}… ({len(part) - limit:,} more characters)"
        if isinstance(part, dict | list) and depth > 40:
            return "…"
        if isinstance(part, dict):
            found: dict[str, Any] = {}
            for name, inner in part.items():
                if left[0] <= 0:
                    found["…"] = f"{len(part) - len(found):,} more"
                    break
                found[clipped(str(name), limit)] = prune(inner, depth + 1)
            return found
        if isinstance(part, list):
            items: list[Any] = []
            for inner in part:
                if left[0] <= 0:
                    items.append(f"… {len(part) - len(items):,} more")
                    break
                items.append(prune(inner, depth + 1))
            return items
        return part

    return prune(value, 0)


def sample_text(sample: Sample, directory: Path, limit: int = LONGEST) -> str:
    """The text of a result, wherever it is kept."""
    if not sample.stored:
        return shown(sample.value, limit)
    place = sample.value if isinstance(sample.value, dict) else {}
    codec, size = str(place.get("codec", "?"))[:40], place.get("size")
    if "base64" in place:
        return f"{clipped(str(place['base64']), min(limit, 200))}\n(a value of codec {codec}, as Base64)"
    digest = place.get("sha256")
    said = f"{size:,} bytes, codec {codec}" if isinstance(size, int) else f"codec {codec}"
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
        return f"({said}; where it is kept cannot be read)"
    head = _head(directory / "blobs" / digest, limit) if codec in _READABLE else ""
    return f"{head}{'… ' if head else ''}({said}: blobs/{digest[:12]}…)"


def _head(path: Path, limit: int) -> str:
    try:
        with path.open("rb") as file:
            return file.read(limit).decode("utf-8", "ignore")
    except OSError:
        return ""


class _Unknown(Exception):  # noqa: N818  # not an error: the value is not at hand
    """A name whose value is not kept in memory."""


class _Steps(Mapping[str, Any]):
    """The results of steps outside of maps, by name, as expressions in a region see them."""

    def __init__(self, inputs: Inputs, prefix: str) -> None:
        self._inputs, self._prefix = inputs, prefix

    def __getitem__(self, name: str) -> Any:
        prefix = self._prefix
        while prefix and not self._inputs.knows(prefix + name):
            prefix = prefix[:-1].rpartition("/")[0]
            prefix = f"{prefix}/" if prefix else ""
        return self._inputs.result(prefix + name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Inputs:
    """What steps were called with, as far as it can be told from results that are kept."""

    def __init__(self, module: Module, parameters: Mapping[str, Any], facts: Mapping[str, Facts]) -> None:
        self._facts = facts
        self._fixed = {
            "params": dict(parameters),
            "env": dict(module.environment),
            "run": {"name": module.name},
            "stack": {},
        }
        self._ops: dict[str, Op] = {}
        self._collect(module.body, "")
        self._collect(module.finally_, "finally/")

    def knows(self, key: str) -> bool:
        """Whether there is a step with this path."""
        return key in self._ops

    def result(self, key: str) -> Any:
        """The result of a step that ran once. Raises `_Unknown` when it is not at hand."""
        from specc.ir.ops import Group, Loop

        facts, op = self._facts.get(key), self._ops.get(key)
        if facts is not None and facts.told == "skipped":
            return SKIPPED
        if isinstance(op, Group) and op.body.yields is not None:
            return op.body.yields.evaluate({**self._fixed, "steps": _Steps(self, f"{key}/")})
        sample = facts.result if facts is not None else None
        if facts is not None and isinstance(op, Loop):  # its result is that of the last pass
            sample = facts.highest or (facts.lowest[-1] if facts.lowest else None)
        if sample is None or sample.stored:
            raise _Unknown
        return sample.value

    def of(self, key: str, limit: int = LONGEST) -> list[tuple[str, str, bool]]:
        """Of each argument its name, its text, and whether that is a value (else what the spec says)."""
        from specc.ir.ops import CallTask, Group, Loop, Map

        op = self._ops.get(key)
        prefix = key.rpartition("/")[0]
        prefix = f"{prefix}/" if prefix else ""
        found: list[tuple[str, str, bool]] = []
        while isinstance(op, Map | Loop | Group):
            if isinstance(op, Map):
                found += [self._one(f"each {name}", source, prefix, limit) for name, source in op.sources]
            inner = op.body.ops
            op = inner[0] if len(inner) == 1 and inner[0].name == op.name else None
        if isinstance(op, CallTask) and isinstance(op.arguments.raw, dict):
            from specc_runtime.expressions import Template

            found += [self._one(name, Template(raw), prefix, limit) for name, raw in op.arguments.raw.items()]
        return found

    def _one(self, name: str, template: Any, prefix: str, limit: int) -> tuple[str, str, bool]:
        scope = {**self._fixed, "steps": _Steps(self, prefix)}
        try:
            return name, shown(template.evaluate(scope), limit), True
        except Exception:  # bound in a map, too large to be at hand, or never there: the spec's text says most
            raw = template.raw
            return name, clipped(raw, limit) if isinstance(raw, str) else shown(raw, limit), False

    def _collect(self, region: Region, prefix: str) -> None:
        from specc.ir.ops import Group, Loop, Map

        for op in (*region.ops, *region.handlers):
            key = prefix + op.name
            self._ops.setdefault(key, op)
            if isinstance(op, Map | Loop | Group):
                inner = op.body.ops
                wraps = len(inner) == 1 and inner[0].name == op.name and not op.body.handlers
                self._collect(op.body, prefix if wraps else f"{key}/")
