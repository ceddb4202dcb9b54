"""Questions to people, and what they decide: the same for local runs and on Step Functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from specc_runtime.errors import Rejected

LONGEST_COMMENT = 2000
"""Characters of a comment that are kept."""


def now() -> str:
    """The time as questions and decisions have it: ISO 8601, UTC, whole seconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody is asked."""

    run: str
    step: str
    """The step, with the groups around it: `release/publish`."""
    items: tuple[int, ...] = ()
    """The index in each map around it, outermost first."""
    message: str = ""
    by: tuple[str, ...] = ()
    """Who may decide: `user:NAME`, `role:NAME`."""
    asked: str = ""
    """When, in ISO 8601."""
    seconds: float | None = None
    """How long it stands; None: for ever."""

    @property
    def place(self) -> str:
        """How people name it: `release/publish[3]`."""
        return self.step + "".join(f"[{index}]" for index in self.items)

    @property
    def people(self) -> str:
        """Who may decide, in words."""
        return " or ".join(self.by)

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "run": self.run,
            "step": self.step,
            "items": list(self.items),
            "message": self.message,
            "by": list(self.by),
            "asked": self.asked,
            "seconds": self.seconds,
        }

    @classmethod
    def of_json(cls, found: Mapping[str, Any]) -> Question:
        """The question that an object stands for. Raises `KeyError`, `TypeError`, `ValueError`."""
        return cls(
            run=str(found["run"]),
            step=str(found["step"]),
            items=tuple(int(index) for index in found["items"]),
            message=str(found["message"]),
            by=tuple(str(one) for one in found["by"]),
            asked=str(found["asked"]),
            seconds=None if found["seconds"] is None else float(found["seconds"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody has decided; it is the result of the step."""

    approved: bool
    by: str | None = None
    """`user:NAME` or `role:NAME`; None when nobody answered in time."""
    comment: str | None = None
    at: str = ""
    """When, in ISO 8601."""

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {"approved": self.approved, "by": self.by, "comment": self.comment, "at": self.at}

    @classmethod
    def of_json(cls, found: Mapping[str, Any]) -> Decision:
        """The decision that an object stands for. Raises `KeyError`, `TypeError`."""
        if not isinstance(found["approved"], bool):
            raise TypeError("`approved` is true or false")
        by, comment = found["by"], found["comment"]
        return cls(
            approved=found["approved"],
            by=None if by is None else str(by),
            comment=None if comment is None else str(comment)[:LONGEST_COMMENT],
            at=str(found["at"]),
        )

    @property
    def refusal(self) -> Rejected:
        """The failure of the step, where it is refused."""
        return Rejected(f"`{self.by}` refused" + (f": {self.comment}" if self.comment else ""))


def unanswered(on_timeout: Literal["approve", "reject"]) -> Decision:
    """What is decided when nobody has answered in time."""
    return Decision(approved=on_timeout == "approve", at=now())


def too_late(seconds: float) -> Rejected:
    """The failure of a step that nobody has answered in time."""
    return Rejected(f"nobody answered within {_duration(seconds)}")


def may_decide(who: str, by: Sequence[str]) -> bool:
    """Whether somebody is among those who were asked."""
    return who in by


def _duration(seconds: float) -> str:
    """`2h`, `1m30s`, `0.5s`."""
    found = ""
    rest = seconds
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        count, rest = divmod(rest, size)
        found += f"{int(count)}{unit}" if count else ""
    return found + (f"{rest:g}s" if rest or not found else "")
