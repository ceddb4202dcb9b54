"""Steps that wait for people, locally: who is asked, what an answer does, and what is left when nobody answers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import specc
from specc.frontend import check
from specc_runtime.approvals import Decision, Question, now
from specc_targets.local import RunResult, run
from specc_targets.local.asking import Answer
from specc_targets.local.cancellation import Cancellation
from specc_targets.local.deciding import decide
from specc_targets.local.events import Event, StepWaiting
from specc_targets.local.keeping import run_kept
from specc_targets.local.launch import begin, go_on
from specc_targets.local.runs.approvals import ApprovalFiles
from specc_targets.local.watching.history import History

HEAD = 'specc = 1\nkind = "pipeline"\nname = "gated"\n[params]\nversion = { type = "string", default = "1.2" }\n'
GATE = HEAD + (
    '[steps.gate]\napprove = { by = ["role:owner", "user:ann"], message = "publish ${params.version}?" }\n'
    '[steps.after]\ncommand = ["echo", "${steps.gate.by}: ${steps.gate.comment}"]\n'
    '[outputs]\nsaid = "${steps.after}"\n'
)


class Fake:
    """Is asked, and does what `react` says."""

    def __init__(self, react: Callable[[Question, Answer], None]) -> None:
        self.react = react
        self.asked: list[Question] = []
        self.withdrawn: list[Question] = []

    def ask(self, question: Question, answer: Answer) -> None:
        self.asked.append(question)
        self.react(question, answer)

    def withdraw(self, question: Question) -> None:
        self.withdrawn.append(question)


def says(approved: bool, comment: str | None = None) -> Callable[[Question, Answer], None]:
    return lambda _, answer: answer(Decision(approved=approved, by="user:ann", comment=comment, at=now()))


def silent(_question: Question, _answer: Answer) -> None:
    """Nobody says anything."""


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / "state"))
    return tmp_path / "spec.toml"


def run_spec(spec: Path, text: str, asker: Fake | None, on_event: Callable[[Event], None] | None = None) -> RunResult:
    """Run without a folder: nobody but the asker can answer."""
    spec.write_text(text)
    compilation = check(spec)
    assert compilation.module is not None, [item.message for item in compilation.diagnostics]
    return run(compilation.module, {}, root=spec.parent, asker=asker, on_event=on_event)


def run_in_folder(spec: Path, asker: Fake, *, resume: bool = False, cancel: Cancellation | None = None) -> RunResult:
    """Run with a folder, in which others may answer."""
    module = check(spec).module
    assert module is not None
    kept = go_on(None, None) if resume else begin(module, {}, spec=str(spec), root=spec.parent)
    return run_kept(module, {}, root=spec.parent, kept=kept, asker=asker, cancel=cancel)


def error_of(result: RunResult) -> tuple[str, str]:
    assert result.error is not None
    return result.error.name, result.error.message


def test_an_approval_is_the_result(spec: Path) -> None:
    fake, events = Fake(says(True, "fine")), list[Event]()
    result = run_spec(spec, GATE, fake, events.append)
    assert result.outputs == {"said": "user:ann: fine"}
    assert result.results["gate"].keys() == {"approved", "by", "comment", "at"}
    (question,) = fake.asked
    assert (question.message, question.by, question.place) == ("publish 1.2?", ("role:owner", "user:ann"), "gate")
    assert fake.withdrawn == fake.asked
    assert [event.message for event in events if isinstance(event, StepWaiting)] == ["publish 1.2?"]


def test_a_refusal_is_a_failure_that_can_be_handled(spec: Path) -> None:
    assert error_of(run_spec(spec, GATE, Fake(says(False, "no")))) == ("Rejected", "`user:ann` refused: no")
    handled = GATE.replace(
        "[steps.after]",
        '[steps.gate.on_error]\nRejected = { use = { by = "${error.name}", comment = 1 } }\n[steps.after]',
    )
    assert run_spec(spec, handled, Fake(says(False))).outputs == {"said": "Rejected: 1"}


@pytest.mark.parametrize("meaning", ["approve", "reject"])
def test_no_answer_in_time(spec: Path, meaning: str) -> None:
    more = f'timeout = "50ms", on_timeout = "{meaning}"'
    result = run_spec(spec, GATE.replace("message", f"{more}, message"), Fake(silent))
    if meaning == "approve":
        assert result.outputs == {"said": "null: null"}
    else:
        assert error_of(result) == ("Rejected", "nobody answered within 0.05s")


def test_where_nobody_can_be_asked_the_step_fails_at_once(spec: Path) -> None:
    name, message = error_of(run_spec(spec, GATE, None))
    assert name == "NobodyToAsk"
    assert "`specc approve`" in message


def test_each_item_asks_for_itself(spec: Path) -> None:
    text = HEAD + (
        '[steps.gate]\napprove = { by = ["user:ann"], message = "ship ${thing}?" }\n'
        'each.thing = ["a", "b", "c"]\ntolerate = 1\n[outputs]\nby = "${steps.gate[*].by}"\n'
    )
    fake = Fake(lambda question, answer: says(question.items != (1,))(question, answer))
    result = run_spec(spec, text.replace("steps.gate[*].by", "len(steps.gate)"), fake)
    assert result.outputs == {"by": 3}
    assert [(item.items, item.errors[1].name) for item in result.tolerated] == [((), "Rejected")]
    assert sorted((one.place, one.message) for one in fake.asked) == [
        ("gate[0]", "ship a?"), ("gate[1]", "ship b?"), ("gate[2]", "ship c?"),
    ]  # fmt: skip


def test_another_process_answers_in_the_folder_of_the_run(spec: Path) -> None:
    spec.write_text(GATE)
    state = spec.parent / "state"
    seen: dict[str, Any] = {}

    def answer_elsewhere(_question: Question, _answer: Answer) -> None:
        seen["asked"] = History(state).approvals(None)
        with pytest.raises(LookupError, match="not `user:bob`; if you are one, say so: `--as role:owner`"):
            decide(state, None, None, approved=True, who="user:bob", comment=None)
        seen["done"] = History(state).decide(None, "gate", approved=True, who="role:owner", comment="ok")
        with pytest.raises(LookupError, match="waits for"):
            decide(state, None, None, approved=False, who="role:owner", comment=None)

    result = run_in_folder(spec, Fake(answer_elsewhere))
    assert result.outputs == {"said": "role:owner: ok"}
    assert [one["command"] for one in seen["asked"]] == [f"specc approve {result.id} gate"]
    assert seen["done"]["resume"] is None
    assert not list((state / "runs" / result.id / "approvals").iterdir())
    assert History(state).status(None)["approvals"] == []


def test_an_answer_to_a_run_that_was_stopped_counts_when_it_goes_on(spec: Path) -> None:
    spec.write_text(GATE)
    state, cancel = spec.parent / "state", Cancellation()
    stopped = run_in_folder(spec, Fake(lambda *_: cancel.request()), cancel=cancel)
    assert stopped.status == "interrupted"
    assert "specc approve" in History(state).status(None)["approvals"][0]["command"]
    done = History(state).decide(None, None, approved=True, who="user:ann", comment=None)
    assert "--resume" in done["resume"]
    assert run_in_folder(spec, Fake(silent), resume=True).outputs == {"said": "user:ann: null"}


def test_what_was_approved_is_not_asked_again_and_what_was_refused_is(spec: Path) -> None:
    spec.write_text(GATE.replace('["echo"', '["false"'))
    assert error_of(run_in_folder(spec, Fake(says(True))))[0] == "CommandError"
    again = Fake(silent)
    assert error_of(run_in_folder(spec, again, resume=True))[0] == "CommandError"
    assert again.asked == []

    spec.write_text(GATE.replace("gated", "refused"))
    assert error_of(run_in_folder(spec, Fake(says(False))))[0] == "Rejected"
    assert run_in_folder(spec, Fake(says(True)), resume=True).status == "succeeded"


def test_an_answer_to_another_question_does_not_count(tmp_path: Path) -> None:
    files = ApprovalFiles(tmp_path)
    first = Question(run="r", step="gate", message="publish 1?", by=("user:ann",), asked=now())
    files.ask(first)
    assert files.decide(first, Decision(approved=True, by="user:ann", at=now()))
    assert not files.decide(first, Decision(approved=False, by="user:ann", at=now()))
    files.ask(first)
    assert files.decision(first) == Decision(approved=True, by="user:ann", at=files.decision(first).at)
    files.ask(Question(run="r", step="gate", message="publish 2?", by=("user:ann",), asked=now()))
    assert files.decision(first) is None


def test_damaged_files_are_no_answers(tmp_path: Path) -> None:
    files = ApprovalFiles(tmp_path)
    question = Question(run="r", step="gate", message="?", by=("user:ann",), asked=now())
    files.ask(question)
    (file,) = files.path.iterdir()
    answer = file.with_name(file.name.replace("question", "decision"))
    for text in ("", "{", "[]", '{"approved": "yes", "by": null, "comment": null, "at": ""}', '{"approved": true}'):
        answer.write_text(text)
        assert files.decision(question) is None
    file.write_text("nothing")
    assert files.open() == []


@pytest.mark.slow
def test_a_run_that_was_killed_while_it_waited_waits_again(spec: Path) -> None:
    spec.write_text(GATE)
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "spec.toml"]
    environment = {**os.environ, "SPECC_STATE": str(spec.parent / "state")}

    def begin_to_wait(*options: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*command, *options], cwd=spec.parent, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr is not None
        assert any("waits for role:owner or user:ann: publish 1.2?" in line for line in process.stderr)
        return process

    killed = begin_to_wait()
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    going = begin_to_wait("--resume")
    approve = [sys.executable, "-m", "specc.cli", "approve", "--as", "user:ann", "--comment", "late", "--json"]
    done = subprocess.run(approve, cwd=spec.parent, env=environment, capture_output=True, text=True, check=True)
    assert '"resume": null' in done.stdout
    out, _ = going.communicate(timeout=30)
    assert (going.returncode, out) == (0, 'said = "user:ann: late"\n')


def test_a_program_answers_what_its_run_tells(spec: Path) -> None:
    spec.write_text(GATE)
    decisions = []

    def answer(event: specc.Event) -> None:
        if event.type == "step-waiting":
            assert (event.message, event.by) == ("publish 1.2?", ("role:owner", "user:ann"))
            with pytest.raises(specc.StateError, match="not `user:"):
                specc.approve(event.id, event.step, who="user:bob")
            decisions.append(specc.approve(event.id, event.step, who="role:owner", comment="ok"))

    result = specc.run(spec, on_event=answer)
    assert result.check().outputs == {"said": "role:owner: ok"}
    assert decisions == [result.steps["gate"]]
    with pytest.raises(specc.StateError, match="waits for nobody"):
        specc.approve(result.id)


def test_a_handler_that_two_steps_run_at_the_same_time_is_answered_for_both(spec: Path) -> None:
    text = HEAD + "".join(f'[steps.{name}]\ncommand = ["false"]\non_error.exit.run = "ask"\n' for name in "ab")
    text += '[steps.ask]\napprove = { by = ["user:ann"], message = "go on?" }\n'
    text += '[outputs]\nby = "${[steps.a.by, steps.b.by]}"\n'
    spec.write_text(text)
    state, asked = spec.parent / "state", list[Question]()

    def answer_when_both_ask(question: Question, _answer: Answer) -> None:
        asked.append(question)
        if len(asked) == 2:
            decide(state, None, "ask", approved=True, who="user:ann", comment=None)

    assert run_in_folder(spec, Fake(answer_when_both_ask)).outputs == {"by": ["user:ann", "user:ann"]}
