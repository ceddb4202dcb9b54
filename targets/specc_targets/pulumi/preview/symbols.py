"""Texts that stand for what is known only after creation, in documents that people read and compare."""

from __future__ import annotations

import re
from collections.abc import Mapping

from specc_targets.pulumi.preview.values import Value

_AGAIN = "new "
_NEW = re.compile(rf"<{_AGAIN}(?=[^<> ]+\.\w+>)")


def symbol(name: str, output: str, old: Value = None) -> str:
    """`<bucket.arn>`; `<new bucket.arn>` where it takes the place of one that a saved preview left in a state."""
    found = f"<{name}.{output}>"
    return f"<{_AGAIN}{found[1:]}" if old == found else found


def settled(value: Value) -> Value:
    """A value as it is once the new has become what there is."""
    match value:
        case str():
            return _NEW.sub("<", value)
        case Mapping():
            return {name: settled(item) for name, item in value.items()}
        case list() | tuple():
            return [settled(item) for item in value]
    return value
