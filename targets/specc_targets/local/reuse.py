"""Results of earlier runs in the place of calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from specc.ir.ops import CommandTask, ScriptTask
from specc_runtime.expressions import ExpressionError, Skipped
from specc_targets.local.belongings import are_there
from specc_targets.local.command_files import files_named
from specc_targets.local.sites import Site


class ResultCache(Protocol):
    """Keeps results from run to run, by what they were made of. Used in many threads at the same time."""

    def key(
        self, function: str, arguments: Mapping[str, Any], codec: str | None, *, key_values: Sequence[Any] | None
    ) -> Any:
        """What a result is found by; None when this call cannot be identified."""

    def fingerprint(self, function: str) -> Any:
        """Look at a function's code, before it is imported."""

    def get(self, key: Any, ttl: float | None, *, step: str) -> Any:
        """What has the kept result as `kept`; None when there is none, or none younger than `ttl` seconds."""

    def warn(self, message: str) -> None:
        """Tell the user something, once."""

    def put(self, key: Any, kept: Any, *, step: str, seconds: float) -> None:
        """Keep a result that took `seconds`."""


@dataclass(slots=True)
class Reuse:
    """A call and what is known of its result."""

    cache: ResultCache
    key: Any
    step: str
    found: tuple[Any] | None

    def put(self, kept: Any, seconds: float) -> None:
        """Keep the result of the call, now that it has been made."""
        self.cache.put(self.key, kept, step=self.step, seconds=seconds)


def look_up(cache: ResultCache, site: Site, arguments: Mapping[str, Any], scope: Mapping[str, Any]) -> Reuse | None:
    """What the cache knows of a call; None when the call cannot be identified, which does not change its result."""
    policy, step = site.op.cache, site.call.step
    assert policy is not None
    values: list[Any] | None = None
    if policy.key is not None:
        try:
            found = policy.key.evaluate(scope)
        except (ExpressionError, Skipped) as error:
            cache.warn(f"step `{step}` is called without the cache: its `cache.key` has no value: {error}")
            return None
        assert isinstance(found, list), "the schema makes sure of it"
        values = found
    if isinstance(site.op, CommandTask):
        files = files_named(arguments)
        arguments = {**arguments, "named": files}
        values = [*values, files] if values is not None else None
    key = cache.key(site.code, arguments, site.call.codec, key_values=values)
    if key is None:
        return None
    hit = cache.get(key, policy.ttl, step=step)
    if hit is not None and isinstance(site.op, CommandTask | ScriptTask) and not are_there(hit.kept):
        hit = None
    return Reuse(cache, key, step, None if hit is None else (hit.kept,))
