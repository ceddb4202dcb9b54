"""Results of earlier runs, kept under what they depend on: code and inputs."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from specc_runtime.codecs import Encoded
from specc_targets.local.cache.fingerprint import Fingerprint, Fingerprints
from specc_targets.local.cache.key import Key, NoKey, make_key
from specc_targets.local.cache.lookups import Lookups
from specc_targets.local.cache.removal import evict
from specc_targets.local.cache.store import Entry, Store, StoredMemo

MAX_SIZE = 2 * 1024**3
"""Bytes above which the entries that were not used for longest are dropped, at the end of a run."""
_LOOK_AGAIN = 0.1
"""Seconds between two looks whether the source has changed during the run."""
_SERVICES = "specc_runtime.actions.aws:"
_ACCOUNT = ("AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE")
"""What of the environment says where AWS is called."""
_COARSE = 60.0
"""Seconds within which a second hit of one entry is not written down."""


class Hit(NamedTuple):
    """A result of an earlier call."""

    kept: Any
    """None, a bool, int, float or str as it is, else `Encoded`."""
    created: float
    """When it was computed: seconds since the epoch."""
    seconds: float
    """How long that took."""


class Cache:
    """The cache of one run. May be used in many threads, and by many runs at the same time.

    It never fails a run: what is wrong with it is in `warnings` (and told to `warn`), and then nothing is found. Call
    `fingerprint` for each cached step before the run imports anything: a result is kept only if the source is still
    the same when it comes. `spec` is the path of what is run, for lists and explanations.
    """

    def __init__(
        self,
        directory: Path,
        root: Path,
        *,
        spec: str = "",
        max_size: int = MAX_SIZE,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        self.warnings: list[str] = []
        self._tell, self._max_size = warn, max_size
        self._store = Store(directory, self._warn)
        self._spec = str(Path(spec).resolve()) if spec and Path(spec).is_file() else spec
        self._lookups = Lookups(self._store, self._spec)
        self.memo = StoredMemo(self._store)
        """Remembers what reading the project's files takes long to find."""
        self._fingerprints = Fingerprints(root, self.memo)
        self._looked: dict[str, tuple[float, bool]] = {}
        self._wrote = False

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fingerprint(self, function: str) -> Fingerprint:
        """The code behind `module:qualified.name`, as it is when this is first asked."""
        return self._fingerprints.of(function)

    def key(
        self,
        function: str,
        arguments: Mapping[str, Any],
        codec: str | None = None,
        *,
        key_values: Sequence[Any] | None = None,
    ) -> Key | None:
        """Under what the result of a call is kept; `key_values`, where given, decide instead of the arguments.

        None when an input has no bytes to hash: then the function is called.
        """
        if function.startswith(_SERVICES):  # the same call in another account or region is another one
            account = {name: os.environ.get(name) for name in _ACCOUNT}
            if key_values is None:
                arguments = {**arguments, **account}
            else:
                key_values = [*key_values, account]
        try:
            return make_key(lambda whole: self._fingerprints.of(function, whole=whole), arguments, codec, key_values)
        except NoKey as reason:
            message = f"results of `{function}` are not kept for later runs: its argument {reason}"
            if message not in self.warnings:
                self._warn(message)
            return None

    def get(self, key: Key, ttl: float | None = None, *, step: str = "") -> Hit | None:
        """What is kept under the key, if it is no older than `ttl` seconds. `step` is its path without indices."""
        return self._judged(key, self._store.read(key.digest), ttl, step)

    def get_many(self, keys: Sequence[Key], ttl: float | None = None, *, step: str = "") -> list[Hit | None]:
        """The same for many keys, in their order; cheaper than one by one."""
        found = self._store.read_many(key.digest for key in keys)
        return [self._judged(key, found.get(key.digest), ttl, step) for key in keys]

    def put(self, key: Key, kept: Any, *, step: str = "", seconds: float = 0.0) -> None:
        """Keep the result of a call that took `seconds`; not when the source has changed since the run began."""
        if self._stale(key.code):
            return
        self._wrote = True
        inputs = json.dumps(key.inputs, separators=(",", ":"))
        self._store.write(
            Entry(
                key.digest,
                kept,
                key.code.function,
                step,
                self._spec,
                key.code.digest,
                inputs,
                key.codec,
                time.time(),
                seconds,
            )
        )

    def warn(self, message: str) -> None:
        """Tell the user something, once."""
        if message not in self.warnings:
            self._warn(message)

    def close(self) -> None:
        """Write what waits, and drop what is too much."""
        self._lookups.write()
        if self._wrote:
            self._store.flush()
            evict(self._store, self._max_size)
        self._store.close()

    def _judged(self, key: Key, entry: Entry | None, ttl: float | None, step: str) -> Hit | None:
        if entry is None or _foreign(entry.kept, key):
            self._lookups.add(step, key, "new")
            return None
        now = time.time()
        if ttl is not None and not 0 <= now - entry.created <= ttl:
            self._lookups.add(step, key, "expired", age=now - entry.created, ttl=ttl)
            return None
        self._lookups.add(step, key, "hit", created=entry.created, seconds=entry.seconds)
        if entry.hit is None or now - entry.hit > _COARSE:
            self._store.execute(("UPDATE entries SET hit = ?, used = ? WHERE digest = ?", (now, now, key.digest)))
        return Hit(entry.kept, entry.created, entry.seconds)

    def _stale(self, code: Fingerprint) -> bool:
        now = time.monotonic()
        looked, stale = self._looked.get(code.digest, (0.0, False))
        if stale or now - looked < _LOOK_AGAIN:
            return stale
        stale = code.stale()
        self._looked[code.digest] = (now, stale)
        if stale:
            self._warn(
                f"the source of `{code.function}` changed during the run; its results are not kept for later runs"
            )
        return stale

    def _warn(self, message: str) -> None:
        self.warnings.append(message)
        if self._tell is not None:
            self._tell(message)


def _foreign(kept: Any, key: Key) -> bool:
    """Whether reading a value would unpickle it though its step does not say so."""
    return isinstance(kept, Encoded) and kept.codec == "pickle" and key.codec != "pickle"
