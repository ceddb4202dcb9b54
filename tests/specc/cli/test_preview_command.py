"""`specc preview`: what would be done, without an account."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc_targets.pulumi.preview import extra

Specc = Callable[..., Any]

STACKS = """
[stacks.dev]
region = "eu-west-1"

[stacks.prod]
region = "eu-west-1"
protect = true
"""


@pytest.fixture
def stacks(project: Path) -> Path:
    spec = project / "sums.toml"
    spec.write_text(spec.read_text() + STACKS)
    return project


def change(project: Path, *pairs: tuple[str, str]) -> None:
    spec = project / "sums.toml"
    text = spec.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    spec.write_text(text)


def test_everything_is_new(specc: Specc, stacks: Path) -> None:
    done = specc("preview", "sums.toml", "--stack", "dev")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "sums, stack dev: what `specc up` would do in an account that has nothing of it"
    assert lines[2] == "+ create  bucket                   aws:s3:Bucket"
    assert (
        "+ create  default-function         aws:lambda:Function                  (steps numbers, double, total; sums.toml:9)"
        in lines
    )
    assert "  StateMachineArn = <state-machine.arn>" in lines
    assert re.fullmatch(r"\d\d to create", lines[-1])
    assert {path.name for path in stacks.iterdir()} <= {"sums.toml", "functions.py", "__pycache__", ".specc"}


def test_verbose_shows_inputs(specc: Specc, stacks: Path) -> None:
    lines = specc("preview", "sums.toml", "--stack", "dev", "--verbose").out.splitlines()
    assert "      memorySize = 512" in lines
    assert "      needs default-function, machine-policy, machine-role, state-machine-logs" in lines
    assert any(line.startswith('      policy = {"Version": "2012-10-17", "Statement": [{"Sid": ') for line in lines)
    assert "      bucket = <bucket.bucket>" in lines
    assert any(re.fullmatch(r"      code = <code\.zip, sha256 [0-9a-f]{12}>", line) for line in lines)


def test_json(specc: Specc, stacks: Path) -> None:
    done = specc("preview", "sums.toml", "--stack", "dev", "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert list(found) == [
        "project", "stack", "against", "ok", "summary", "changes", "steps", "outputs", "outputDifferences", "refused",
        "messages", "notes",
    ]  # fmt: skip
    assert (found["project"], found["stack"], found["against"], found["ok"]) == ("sums", "dev", None, True)
    function = next(item for item in found["changes"] if item["name"] == "default-function")
    assert (function["action"], function["type"]) == ("create", "aws:lambda/function:Function")
    assert (function["steps"], function["place"]) == (["numbers", "double", "total"], "sums.toml:9")
    assert function["inputs"]["role"] == "<default-function-role.arn>"
    assert {urn.rpartition("::")[2] for urn in function["dependencies"]} >= {
        "default-function-policy",
        "default-function-role",
    }
    assert len(found["changes"]) == found["summary"]["create"] == len(found["steps"])
    assert done.out == specc("preview", "sums.toml", "--stack", "dev", "--json").out


def test_two_versions_are_compared(specc: Specc, stacks: Path) -> None:
    with (stacks / "sums.toml").open("a") as spec:
        spec.write('\n[defaults]\ncompute = "fast"\n\n[compute.fast]\nmemory = "512MiB"\n')
    done = specc("preview", "sums.toml", "--stack", "dev", "--save", "state.json")
    assert (done.code, done.err) == (0, "saved what there would be: state.json\n")
    done = specc("preview", "sums.toml", "--stack", "dev", "--against", "state.json")
    assert done.code == 0
    assert done.out.splitlines()[0].endswith("beside state.json")
    assert re.fullmatch(r"\d\d unchanged", done.out.splitlines()[-1])
    assert len(done.out.splitlines()) == 3

    more = ('each.x = "${steps.numbers}"', 'each.x = "${steps.numbers}"\ntimeout = "7s"')
    change(stacks, more, ('memory = "512MiB"', 'memory = "1GiB"'))
    done = specc("preview", "sums.toml", "--stack", "dev", "--against", "state.json", "--save", "state.json")
    assert done.code == 0
    assert "      memorySize: 512 -> 1024\n" in done.out
    assert "      functionVersion: <fast-function.version> -> <new fast-function.version>\n" in done.out
    assert "TimeoutSeconds: " in done.out
    assert "to update" in done.out.splitlines()[-1]
    # What was saved is what there is now, whatever it was compared with.
    after = (stacks / "state.json").read_text()
    specc("preview", "sums.toml", "--stack", "dev", "--save", "state.json")
    assert (stacks / "state.json").read_text() == after


def test_data_is_not_lost_unless_the_spec_allows_it(specc: Specc, stacks: Path) -> None:
    specc("preview", "sums.toml", "--stack", "dev", "--save", "state.json")
    change(stacks, ('region = "eu-west-1"', 'region = "eu-north-1"'))
    done = specc("preview", "sums.toml", "--stack", "dev", "--against", "state.json")
    assert done.code == 1
    assert "± replace  bucket " in done.out
    assert (
        "error: the resource `bucket` would be replaced, as `region` cannot be changed, and every object in it would be lost"
        in done.err
    )
    line = (stacks / "sums.toml").read_text().splitlines().index('region = "eu-north-1"') + 1
    assert done.err.count(f"--> sums.toml:{line}:") == 3
    assert "help: to allow it, set `allow_data_loss = true` in `[pulumi]` of the spec or of the stack" in done.err
    refused = json.loads(specc("preview", "sums.toml", "--stack", "dev", "--against", "state.json", "--json").out)
    assert {item["name"] for item in refused["refused"]} == {"bucket", "default-function-logs", "state-machine-logs"}
    assert not refused["ok"]
    with (stacks / "sums.toml").open("a") as spec:
        spec.write("\n[pulumi]\nallow_data_loss = true\n")
    assert specc("preview", "sums.toml", "--stack", "dev", "--against", "state.json").code == 0


def test_what_is_protected_is_never_lost(specc: Specc, stacks: Path) -> None:
    specc("preview", "sums.toml", "--stack", "prod", "--save", "state.json")
    assert json.loads((stacks / "state.json").read_text())["deployment"]["resources"][2]["protect"] is True
    change(stacks, ('region = "eu-west-1"', 'region = "eu-north-1"'))
    done = specc("preview", "sums.toml", "--stack", "prod", "--against", "state.json")
    assert done.code == 1
    assert "error: the protected resource `bucket` would be replaced" in done.err
    assert "take `protect = true` out of the spec" in done.err
    lines = done.out.splitlines()
    logs = next(number for number, line in enumerate(lines) if "state-machine-logs" in line)
    assert lines[logs + 1 : logs + 3] == [
        "      the old one stays in the account, in eu-west-1; Pulumi forgets it",
        "      region: eu-west-1 -> eu-north-1 (replaces)",
    ]
    # Without protection nothing is lost yet, but may be later.
    change(stacks, ('region = "eu-north-1"', 'region = "eu-west-1"'), ("protect = true", ""))
    done = specc("preview", "sums.toml", "--stack", "prod", "--against", "state.json")
    assert (done.code, done.err) == (0, "")
    assert (
        "bucket, default-function-logs, state-machine-logs: no longer protected; they would be deleted with the stack"
        in done.out.splitlines()
    )
    assert done.out.splitlines()[-1].endswith(" unchanged, 3 no longer protected")
    found = json.loads(specc("preview", "sums.toml", "--stack", "prod", "--against", "state.json", "--json").out)
    assert found["summary"]["protection"] == 3
    assert next(item for item in found["changes"] if item["name"] == "bucket")["protection"] == [
        {"path": "protect", "replaces": False, "old": True, "new": False},
        {"path": "retainOnDelete", "replaces": False, "old": True, "new": False},
    ]


def test_a_state_of_another_stack_or_project(specc: Specc, stacks: Path) -> None:
    urn = "urn:pulumi:prod::orders::pulumi:pulumi:Stack::orders-prod"
    state = {"version": 3, "deployment": {"resources": [{"urn": urn, "type": "pulumi:pulumi:Stack"}]}}
    (stacks / "state.json").write_text(json.dumps(state))
    for stack in ("dev", "prod"):
        done = specc("preview", "sums.toml", "--stack", stack, "--against", "state.json")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(
            f"error: this is the state of orders/prod, and the spec compiles to sums/{stack}: `specc up` would start"
        )


def test_a_bad_state(specc: Specc, stacks: Path) -> None:
    (stacks / "state.json").write_text('{"version": 3}')
    done = specc("preview", "sums.toml", "--against", "state.json")
    assert (done.code, done.out) == (2, "")
    assert (
        done.err
        == "error: `state.json` is not a state as `pulumi stack export` writes it: `deployment` is not an object\n"
    )


def test_a_spec_with_errors(specc: Specc, stacks: Path) -> None:
    change(stacks, ("${steps.numbers}", "${steps.number}"))
    done = specc("preview", "sums.toml")
    assert (done.code, done.out) == (2, "")
    assert "SPC201" in done.err


def test_without_pulumi(specc: Specc, stacks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "pulumi_aws" else name)
    done = specc("preview", "sums.toml")
    assert (done.code, done.out) == (3, "")
    assert (
        done.err == "error: `pulumi-aws` is not installed; install with: pip install '.[pulumi]' in a clone of specc\n"
    )


EXTRA = """
import json

import pulumi
import pulumi_aws as aws


def extra(resources):
    bucket = resources["bucket"]
    {body}
"""


def with_extra(project: Path, body: str) -> None:
    (project / "infra.py").write_text(EXTRA.format(body=body))
    with (project / "sums.toml").open("a") as spec:
        spec.write('\n[pulumi]\nextra = "infra.py"\n')


def test_resources_of_the_user_s(specc: Specc, stacks: Path) -> None:
    with_extra(stacks, 'aws.sqs.Queue("queue", tags={"of": bucket.arn}); print("made a queue")')
    done = specc("preview", "sums.toml", "--stack", "dev", "--verbose")
    assert (done.code, done.err) == (0, "made a queue\n")
    assert "+ create  queue " in done.out
    assert '      tags = {"of": "<bucket.arn>"}' in done.out


def test_what_fails_in_the_user_s_part_is_told_at_its_line(specc: Specc, stacks: Path) -> None:
    with_extra(stacks, 'aws.sqs.Queue("a")\n    aws.sqs.Queue("a")')
    done = specc("preview", "sums.toml", "--stack", "dev")
    assert (done.code, done.err) == (
        1, "error: `a`: the program asks for it twice; first at infra.py:10\n --> infra.py:11:1\n",
    )  # fmt: skip
    (stacks / "infra.py").write_text(EXTRA.format(body='resources["bukcet"]'))
    done = specc("preview", "sums.toml", "--stack", "dev")
    assert "infra.py:10: KeyError: 'bukcet': there is no such resource, but there is `bucket`" in done.err
    assert '\n  = note: resources["bukcet"]\n' in done.err


def test_names_cannot_drive_a_terminal_or_tell_secrets(specc: Specc, stacks: Path) -> None:
    with_extra(
        stacks,
        'word = pulumi.Output.secret("hush-hush"); pulumi.export("s", word); pulumi.export("x\\x1b[31m", "{\\x9b\\u202e")\n'
        '    aws.sqs.Queue("q\\n\\x1b[2J", delay_seconds=1)\n'
        '    found = aws.sqs.Queue("of-hush-hush", tags={"action": "hush-hush"}); print("\\x1b[1m")\n'
        '    pulumi.export("Url", found.url); pulumi.export("Host", found.region)',
    )
    done = specc("preview", "sums.toml", "--stack", "dev", "--save", "state.json", "-v")
    assert (done.code, done.err) == (0, "\\x1b[1m\nsaved what there would be: state.json\n")
    assert "\n+ create  q\\n\\x1b[2J " in done.out
    assert "\n  x\\x1b[31m = {\\x9b\\u202e\n" in done.out
    assert "+ create  of-[secret] " in done.out
    assert "\n  Url = <of-[secret].url>\n" in done.out
    assert "\n  Host = eu-west-1\n" in done.out
    as_json = specc("preview", "sums.toml", "--stack", "dev", "--json").out
    assert "hush" not in done.out + as_json + (stacks / "state.json").read_text()
    assert json.loads(as_json)["outputs"]["s"] == "[secret]"


def test_an_output_in_a_text_is_an_error_at_its_line(specc: Specc, stacks: Path) -> None:
    with_extra(stacks, 'aws.sqs.Queue("queue", name=f"of-{bucket.bucket}")')
    done = specc("preview", "sums.toml", "--stack", "dev", "--save", "state.json")
    assert (done.code, done.out) == (1, "")
    assert "error: the program failed: infra.py:10: Calling __str__ on an Output[T] is not supported" in done.err
    assert not (stacks / "state.json").exists()


def test_a_program_that_takes_a_value_apart_is_told_that_it_is_unknown(specc: Specc, stacks: Path) -> None:
    with_extra(stacks, 'aws.sqs.Queue("queue", name=bucket.arn.apply(lambda arn: arn.split(":")[5]))')
    done = specc("preview", "sums.toml", "--stack", "dev", "--verbose")
    assert (done.code, done.err) == (0, "")
    assert "      name = <known after creation>" in done.out
    assert "  StateMachineArn = <known after creation>" in done.out


def test_settings_of_the_stack(specc: Specc, stacks: Path) -> None:
    done = specc(
        "preview", "sums.toml", "--stack", "dev", "-v", "-c", "alarmTopicArn=arn:aws:sns:eu-west-1:123456789012:t"
    )
    assert '      alarmActions = ["arn:aws:sns:eu-west-1:123456789012:t"]' in done.out
    assert specc("preview", "sums.toml", "-c", "nonsense").code == 2
    done = specc("preview", "sums.toml", "-c", "alarmTopic=x", "-c", "aws:maxRetries=3")
    assert (done.code, done.err) == (
        0,
        "note: this is the spec without a stack, and `specc up` needs one: --stack with one of `dev`, `prod`\n"
        "warning: the program reads no setting `alarmTopic`; did you mean `alarmTopicArn`?\n",
    )
    # What was configured on this machine counts, too; what is encrypted there is a secret.
    folder = stacks / ".specc" / "pulumi" / "stacks" / "sums" / "dev" / "project"
    folder.mkdir(parents=True)
    (folder / "Pulumi.dev.yaml").write_text("config:\n  sums:alarmTopicArn:\n    secure: v1:abc\n")
    done = specc("preview", "sums.toml", "--stack", "dev", "-v")
    assert (done.code, done.err) == (0, "")
    assert "v1:abc" not in done.out


def test_help_says_what_it_is_for(specc: Specc) -> None:
    done = specc("preview", "--help")
    assert done.code == 0
    assert "without the Pulumi CLI, an account or" in done.out


def test_colors(specc: Specc, stacks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    specc("preview", "sums.toml", "--stack", "dev", "--save", "state.json")
    change(stacks, ('name = "sums"', 'name = "sums"\ntags = { team = "birds" }'))
    monkeypatch.setenv("FORCE_COLOR", "1")
    done = specc("preview", "sums.toml", "--stack", "dev", "--against", "state.json", "-v")
    assert done.code == 0
    assert "\x1b[33m~ update  bucket " in done.out
    assert "\n  same    bucket-encryption" in done.out
