"""What is said when the engine fails: what it means, at which step of the spec, what mends it, and the exit code."""

from __future__ import annotations

import re

import pytest

from pulumi_stand_in.failures import CASES, FUNCTION_URN, ROLE_URN, STACK_URN, Case, diagnostic, of_resource
from pulumi_stand_in.place import Place
from specc_targets.pulumi.driving.failures import TABLE, UNKNOWN, recognize


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_said(place: Place, case: Case) -> None:
    place.fails(case.command, **case.how)
    done = place.up(code=case.code)
    for text in (*case.says, case.fix):
        assert text in " ".join(done.err.split()), done.err
    assert "SPC900" not in done.err
    assert "Traceback" not in done.err
    assert re.search(r"^error: ", done.err, re.MULTILINE)
    if case.at:
        assert re.search(r"--> birds\.toml:\d+:\d+", done.err)
        assert f"[steps.{case.at}]" in done.err


def test_every_failure_of_the_table_has_a_case() -> None:
    told = {case.name for case in CASES}
    assert {failure.name for failure in (*TABLE, UNKNOWN)} - told == {"program", "no-stack"}
    assert all(failure.source for failure in TABLE)


def test_no_stack_has_advice() -> None:
    found = recognize("error: no stack named 'dev' found")
    assert (found.failure.name, found.failure.code) == ("no-stack", 2)
    assert found.fix({"spec": "b.toml", "stack": "dev"}) == "`specc up b.toml --stack dev` does that"


def test_a_failure_of_several_resources_is_told_once(place: Place) -> None:
    said = "ExpiredToken: The security token included in the request is expired"
    events = [
        *of_resource(ROLE_URN, "creating IAM Role (r)", "IAM: CreateRole", 403, said)["events"],
        *of_resource(FUNCTION_URN, "creating Lambda Function (f)", "Lambda: CreateFunction", 403, said)["events"],
    ]
    place.fails("up", events=events)
    done = place.up(code=3)
    assert done.err.count("the credentials have expired") == 1
    assert "`default-function-role`, `default-function`: the credentials have expired" in done.err
    assert "failed to create default-function (steps get_birds, flap)" in done.err


def test_two_failures_are_both_told(place: Place) -> None:
    exists = of_resource(ROLE_URN, "creating IAM Role (r)", "IAM: CreateRole", 409, "EntityAlreadyExists: r is there")
    events = [*exists["events"], diagnostic(FUNCTION_URN, "the moon is in the wrong house")]
    place.fails("up", events=events)
    done = place.up(code=1)
    assert "something of this name is there already" in done.err
    assert "the moon is in the wrong house" in done.err


_TRACEBACK = """Program failed with an unhandled exception:
Traceback (most recent call last):
  File "/usr/bin/pulumi-language-python-exec", line 200, in <module>
    loop.run_until_complete(coro)
  File "{main}", line {line}, in <module>
    default_function = aws.lambda_.Function(
  File "/venv/lib/python3.11/site-packages/pulumi_aws/lambda_/function.py", line 2000, in __init__
    __self__._internal_init(resource_name, *args, **kwargs)
TypeError: Missing required property 'role'
"""


def test_an_exception_of_the_program_is_told_at_the_spec(place: Place) -> None:
    main = place.settings.parent / "__main__.py"
    place.up()
    lines = main.read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.startswith("default_function = "))
    place.fails("preview", events=[diagnostic(STACK_URN, _TRACEBACK.format(main=main, line=line + 2))])
    done = place.up(code=1)
    assert "the emitted program failed: TypeError: Missing required property 'role'" in done.err
    assert f"line {line + 2} of {main}, which makes `default-function`" in " ".join(done.err.split())
    assert "--> birds.toml:5:" in done.err
    assert "report it as a bug of specc" in done.err


def test_an_exception_of_the_users_own_file(place: Place) -> None:
    extra = place.settings.parent / "infra.py"
    text = _TRACEBACK.replace("{main}", str(extra)).replace("{line}", "3")
    (place.folder / "infra.py").write_text("def extra(resources):\n    return None\n")
    with (place.folder / "birds.toml").open("a") as file:
        file.write('\n[pulumi]\nextra = "infra.py"\n')
    place.fails("preview", events=[diagnostic(STACK_URN, text)])
    done = place.up(code=1)
    assert "`infra.py` failed: TypeError" in done.err
    assert 'extra = "infra.py"' in done.err  # the line of the spec


SECRETS = {
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIxK7MDENGbPxRfiCYEXAMPLEKEY",
    "AWS_SESSION_TOKEN": "FwoGZXIvYXdzEXAMPLETOKENFwoGZXIvYXdz",
    "PULUMI_CONFIG_PASSPHRASE": "correct horse battery",
    "PULUMI_ACCESS_TOKEN": "pul-0123456789012345678901234567890123456789",
}


def test_no_secret_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.environment |= SECRETS | {"SPECC_DEBUG": "1"}
    shapes = ["AKIAIOSFODNN7EXAMPLE", "v1:c2FsdHNhbHQ=:v1:bm9uY2Vub25jZQ==:Y2lwaGVydGV4dA=="]
    leak = f"request with {' '.join([*SECRETS.values(), *shapes])} X-Amz-Signature=abcdef0123456789 failed"
    place.fails("up", events=[diagnostic(FUNCTION_URN, leak)], stdout=leak, stderr=f"error: {leak}")
    done = place.up(code=1)
    assert "[hidden]" in done.err
    for secret in (*SECRETS.values(), *shapes, "abcdef0123456789"):
        assert secret not in done.err + done.out


def test_debug_shows_all_that_the_engine_says(place: Place) -> None:
    place.fails("up", stderr="error: something new\nwith details on a line of their own")
    assert "details on a line of their own" in place.up(code=1).err
    place.environment["SPECC_DEBUG"] = "1"
    assert "all that the engine says" in place.up(code=1).err
