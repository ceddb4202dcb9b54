"""What a change of `protect` and `retainOnDelete` means: nothing for an account yet, but for what may be lost later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from specc_targets.pulumi.preview.compare import Difference
from specc_targets.pulumi.preview.plan import Change


def protection(change: Change) -> tuple[Difference, ...]:
    """The options of a resource that differ from those that it has."""
    held, wanted = change.held, change.wanted
    if held is None or wanted is None:
        return ()
    options = {
        "protect": (held.protect, wanted.protect),
        "retainOnDelete": (held.retain_on_delete, wanted.retain_on_delete),
    }
    return tuple(Difference((name,), old, new) for name, (old, new) in options.items() if old != new)


def protection_lines(changes: Iterable[Change]) -> Iterator[str]:
    """A line for all resources that are protected otherwise in the same way."""
    for (kind, alike), names in _grouped(changes).items():
        yield f"{', '.join(names)}: {kind}; {('they' if len(names) > 1 else 'it')} {alike}"


def protection_counts(changes: Iterable[Change]) -> list[str]:
    """`2 no longer protected`."""
    counts: dict[str, int] = {}
    for (kind, _), names in _grouped(changes).items():
        counts[kind] = counts.get(kind, 0) + len(names)
    return [f"{count} {kind}" for kind, count in counts.items()]


def _grouped(changes: Iterable[Change]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        options = {item.text: item.new for item in protection(change)}
        if options and change.wanted is not None:
            found.setdefault(_meaning(options, change.wanted.retain_on_delete), []).append(change.name)
    return found


def _meaning(options: Mapping[str, object], kept: bool) -> tuple[str, str]:
    end = "would stay in the account when the stack goes" if kept else "would be deleted with the stack"
    if "protect" in options:
        if options["protect"]:
            return "newly protected", "can be neither deleted nor replaced until `protect` is taken out again"
        return "no longer protected", end
    return ("newly kept" if kept else "no longer kept"), end
