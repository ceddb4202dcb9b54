"""What a function's result depends on besides its arguments: source, installed packages, Python itself."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from specc_targets.code.scripts import is_script, trace_script
from specc_targets.code.sources import file_stamp
from specc_targets.code.trace import Memo, Trace


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The code behind one function."""

    digest: str
    """Of all that follows."""
    function: str
    sources: Mapping[str, str]
    """The file of each module of the project that the function's module imports -> its hash. Its own is among them:
    there the hash is of what the function can reach, if that is certain.
    """
    packages: Mapping[str, str]
    """Distribution -> version of all that those modules import."""
    python: str
    watched: Sequence[tuple[Path, str]] = field(default=(), compare=False, repr=False)
    """The files and how they were when they were read."""

    def parts(self) -> dict[str, Any]:
        """As JSON, for explanations."""
        return {
            "function": self.function,
            "sources": dict(self.sources),
            "packages": dict(self.packages),
            "python": self.python,
        }

    def stale(self) -> bool:
        """Whether a file has changed since."""
        return any(file_stamp(path) != stamp for path, stamp in self.watched)


class Fingerprints:
    """Makes the fingerprints of one run; each is made once. May be used in many threads."""

    def __init__(self, root: Path, memo: Memo) -> None:
        self._root, self._memo = root.resolve(), memo
        self._made: dict[tuple[str, bool], Fingerprint] = {}
        self._traces: dict[str, Trace] = {}
        self._lock = threading.Lock()

    def of(self, function: str, *, whole: bool = False) -> Fingerprint:
        """The fingerprint of `module:qualified.name`, or of a script (`specc_targets.code.scripts.code_of`).

        Of its own module only that counts which the function can reach; with `whole` all of it, which is for calls that
        are handed objects of classes that no code may name.
        """
        key = (function, whole)
        found = self._made.get(key)
        if found is None:
            with self._lock:
                found = self._made.get(key) or self._make(function, whole=whole)
                self._made[key] = found
        return found

    def sources(self, function: str) -> tuple[Mapping[str, str], Sequence[tuple[Path, str]]]:
        """The files of the project behind a function or script with their hashes, and how they were when read.

        It takes less than all of `of`: packages are not looked up.
        """
        with self._lock:
            trace, sources = self._read(function, whole=False)
        return sources, tuple(trace.watched.items())

    def _read(self, function: str, *, whole: bool) -> tuple[Trace, dict[str, str]]:
        module, _, qualname = (function, "", "") if is_script(function) else function.partition(":")
        if module not in self._traces:
            if is_script(function):
                trace = trace_script(function, self._root, self._memo)
            else:
                trace = Trace(self._root, self._memo)
                trace.follow(module)
            self._traces[module] = trace
        trace = self._traces[module]
        part = {} if whole or not qualname else trace.slice_of(module, qualname.partition(".")[0])
        return trace, dict(sorted((trace.sources | part).items()))

    def _make(self, function: str, *, whole: bool) -> Fingerprint:
        trace, sources = self._read(function, whole=whole)
        if not trace.packages:
            trace.look_up_packages()
        watched = tuple(trace.watched.items())
        made = Fingerprint("", function, sources, trace.packages, python(), watched)
        text = json.dumps(made.parts(), sort_keys=True, separators=(",", ":"))
        digest = hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
        return replace(made, digest=digest)


def python() -> str:
    """The interpreter, as far as results may depend on it: `CPython 3.12`."""
    return f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
