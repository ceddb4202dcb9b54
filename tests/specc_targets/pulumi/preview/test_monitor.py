"""Programs on Pulumi's own runtime: what they ask for, what they are told, and how they fail."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from specc.targets import TargetError
from specc_targets.pulumi.preview.monitor import (
    UNKNOWN,
    Asset,
    Made,
    Message,
    Ran,
    ResourceFailed,
    Secret,
    Unknown,
    Value,
    Wanted,
    in_program_order,
    run_program,
)
from specc_targets.pulumi.preview.running import BOOT

BEGIN = """\
import os
import pulumi
import pulumi_aws as aws
"""
"""Line 4 is the first of a test's own."""


class Recorder:
    """Answers like an account in which everything is new."""

    def __init__(self, outputs: Mapping[str, Mapping[str, Value]] | None = None, fails: str = "") -> None:
        self.given = outputs or {}
        self.fails = fails
        self.resources: dict[str, Wanted] = {}
        self.exported: dict[str, Value] = {}
        self.invoked: list[tuple[str, dict[str, Value]]] = []

    def resource(self, wanted: Wanted) -> Made:
        if wanted.name == self.fails:
            raise ResourceFailed("the account has too many of them")
        self.resources[wanted.name] = wanted
        extra = self.given.get(wanted.name, {})
        return Made(str(extra.get("id", "")) or UNKNOWN, {**wanted.inputs, **extra})

    def invoke(self, token: str, arguments: Mapping[str, Value]) -> Mapping[str, Value] | Unknown:
        self.invoked.append((token, dict(arguments)))
        return {"accountId": "123456789012"} if token.endswith("getCallerIdentity") else UNKNOWN

    def outputs(self, outputs: Mapping[str, Value]) -> None:
        self.exported = dict(outputs)


Program = Callable[..., tuple[Recorder, Ran]]


@pytest.fixture
def run(tmp_path: Path) -> Program:
    def execute(text: str, recorder: Recorder | None = None, **options: object) -> tuple[Recorder, Ran]:
        (tmp_path / "__main__.py").write_text(BEGIN + textwrap.dedent(text), encoding="utf-8")
        recorder = recorder or Recorder()
        settings = {"project": "birds", "stack": "dev", "config": {}, "dry_run": True, "timeout": 60, **options}
        return recorder, run_program(tmp_path, planner=recorder, **settings)

    return execute


BUCKET_AND_ROLE = """
bucket = aws.s3.Bucket("bucket", aws.s3.BucketArgs(tags={"team": "birds"}))
role = aws.iam.Role("role", aws.iam.RoleArgs(
    name="specc-birds", assume_role_policy=pulumi.Output.json_dumps({"bucket": bucket.arn})))
policy = aws.iam.RolePolicy("policy", aws.iam.RolePolicyArgs(role=role.name, policy="{}"))
last = aws.cloudwatch.LogGroup("logs", aws.cloudwatch.LogGroupArgs(name="x", retention_in_days=30),
    opts=pulumi.ResourceOptions(depends_on=[policy], protect=True, retain_on_delete=True))
pulumi.export("Bucket", bucket.arn)
pulumi.export("Role", role.name)
"""


def test_resources_with_their_dependencies(run: Program) -> None:
    found, ran = run(BUCKET_AND_ROLE)
    assert ran == Ran(True, (), "", "")
    assert list(found.resources) == ["birds-dev", "bucket", "role", "policy", "logs"]
    bucket, role, policy, logs = list(found.resources.values())[1:]
    assert bucket.urn == "urn:pulumi:dev::birds::aws:s3/bucket:Bucket::bucket"
    assert bucket.parent == "urn:pulumi:dev::birds::pulumi:pulumi:Stack::birds-dev"
    assert (bucket.source, role.source) == (("__main__.py", 5), ("__main__.py", 6))
    assert bucket.inputs == {"tags": {"team": "birds"}}
    assert role.inputs == {"name": "specc-birds", "assumeRolePolicy": UNKNOWN}
    assert role.property_dependencies == {"assumeRolePolicy": (bucket.urn,)}
    # What an output was made from is a dependency, too: the name of a role comes from the role alone.
    assert policy.inputs["role"] == "specc-birds"
    assert policy.dependencies == (role.urn,)
    assert (logs.dependencies, logs.property_dependencies) == ((policy.urn,), {})
    assert logs.inputs["retentionInDays"] == 30
    assert isinstance(logs.inputs["retentionInDays"], int)
    assert (logs.protect, logs.retain_on_delete) == (True, True)
    assert (policy.protect, policy.delete_before_replace, policy.custom) == (False, None, True)
    assert policy.version.startswith("7.")
    assert found.exported == {"Bucket": UNKNOWN, "Role": "specc-birds"}


def test_outputs_that_are_known_are_known_to_what_follows(run: Program) -> None:
    there = Recorder({"bucket": {"id": "birds-1", "arn": "arn:aws:s3:::birds-1"}})
    found, ran = run(BUCKET_AND_ROLE, there)
    assert ran.ok
    assert found.resources["role"].inputs["assumeRolePolicy"] == '{"bucket": "arn:aws:s3:::birds-1"}'
    assert found.exported["Bucket"] == "arn:aws:s3:::birds-1"


def test_for_real_an_output_left_out_is_none(run: Program) -> None:
    found, ran = run('pulumi.export("arn", aws.s3.Bucket("b").arn.apply(lambda arn: repr(arn)))', dry_run=False)
    assert ran.ok
    assert found.exported == {"arn": "None"}


def test_functions_of_providers(run: Program) -> None:
    found, ran = run(
        """
        pulumi.export("account", aws.get_caller_identity_output().account_id)
        pulumi.export("region", aws.get_region_output().region)
        """
    )
    assert ran.ok
    assert found.exported == {"account": "123456789012", "region": UNKNOWN}
    assert sorted(token for token, _ in found.invoked) == [
        "aws:index/getCallerIdentity:getCallerIdentity",
        "aws:index/getRegion:getRegion",
    ]


def test_secrets_stay_marked_and_are_never_shown(run: Program) -> None:
    found, ran = run(
        """
        config = pulumi.Config()
        password = config.require_secret("password")
        aws.ssm.Parameter("p", aws.ssm.ParameterArgs(name="p", type="String", value=password))
        pulumi.export("url", pulumi.Output.concat("https://", password))
        """,
        config={"birds:password": "hush", "aws:region": "eu-west-1"},
        secret_keys=["birds:password"],
    )
    assert ran.ok
    assert found.resources["p"].inputs["value"] == Secret("hush")
    assert found.exported == {"url": Secret("https://hush")}
    assert "hush" not in repr(found.resources) + repr(found.exported)


def test_configuration(run: Program) -> None:
    found, ran = run(
        'pulumi.export("v", [pulumi.Config().get("image"), pulumi.Config("aws").get("region")])',
        config={"birds:image": "repo:1", "aws:region": "eu-west-1"},
    )
    assert found.exported == {"v": ["repo:1", "eu-west-1"]}
    assert ran.asked == {"birds:image", "aws:region"}


def test_files_are_hashed(run: Program, tmp_path: Path) -> None:
    (tmp_path / "code.zip").write_bytes(b"zip")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.txt").write_text("a")
    text = """
    aws.s3.BucketObjectv2("one", aws.s3.BucketObjectv2Args(bucket="b", source=pulumi.FileAsset("code.zip")))
    code = pulumi.AssetArchive({"a": pulumi.FileArchive("folder"), "b": pulumi.StringAsset("text")})
    aws.lambda_.Function("two", aws.lambda_.FunctionArgs(role="r", code=code))
    """
    found, ran = run(text)
    assert ran.ok
    digest = hashlib.sha256(b"zip").hexdigest()  # that of Pulumi itself
    assert found.resources["one"].inputs["source"] == Asset(path="code.zip", sha256=digest)
    before = found.resources["two"].inputs["code"]
    (tmp_path / "folder" / "a.txt").write_text("b")
    after = run(text)[0].resources["two"].inputs["code"]
    assert isinstance(before, Asset)
    assert isinstance(after, Asset)
    assert before.sha256 != after.sha256
    (tmp_path / "code.zip").unlink()
    _, ran = run(text)
    assert [(item.urn.rpartition("::")[2], item.text) for item in ran.errors] == [
        ("one", "`code.zip`, which it sends, cannot be read: No such file or directory")
    ]


def test_a_resource_that_fails_ends_the_program(run: Program) -> None:
    found, ran = run(BUCKET_AND_ROLE, Recorder(fails="role"))
    assert not ran.ok
    urn = "urn:pulumi:dev::birds::aws:iam/role:Role::role"
    assert ran.messages == (Message("error", urn, "the account has too many of them", ("__main__.py", 6)),)
    assert "policy" not in found.resources
    assert "logs" not in found.resources


def test_after_a_failure_nobody_waits_for_a_program(run: Program) -> None:
    began = time.monotonic()
    _, ran = run(
        """
        import asyncio
        aws.s3.Bucket("b")
        async def main():
            await asyncio.sleep(500)
        pulumi.run(main)
        """,
        Recorder(fails="b"),
        timeout=400,
    )
    assert [item.text for item in ran.errors] == ["the account has too many of them"]
    assert time.monotonic() - began < 200


def test_two_resources_of_one_name(run: Program) -> None:
    _, ran = run('aws.s3.Bucket("b")\naws.s3.Bucket("b")')
    assert ran.errors == (
        Message(
            "error",
            "urn:pulumi:dev::birds::aws:s3/bucket:Bucket::b",
            "the program asks for it twice; first at __main__.py:4",
            ("__main__.py", 5),
        ),
    )


def test_a_bug_of_the_planner_is_not_hidden(run: Program) -> None:
    class Broken(Recorder):
        def resource(self, wanted: Wanted) -> Made:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run('aws.s3.Bucket("b")', Broken())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bucket = aws.s3.Bucket('b')\nname = f'of {bucket.arn}'", "__main__.py:5: Calling __str__ on an Output[T]"),
        ("1 / 0", "__main__.py:4: ZeroDivisionError: division by zero\n    1 / 0"),
        ("import birds_helpers", "__main__.py:4: ModuleNotFoundError: No module named 'birds_helpers'"),
        ("def", "__main__.py:4: SyntaxError: "),
        ("raise SystemExit(7)", "the program ended itself with 7"),
        ("os._exit(9)", "its process ended with 9"),
        ("os._exit(0)", "the program ended itself before its end"),
        ("raise SystemExit", "the program ended itself before its end"),
        ("pulumi.export('x', float('nan'))", "the program gives a value that cannot be sent: "),
        ("aws.sns.Topic('t', display_name=float('inf'))", "the program gives a value that cannot be sent: "),
        ("pulumi.Config().require('image')", "__main__.py:4: "),
        ("pulumi.runtime.register_resource_transform(lambda given: None)", "__main__.py:4: without the Pulumi CLI there are no transforms"),
        ("aws.ec2.get_ami(owners=['self'])", "__main__.py:4: a preview cannot ask the account what `getAmi` finds: write `get_ami_output`"),
        ("pulumi.runtime.call('aws:x/y:Z/getName', {})", "__main__.py:4: a preview cannot call `getName`: only the provider"),
        ("def extra(found):\n    found['bukcet'] + found['queue']\nextra({'bucket': 1, 'bucket-logs': 2, 'alarm': 3})", "__main__.py:5: KeyError: 'bukcet': there is no such resource, but there is `bucket`, `bucket-logs`"),
        ("def extra(found):\n    found['queue']\nextra({'bucket': 1, 'alarm': 3})", "__main__.py:5: KeyError: 'queue': there is no such resource, but there is `alarm`, `bucket`"),
        ("def extra(found):\n    {}['bukcet']\nextra({'bucket': 1})", "__main__.py:5: KeyError: 'bukcet'\n"),
        ("raise Exception('no good')", "__main__.py:4: no good"),
        ("aws.s3.Bucket('a').bucket.apply(len)\naws.s3.Bucket('b', aws.s3.BucketArgs(bucket='x')).bucket.apply(lambda x: x.y)", "__main__.py:5: AttributeError: "),
    ],
)  # fmt: skip
def test_a_program_that_fails(run: Program, text: str, said: str) -> None:
    _, ran = run(text)
    assert not ran.ok
    assert len(ran.errors) == 1
    assert ran.errors[0].text.startswith(said)


def test_a_program_that_goes_on_for_ever_is_stopped(run: Program, tmp_path: Path) -> None:
    began = time.monotonic()
    _, ran = run(
        """
        import subprocess, sys
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        with open("pid", "w") as file:
            file.write(str(child.pid))
        while True:
            print("x" * 1000)
        """,
        timeout=3,
    )
    assert [item.text for item in ran.errors] == ["the program did not end within 3 s"]
    assert time.monotonic() - began < 20
    assert len(ran.stdout) == 1 << 20
    child = int((tmp_path / "pid").read_text())
    _wait_for(lambda: not _runs(child))


def test_a_program_ends_with_whoever_runs_it(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import os\nopen('pid', 'w').write(str(os.getpid()))\nwhile True: pass\n")
    text = f"""
from pathlib import Path
from specc_targets.pulumi.preview.monitor import run_program
run_program(Path({str(tmp_path)!r}), project="p", stack="s", config={{}}, planner=None, dry_run=True, timeout=600)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    runner = subprocess.Popen([sys.executable, "-c", text], env=environment)
    try:
        pid = _wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    finally:
        runner.kill()
        runner.wait()
    _wait_for(lambda: not _runs(int(pid)))


def _wait_for(found: Callable[[], object]) -> str:
    deadline = time.monotonic() + 60
    while not (value := found()):
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.05)
    return str(value)


def _runs(pid: int) -> bool:
    """Whether a process is there and not only waits for its parent to notice its end."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_program_ends_where_nobody_asks_any_more_when_it_begins(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("while True: pass\n")
    variables = {**os.environ, "PULUMI_CONFIG": "{}", "PULUMI_CONFIG_SECRET_KEYS": "[]"}
    nobody = [sys.executable, "-P", str(BOOT), "127.0.0.1:9", "p", "s", "preview", str(tmp_path), "0"]
    assert subprocess.run(nobody, env=variables, timeout=60, check=False).returncode == 1


def test_five_megabytes_in_one_input(run: Program) -> None:
    found, ran = run(
        """
        text = "x" * 5_000_000
        p = aws.sfn.StateMachine("p", aws.sfn.StateMachineArgs(role_arn="r", definition=text))
        pulumi.export("length", p.definition.apply(lambda value: len(value)))
        """
    )
    assert ran.ok
    assert len(str(found.resources["p"].inputs["definition"])) == 5_000_000
    assert found.exported == {"length": 5_000_000}


def test_what_a_program_says_is_passed_on(run: Program) -> None:
    _, ran = run('print("one")\npulumi.warn("two")\npulumi.info("three")\nimport sys; print("four", file=sys.stderr)')
    assert (ran.ok, ran.stdout, ran.stderr) == (True, "one\n", "four\n")
    assert ran.messages == (Message("warning", "", "two"), Message("info", "", "three"))


def test_no_credentials_reach_the_program(run: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "hush")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "hush")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hush@127.0.0.1:9")
    found, ran = run('pulumi.export("v", dict(os.environ))', environment={"SPECC_NOTE": "given"})
    assert ran.ok
    assert isinstance(found.exported["v"], dict)
    assert found.exported["v"]["SPECC_NOTE"] == "given"
    assert "hush" not in repr(found.exported)
    assert os.environ["PULUMI_ACCESS_TOKEN"] == "hush"


def test_a_component_is_a_name_for_what_is_in_it(run: Program) -> None:
    found, ran = run(
        """
        class Nest(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("birds:index:Nest", name)
                self.bucket = aws.s3.Bucket(name + "-bucket", opts=pulumi.ResourceOptions(parent=self))
                self.register_outputs({"name": name})
        nest = Nest("nest")
        group = aws.cloudwatch.LogGroup("logs", opts=pulumi.ResourceOptions(depends_on=[nest]))
        """
    )
    assert ran.ok
    nest, bucket, logs = (found.resources[name] for name in ("nest", "nest-bucket", "logs"))
    assert not nest.custom
    assert bucket.urn == "urn:pulumi:dev::birds::birds:index:Nest$aws:s3/bucket:Bucket::nest-bucket"
    assert bucket.parent == nest.urn
    assert logs.dependencies == (bucket.urn,)
    assert found.exported == {}


def test_order_is_the_program_s() -> None:
    def wanted(name: str, line: int, *dependencies: str) -> Wanted:
        return Wanted(urn=name, type="t", name=name, dependencies=dependencies, source=("__main__.py", line))

    late = [wanted("d", 9), wanted("c", 1, "d"), wanted("b", 3), wanted("a", 3), wanted("e", 2, "elsewhere")]
    expected = ["e", "a", "b", "d", "c"]
    assert [item.name for item in in_program_order(late)] == expected
    assert [item.name for item in in_program_order(reversed(late))] == expected


def test_a_folder_without_a_program(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"it has no `__main__\.py`"):
        run_program(tmp_path, project="p", stack="s", config={}, planner=Recorder(), dry_run=True, timeout=1)
