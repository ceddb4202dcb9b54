"""Which outputs a type of resources has: read from the text of its class in the provider's package, not imported."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_GETTER = re.compile(
    r"@pulumi\.getter(?:\(name=\"(?P<given>\w+)\"\))?\s+def (?P<name>\w+)\(self\) -> pulumi\.Output\[_builtins\.str\]:"
)
"""An output that is always there, and a text. The classes of arguments have none."""
_BIG = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_KEYWORDS = frozenset({"lambda"})


@cache
def texts_of(type: str) -> tuple[str, ...]:
    """Outputs of `aws:sqs/queue:Queue` that are texts; none where its class is not found."""
    package, _, rest = type.partition(":")
    module, _, file = rest.partition(":")[0].partition("/")
    if not file or not package.replace("-", "_").isidentifier():
        return ()
    found = find_spec(f"pulumi_{package.replace('-', '_')}")
    folders = found.submodule_search_locations if found is not None else None
    for folder in folders or ():
        inside = "" if module == "index" else f"{module}_" if module in _KEYWORDS else module
        path = Path(folder, inside, f"{_BIG.sub('_', file).lower()}.py")
        if path.is_file():
            text = path.read_text("utf-8")
            return tuple(dict.fromkeys(match["given"] or match["name"] for match in _GETTER.finditer(text)))
    return ()
