"""How messages speak of the parts of a spec."""

from __future__ import annotations

from specc.schema.reporter import shown

Path = tuple[str | int, ...]

_NOUNS = {
    "compute": "compute profile",
    "params": "parameter",
    "stacks": "stack",
    "outputs": "output",
    "secrets": "secret",
}


def where(path: Path) -> str:
    """A table in words: `the spec`, `step 'a'`, `'defaults.retry'`."""
    if not path:
        return "the spec"
    if path[0] in ("steps", "finally"):
        names = [str(path[index + 1]) for index in range(0, len(path) - 1, 2) if _is_step(path[: index + 2])]
        if names and 2 * len(names) == len(path):
            step = shown("/".join(names))
            return f"step `{step}`" if path[0] == "steps" else f"`finally` step `{step}`"
    if len(path) == 2 and path[0] in _NOUNS and isinstance(path[1], str):
        return f"{_NOUNS[path[0]]} `{shown(path[1])}`"
    return f"`{dotted(path)}`"


def dotted(path: Path) -> str:
    """A path as TOML would write it, shortened."""
    text = ""
    for segment in path:
        text += f"[{segment}]" if isinstance(segment, int) else f".{shown(segment)}" if text else shown(segment)
    return text if len(text) <= 120 else "…" + text[-119:]


def what(path: Path) -> str:
    """A value in words: `'timeout' of step 'a'`."""
    if not path:
        return "the spec"
    last = path[-1]
    if isinstance(last, int):
        return f"item {last + 1} of {what(path[:-1])}"
    if len(path) == 1:
        return f"`{shown(last)}`"
    whole = where(path)
    return f"`{shown(last)}` of {where(path[:-1])}" if whole == f"`{dotted(path)}`" else whole


def is_step(path: Path) -> bool:
    """Whether `path` is that of a step."""
    return len(path) > 0 and len(path) % 2 == 0 and _is_step(path)


def _is_step(path: Path) -> bool:
    """Whether the last part of `path` names a step."""
    return all(key in (("steps", "finally") if index == 0 else ("steps",)) for index, key in enumerate(path[::2]))


def listed(names: list[str], limit: int = 12) -> str:
    """`a`, `b` or `c`."""
    quoted = [f"`{shown(name)}`" for name in names[:limit]]
    if len(names) > limit:
        return ", ".join(quoted) + ", ..."
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]
