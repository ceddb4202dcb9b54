"""Which question is meant, and whether who answers may: the same for local and deployed runs."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from specc_runtime.approvals import LONGEST_COMMENT, Decision, Question, may_decide, now


def meant(questions: Sequence[Question], run: str, place: str | None) -> Question:
    """The one open question of a run, or that of the step `place`: `publish`, `process/publish[3]`.

    A handler may ask the same for two steps; that is one question.
    Raises `LookupError` with the questions that there are.
    """
    if not questions:
        raise LookupError(f"run `{run}` waits for nobody")
    found = list({one.place: one for one in questions if place is None or place in (one.place, one.step)}.values())
    if len(found) == 1:
        return found[0]
    if found:
        listed = "; ".join(asked(one) for one in found[:10])
        raise LookupError(f"run `{run}` asks {len(found):,} questions, so name the step: {listed}")
    listed = "; ".join(asked(one) for one in questions[:10])
    raise LookupError(f"step `{place}` of run `{run}` waits for nobody; it asks: {listed}")


def asked(question: Question) -> str:
    """A question on one line."""
    return f"`{question.place}` ({question.people}): {question.message}"


def command_for(question: Question, stack: str | None = None) -> str:
    """What approves a question on the command line."""
    words = ["specc", "approve", question.run, question.place, *(["--stack", stack] if stack else [])]
    if not any(one.startswith("user:") for one in question.by):
        words += ["--as", question.by[0]] if question.by else []
    return shlex.join(words)


def decided(question: Question, *, approved: bool, who: str, comment: str | None) -> Decision:
    """What somebody decides. Raises `LookupError` when it is not for them to decide."""
    if not who.startswith(("user:", "role:")):
        raise LookupError(f"`{who}` is nobody: write `user:NAME` or `role:NAME`")
    if not may_decide(who, question.by):
        roles = [one for one in question.by if one.startswith("role:")]
        advice = f"; if you are one, say so: `--as {roles[0]}`" if roles else ""
        raise LookupError(f"`{question.place}` asks {question.people}, not `{who}`{advice}")
    if comment is not None and len(comment) > LONGEST_COMMENT:
        raise LookupError(f"a comment has at most {LONGEST_COMMENT:,} characters")
    return Decision(approved=approved, by=who, comment=comment or None, at=now())
