"""What a JSONata expression reads, and whether it is one."""

from __future__ import annotations

import re
from functools import lru_cache

from specc_targets.asl.verifier.jsonata_functions import FUNCTIONS
from specc_targets.asl.verifier.jsonata_grammar import Reading, parse

_PATH = re.compile(r"\s*\$([^\W\d]\w*)((?:\.[^\W\d]\w*|\[\d+\])*)\s*")
_ANY = re.compile(r"\$([^\W\d]\w*)")

__all__ = ["FUNCTIONS", "Reading", "read"]


@lru_cache(maxsize=4096)  # a machine says the same few things in most of its states
def read(text: str) -> Reading:
    """Read an expression. Names that it binds itself are not variables.

    Who reads the same text again gets the same object: it is not to be changed.
    """
    path = _PATH.fullmatch(text)  # as most are
    if path is not None and path[1] not in FUNCTIONS and path[1] != "eval":
        kind = "other" if "[" in path[2] else "path" if path[2] else "variable"
        found = Reading({path[1]}, kind=kind)
        if path[1] == "states":
            found.states.add(tuple(path[2].partition("[")[0].split(".")[1:]))
        return found
    try:
        return parse(text)
    except RecursionError:  # deeper than anything a person wrote: what it names is all that can be told
        return Reading(set(_ANY.findall(text)) - FUNCTIONS.keys(), kind="other")
