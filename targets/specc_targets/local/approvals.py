"""Steps that wait for people."""

from __future__ import annotations

import time
from typing import Any

from specc.ir.ops import Approve, Op
from specc_runtime.approvals import Question, now, too_late, unanswered
from specc_runtime.errors import NobodyToAsk
from specc_runtime.expressions import SKIPPED, Skipped, text_of
from specc_targets.local.events import StepWaiting
from specc_targets.local.running import Here, Running

_NOBODY = (
    "step `{0}` asks {1}, and nobody can answer: there is no terminal, and the run keeps no folder for `specc approve` "
    "(a test gives the step a `mock`)"
)


async def run_approve(run: Running, op: Op, here: Here) -> Any:
    """Ask, and wait; the decision, kept. A refusal is a failure."""
    assert isinstance(op, Approve)
    started, path = time.time(), "/".join(here.path_of(op))
    try:
        message = run.redact(text_of(run.evaluate(op.message, here)))
    except Skipped:
        return SKIPPED
    except Exception as error:
        raise run.failure(error, op, here, "message") from None
    approvals = run.approvals
    if not approvals.possible:
        raise run.failure(NobodyToAsk(_NOBODY.format(path, " or ".join(op.by))), op, here)
    question = Question(
        run=run.id, step=path, items=here.items, message=message, by=op.by, asked=now(), seconds=op.timeout
    )

    def tell() -> None:
        run.emit(StepWaiting, here.path_of(op), here.items, run.id, message, op.by, op.timeout)

    decision = await approvals.ask(run.kernel, question, here.halt, tell)
    if decision is None and op.timeout is not None:
        decision = unanswered(op.on_timeout)
    assert decision is not None, "only a timer gives none"
    if not decision.approved:
        approvals.settle(question)
        refusal = decision.refusal if decision.by is not None else too_late(op.timeout or 0.0)
        raise run.failure(refusal, op, here)
    kept = run.keep(decision.as_json(), path)
    if run.journal is not None:
        run.journal.step(here.address_of(op), kept, started, time.time() - started)
    approvals.settle(question)
    return kept
