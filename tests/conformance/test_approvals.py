"""Steps that wait for people: a machine that is answered by `specc approve` comes to what the local run comes to."""

from __future__ import annotations

import json
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from conformance.harness.case import Case, Run
from conformance.harness.deployment import Deployment
from conformance.harness.local import outcome_of
from conformance.harness.outcome import Outcome
from specc.frontend import check
from specc_runtime.approvals import Question
from specc_targets.deciding import decided
from specc_targets.deployed.approvals import Approvals
from specc_targets.deployed.steps import Steps
from specc_targets.emulator.client import Emulator
from specc_targets.local import run
from specc_targets.local.asking import Answer

PATIENCE = 60.0
CASE = Case(
    "approved",
    Path(__file__).parent / "approvals",
    (Run("approved", 1, "", {"things": ["a", "b", "c"]}),),
)
ANSWERS: dict[str, tuple[bool, str, str | None]] = {
    "gate": (True, "role:owner", "go on"),
    "each/ask[0]": (True, "user:ann", None),
    "each/ask[1]": (False, "user:ann", "not that"),
    "each/ask[2]": (True, "user:ann", None),
    "refused": (False, "user:ann", None),
    "base": (False, "user:ann", None),
    "asked_by_both": (True, "user:ann", None),
}
EXPECTED = {
    "both": ["user:ann", "user:ann"],
    "checked": "go on",
    "each": ["a by user:ann", None, "c by user:ann"],
    "refused": "Rejected: `user:ann` refused",
    "base": "Exception",
    "late_yes": [True, None, None],
    "late_no": "Rejected: nobody answered within 1s",
    "group": "nobody answered within 1s",
}


class Answering:
    """Answers what it is asked, or leaves it."""

    def ask(self, question: Question, answer: Answer) -> None:
        """Answer at once."""
        if question.place in ANSWERS:
            approved, who, comment = ANSWERS[question.place]
            answer(decided(question, approved=approved, who=who, comment=comment))

    def withdraw(self, question: Question) -> None:
        """It has been answered."""


def run_local(directory: Path) -> Outcome:
    module = check(CASE.spec).module
    assert module is not None
    return outcome_of(run(module, dict(CASE.runs[0].params), root=CASE.folder, asker=Answering()), directory)


def answer_all(approvals: Approvals, run: str, ended: Future[Any]) -> set[str]:
    """Answer until the run has ended; what was asked."""
    asked: set[str] = set()
    end = time.monotonic() + PATIENCE
    while not ended.done() and time.monotonic() < end:
        questions = approvals.questions(run)
        for question in questions:
            both = [one.place for one in questions].count("asked_by_both")
            if question.place == "asked_by_both" and both == 1 and question.place not in asked:
                continue  # one answer does for both
            if question.place in ANSWERS and question.place not in asked:
                approved, who, comment = ANSWERS[question.place]
                approvals.decide(run, question.place, approved=approved, who=who, comment=comment)
            asked.add(question.place)
        time.sleep(0.02)
    return asked


def test_both_engines_come_to_the_same(deployment: Deployment, emulator: Emulator, tmp_path: Path) -> None:
    directory = tmp_path / "run"
    directory.mkdir()
    assert run_local(directory).outputs == EXPECTED
    compiled = deployment.compiled(CASE)
    approvals = Approvals(emulator.account, compiled.functions[0]["name"])
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(deployment.run, CASE, CASE.runs[0], directory)
        asked = answer_all(approvals, CASE.runs[0].id, ended)
        outcome = ended.result()
    assert outcome.outputs == EXPECTED
    assert asked >= ANSWERS.keys()

    stale = approvals.questions(CASE.runs[0].id)
    assert {one.place for one in stale} == {"late_yes", "late_no", "group/late"}
    with pytest.raises(LookupError, match="waits no longer"):
        approvals.decide(CASE.runs[0].id, "late_no", approved=True, who="user:ann", comment=None)
    assert "late_no" not in {one.place for one in approvals.questions()}
    with pytest.raises(LookupError, match="asks user:ann, not `user:bob`"):
        approvals.decide(CASE.runs[0].id, "late_yes", approved=True, who="user:bob", comment=None)
    with pytest.raises(LookupError, match="so name the step"):
        approvals.decide(CASE.runs[0].id, None, approved=True, who="user:ann", comment=None)


def test_the_steps_of_the_machine_are_known_from_its_definition(deployment: Deployment) -> None:
    uses = Steps.of(deployment.compiled(CASE).definition).states
    assert {use.step: use.action for use in uses.values() if use.step in ANSWERS} == {
        "gate": "other", "refused": "other", "base": "other", "asked_by_both": "other",
    }  # fmt: skip


def test_a_token_is_in_no_question_that_is_shown(emulator: Emulator, deployment: Deployment) -> None:
    compiled = deployment.compiled(CASE)
    approvals = Approvals(emulator.account, compiled.functions[0]["name"])
    bucket, prefix = approvals._store
    kept = {
        "run": "r", "step": "gate", "items": [], "message": "?", "by": ["user:ann"], "asked": "", "seconds": None,
        "token": "a-secret-token", "errors": [],
    }  # fmt: skip
    emulator.s3.put_object(Bucket=bucket, Key=f"{prefix}approvals/r/gate.json", Body=json.dumps(kept).encode())
    (question,) = approvals.questions("r")
    assert "a-secret-token" not in repr(question) + json.dumps(question.as_json())
    with pytest.raises(LookupError) as caught:
        approvals.decide("r", None, approved=True, who="user:ann", comment=None)
    assert "a-secret-token" not in str(caught.value)
