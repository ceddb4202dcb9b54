"""What happens to resources, found by real programs on Pulumi's runtime."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from specc_targets.pulumi.preview.compare import MISSING
from specc_targets.pulumi.preview.losses import refusals
from specc_targets.pulumi.preview.state import Held, State, state_text
from specc_targets.pulumi.preview.values import UNKNOWN, Secret, encode

Planning = Callable[..., Any]
Save = Callable[..., State]

PROGRAM = """
account = aws.get_caller_identity_output().account_id
bucket = aws.s3.Bucket("bucket", aws.s3.BucketArgs(tags={"team": "birds"}))
access = aws.s3.BucketPublicAccessBlock("access", aws.s3.BucketPublicAccessBlockArgs(bucket=bucket.bucket))
role = aws.iam.Role("role", aws.iam.RoleArgs(name="birds", assume_role_policy=pulumi.Output.json_dumps(
    {"Statement": [{"Sid": "A", "Action": "sts:AssumeRole", "Account": account}]})))
policy = aws.iam.RolePolicy("policy", aws.iam.RolePolicyArgs(name="p", role=role.name, policy=pulumi.Output.json_dumps(
    {"Statement": [{"Sid": "B", "Action": ["s3:GetObject"], "Resource": [pulumi.Output.format("{0}/*", bucket.arn)]}]})))
logs = aws.cloudwatch.LogGroup("logs", aws.cloudwatch.LogGroupArgs(name="/birds", retention_in_days=30))
function = aws.lambda_.Function("function", aws.lambda_.FunctionArgs(
    name="birds", role=role.arn, image_uri="repo@sha256:1", package_type="Image", publish=True, memory_size=512),
    opts=pulumi.ResourceOptions(depends_on=[policy]))
alias = aws.lambda_.Alias("alias", aws.lambda_.AliasArgs(
    name="live", function_name=function.name, function_version=function.version))
pulumi.export("Function", function.arn)
"""
NAMES = ["bucket", "access", "role", "policy", "logs", "function", "alias"]


def changed(*pairs: tuple[str, str]) -> str:
    text = PROGRAM
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def there(plan: Planning, saved: Save) -> State:
    return saved(plan(PROGRAM))


def test_everything_is_new(plan: Planning) -> None:
    found = plan(PROGRAM)
    assert found.ran.ok
    assert found.actions == dict.fromkeys(NAMES, "create")
    assert found.steps == [("create", name) for name in NAMES]
    policy = next(change for change in found.plan.changes if change.name == "policy")
    assert policy.wanted is not None
    assert json.loads(str(policy.wanted.inputs["policy"]))["Statement"][0]["Resource"] == ["<bucket.arn>/*"]
    assert found.plan.outputs == {"Function": "<function.arn>"}
    assert found.plan.counts == {"create": 7, "update": 0, "replace": 0, "delete": 0, "same": 0}


def test_without_symbols_it_is_as_pulumi_itself_would_say(plan: Planning) -> None:
    found = plan(PROGRAM, symbols=False)
    assert found.ran.ok
    policy, role = (next(c.wanted for c in found.plan.changes if c.name == name) for name in ("policy", "role"))
    assert (policy.inputs["policy"], role.inputs["assumeRolePolicy"]) == (UNKNOWN, UNKNOWN)
    assert found.plan.outputs == {"Function": UNKNOWN}


@pytest.mark.parametrize("symbols", [True, False])
def test_a_program_beside_its_own_state_changes_nothing(plan: Planning, saved: Save, symbols: bool) -> None:
    state = saved(plan(PROGRAM, symbols=symbols))
    again = plan(PROGRAM, state, symbols=symbols)
    assert again.ran.ok
    assert again.actions == dict.fromkeys(NAMES, "same")
    assert (again.plan.output_differences, again.steps) == ((), [])
    assert state_text(again.plan.after, made_by="test") == state_text(state, made_by="test")


def test_update_in_place(plan: Planning, saved: Save, there: State) -> None:
    found = plan(changed(('"s3:GetObject"', '"s3:GetObject", "s3:PutObject"'), ('"birds"})', '"owls"})')), there)
    assert {name: action for name, action in found.actions.items() if action != "same"} == {
        "bucket": "update",
        "policy": "update",
    }
    assert found.changes == {
        "bucket": [("tags.team", "birds", "owls")],
        "policy": [("policy.Statement[0].Action[1]", MISSING, "s3:PutObject")],
    }
    assert found.steps == [("update", "bucket"), ("update", "policy")]


def test_a_new_version_of_a_function_reaches_its_alias(plan: Planning, saved: Save, there: State) -> None:
    found = plan(changed(("memory_size=512", "memory_size=1024")), there)
    assert found.changes == {
        "function": [("memorySize", 512, 1024)],
        "alias": [("functionVersion", "<function.version>", "<new function.version>")],
    }
    # What is there afterwards is the same, however it came about.
    fresh = plan(changed(("memory_size=512", "memory_size=1024")))
    assert state_text(found.plan.after, made_by="test") == state_text(fresh.plan.after, made_by="test")


def test_tags_make_no_new_version(plan: Planning, saved: Save, there: State) -> None:
    found = plan(changed(("memory_size=512", 'memory_size=512, tags={"a": "b"}')), there)
    assert set(found.changes) == {"function"}


def test_replacement_makes_the_new_one_first(plan: Planning, there: State) -> None:
    found = plan(changed(('name="/birds"', 'name="/owls"')), there)
    change = next(change for change in found.plan.changes if change.name == "logs")
    assert (change.action, change.replaces, change.delete_first) == ("replace", ("name",), False)
    assert found.steps == [("create-replacement", "logs"), ("delete-replaced", "logs")]


def test_replacement_reaches_what_depends_on_it(plan: Planning, there: State) -> None:
    found = plan(changed(('"bucket", aws.s3.BucketArgs(', '"bucket", aws.s3.BucketArgs(bucket="mine", ')), there)
    assert {name: action for name, action in found.actions.items() if action != "same"} == {
        "bucket": "replace", "access": "replace", "policy": "update",
    }  # fmt: skip
    assert found.changes["access"] == [("bucket", "<bucket.bucket>", "mine")]
    assert found.changes["policy"] == [
        ("policy.Statement[0].Resource[0]", "<bucket.arn>/*", "<new bucket.arn>/*"),
    ]
    assert found.steps == [
        ("create-replacement", "bucket"),
        ("create-replacement", "access"),
        ("update", "policy"),
        ("delete-replaced", "access"),
        ("delete-replaced", "bucket"),
    ]


def test_one_name_makes_room_first(plan: Planning, there: State) -> None:
    found = plan(
        changed(('image_uri="repo@sha256:1", package_type="Image"', 'package_type="Zip", s3_bucket="b", s3_key="k"')),
        there,
    )
    function, alias = (next(c for c in found.plan.changes if c.name == name) for name in ("function", "alias"))
    assert (function.action, function.replaces, function.delete_first) == ("replace", ("packageType",), True)
    # An alias is bound to its function by name: it cannot outlive it, though its inputs say the same.
    assert (alias.action, alias.because) == ("replace", ("function",))
    assert found.steps == [
        ("delete-replaced", "alias"),
        ("delete-replaced", "function"),
        ("create-replacement", "function"),
        ("create-replacement", "alias"),
    ]


def test_deletions_come_last_and_dependents_first(plan: Planning, there: State) -> None:
    text = "logs = aws.cloudwatch.LogGroup('logs', aws.cloudwatch.LogGroupArgs(name='/birds', retention_in_days=7))"
    found = plan(text, there)
    assert found.steps == [
        ("update", "logs"),
        *(("delete", name) for name in ("alias", "function", "policy", "role", "access", "bucket")),
    ]
    assert [(item.text, item.new) for item in found.plan.output_differences] == [("Function", MISSING)]
    names = [held.name for held in found.plan.after.resources]
    assert [name.partition("_")[0] for name in names] == ["birds-dev", "default", "logs"]


def test_ignored_changes(plan: Planning, there: State) -> None:
    text = changed(
        (
            "retention_in_days=30)",
            "retention_in_days=7), opts=pulumi.ResourceOptions(ignore_changes=['retentionInDays'])",
        )
    )
    assert plan(text, there).actions == dict.fromkeys(NAMES, "same")


def test_a_renamed_resource_with_an_alias_stays(plan: Planning, there: State) -> None:
    text = changed(
        ('LogGroup("logs", aws.cloudwatch.LogGroupArgs(name="/birds", retention_in_days=30))',
         'LogGroup("lines", aws.cloudwatch.LogGroupArgs(name="/birds", retention_in_days=30), opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="logs")]))')
    )  # fmt: skip
    found = plan(text, there)
    assert found.actions == {("lines" if name == "logs" else name): "same" for name in NAMES}
    assert found.plan.notes == (
        "`lines` was `logs` (aws:cloudwatch/logGroup:LogGroup) before; it is the same resource",
    )


def test_another_region_is_another_stack(plan: Planning, there: State) -> None:
    found = plan(PROGRAM, there, config={"aws:region": "us-east-1"})
    of_the_account = {"role": "same", "policy": "update"}  # the ARN of a bucket is another one
    assert found.actions == dict.fromkeys(NAMES, "replace") | of_the_account
    assert found.changes["bucket"] == [("region", "eu-west-1", "us-east-1")]


# A state as AWS fills it


@pytest.fixture(scope="module")
def real(there: State) -> State:
    """The same with values of an account, and with what its provider has filled in."""
    text = json.dumps([encode_held(held) for held in there.resources])
    for symbol, value in {
        "<bucket.arn>": "arn:aws:s3:::bucket-1a2b", "<bucket.bucket>": "bucket-1a2b", "<bucket.id>": "bucket-1a2b",
        "<role.arn>": "arn:aws:iam::123456789012:role/birds", "<function.version>": "3", "<account>": "123456789012",
        "<function.arn>": "arn:aws:lambda:eu-west-1:123456789012:function:birds", "<function.id>": "birds",
    }.items():  # fmt: skip
        text = text.replace(symbol, value)
    held = {item["urn"]: item for item in json.loads(text)}
    found = [
        replace(item, inputs=held[item.urn]["inputs"], outputs=held[item.urn]["outputs"], id=held[item.urn]["id"])
        for item in there.resources
    ]
    bucket = next(item for item in found if item.name == "bucket")
    filled = {**bucket.inputs, "bucket": "bucket-1a2b", "__defaults": ["bucket"], "forceDestroy": None}
    return State(tuple(replace(item, inputs=filled) if item is bucket else item for item in found))


def encode_held(held: Held) -> dict[str, object]:
    return {"urn": held.urn, "id": encode(held.id), "inputs": encode(held.inputs), "outputs": encode(held.outputs)}


@pytest.mark.parametrize("symbols", [True, False])
def test_a_real_state_answers_for_the_account(plan: Planning, real: State, symbols: bool) -> None:
    found = plan(PROGRAM, real, symbols=symbols)
    assert found.changes == {}
    assert found.actions == dict.fromkeys(NAMES, "same")
    role = next(change.wanted for change in found.plan.changes if change.name == "role")
    assert "123456789012" in str(role.inputs["assumeRolePolicy"])
    found = plan(PROGRAM.replace("memory_size=512", "memory_size=128"), real, symbols=symbols)
    assert found.changes == {
        "function": [("memorySize", 512, 128)],
        "alias": [("functionVersion", "3", "<function.version>" if symbols else UNKNOWN)],
    }


def test_what_a_saved_preview_is_to_a_real_state(plan: Planning, saved: Save, real: State) -> None:
    """Files of different origin do compare: what differs is what only one of them knows."""
    after = saved(plan(PROGRAM, real))
    assert plan(PROGRAM, after).actions == dict.fromkeys(NAMES, "same")


# Loss of data


def test_data_is_not_lost_unless_it_may_be(plan: Planning, real: State) -> None:
    found = plan('aws.iam.Role("role", aws.iam.RoleArgs(name="birds", assume_role_policy="{}"))', real).plan.changes
    refused = refusals(found, allowed=False, stateful=())
    assert [item.text for item in refused] == [
        "the resource `logs` would be deleted, and the logs in it would be lost",
        "the resource `bucket` would be deleted, and every object in it would be lost",
    ]
    assert "allow_data_loss = true" in refused[0].help
    assert refusals(found, allowed=True, stateful=()) == []
    # In a protected stack, nothing may allow it.
    for item in refusals(found, allowed=False, stateful=(), protected=True):
        assert item.help == (
            "a protected stack loses no data: keep it, or take `protect = true` out of the spec and bring that up first"
        )
    # A program may know of more that holds data.
    assert [item.change.name for item in refusals(found, allowed=False, stateful={"function"})] == [
        "function",
        "logs",
        "bucket",
    ]


def test_replacement_loses_data_too(plan: Planning, there: State) -> None:
    found = plan(changed(('name="/birds"', 'name="/owls"')), there).plan.changes
    assert [item.text for item in refusals(found, allowed=False, stateful=())] == [
        "the resource `logs` would be replaced, as `name` cannot be changed, and the logs in it would be lost"
    ]


def test_protected_is_protected(plan: Planning, saved: Save) -> None:
    protected = 'aws.s3.Bucket("bucket", opts=pulumi.ResourceOptions(protect=True, retain_on_delete=True))'
    state = saved(plan(protected))
    found = plan("", state).plan.changes
    for allowed in (True, False):
        refused = refusals(found, allowed=allowed, stateful=())
        assert [item.text for item in refused] == [
            "the protected resource `bucket` would be deleted, and the old one would stay, unused"
        ]
        assert "protect = true" in refused[0].help
    # What is only kept in the account is lost to nobody.
    state = saved(plan(protected.replace("protect=True, ", "")))
    found = plan("", state).plan.changes
    assert refusals(found, allowed=False, stateful=()) == []
    assert found[0].retained


def test_what_is_left_of_an_update_that_was_broken_off(plan: Planning, there: State) -> None:
    bucket = next(item for item in there.resources if item.name == "bucket")
    state = State((*there.resources, replace(bucket, doomed=True, id="old")), (bucket.urn,))
    found = plan(PROGRAM, state)
    assert found.steps == [("delete", "bucket")]
    assert found.plan.notes == ("an update was broken off: whether `bucket` was made or changed is not known",)


def test_secrets_are_compared_where_they_can_be(plan: Planning, saved: Save) -> None:
    text = 'aws.ssm.Parameter("p", aws.ssm.ParameterArgs(name="p", type="String", value=pulumi.Output.secret("hush")))'
    found = plan(text)
    change = found.plan.changes[0]
    assert change.wanted is not None
    assert change.wanted.inputs["value"] == Secret("hush")
    assert "hush" not in state_text(found.plan.after, made_by="test")
    again = plan(text, found.plan.after)
    assert (again.actions, again.plan.notes) == ({"p": "same"}, ())
    other = plan(text.replace("hush", "quiet"), found.plan.after)
    assert other.changes == {"p": [("value", Secret("hush"), Secret("quiet"))]}
    hidden = plan(text.replace("hush", "quiet"), saved(found))
    assert hidden.actions == {"p": "same"}
    assert hidden.plan.notes == ("secrets of `p` are encrypted in the state, so they are taken for unchanged",)


def test_functions_of_the_provider_that_nobody_here_can_answer(plan: Planning) -> None:
    found = plan(
        'pulumi.export("v", aws.ec2.get_vpc_output(default=True).id)\npulumi.export("p", aws.get_partition_output().partition)'
    )
    assert found.ran.ok
    assert found.plan.outputs == {"v": UNKNOWN, "p": "aws"}
    assert found.plan.notes == ("what `getVpc` finds is known only in the account",)
    china = plan('pulumi.export("p", aws.get_partition_output().partition)', config={"aws:region": "cn-north-1"})
    assert china.plan.outputs == {"p": "aws-cn"}


def test_what_a_program_says_about_replacements(plan: Planning, saved: Save) -> None:
    text = """
    options = pulumi.ResourceOptions(replace_on_changes=["delaySeconds"], delete_before_replace=True)
    aws.sqs.Queue("queue", aws.sqs.QueueArgs(delay_seconds=1), opts=options)
    aws.sqs.Queue("other", aws.sqs.QueueArgs(delay_seconds=1))
    """
    found = plan(text.replace("delay_seconds=1", "delay_seconds=2"), saved(plan(text)))
    queue, other = found.plan.changes
    assert (queue.action, queue.replaces, queue.delete_first) == ("replace", ("delaySeconds",), True)
    assert (other.action, found.plan.notes) == (
        "update",
        ("whether `other` can be changed in place, only its provider knows",),
    )
    assert [item.change.name for item in refusals(found.plan.changes, allowed=False, stateful=())] == ["queue"]


def test_components_and_providers_of_the_program_s_own(plan: Planning, saved: Save) -> None:
    text = """
    class Nest(pulumi.ComponentResource):
        def __init__(self, name, provider):
            super().__init__("birds:index:Nest", name)
            options = pulumi.ResourceOptions(parent=self, provider=provider)
            self.bucket = aws.s3.Bucket(name + "-bucket", opts=options)
    north = aws.Provider("north", aws.ProviderArgs(region="eu-north-1"))
    Nest("nest", north)
    logs = aws.cloudwatch.LogGroup("logs", aws.cloudwatch.LogGroupArgs(name="/x"))
    """
    first = plan(text)
    assert first.ran.ok
    assert first.actions == {"north": "create", "nest-bucket": "create", "logs": "create"}
    state = saved(first)
    bucket = next(held for held in state.resources if held.name == "nest-bucket")
    assert bucket.provider == "urn:pulumi:dev::birds::pulumi:providers:aws::north::<north.id>"
    assert set(plan(text, state).actions.values()) == {"same"}
    # What has a provider of its own does not move with the stack.
    moved = plan(text, state, config={"aws:region": "us-east-1"})
    assert moved.actions == {"north": "same", "nest-bucket": "same", "logs": "replace"}
