"""The judge itself: cases from the IAM User Guide and its pages about elements of policies."""

from __future__ import annotations

import pytest

from permissions.policy import Call, allowed

_BUCKET = "arn:aws:s3:::things"


def statement(action: str, resource: str, **condition: dict[str, list[str]]) -> dict[str, object]:
    found: dict[str, object] = {"Sid": "A", "Effect": "Allow", "Action": [action], "Resource": [resource]}
    return {**found, "Condition": condition} if condition else found


@pytest.mark.parametrize(
    ("action", "resource", "call", "verdict"),
    [
        ("s3:GetObject", f"{_BUCKET}/a", Call("s3:GetObject", f"{_BUCKET}/a"), True),
        ("s3:getobject", f"{_BUCKET}/a", Call("s3:GetObject", f"{_BUCKET}/a"), True),
        ("s3:Get*", f"{_BUCKET}/*", Call("s3:GetObject", f"{_BUCKET}/a/b:c"), True),
        ("s3:GetObject", f"{_BUCKET}/*", Call("s3:PutObject", f"{_BUCKET}/a"), False),
        ("s3:GetObject", f"{_BUCKET}/a?", Call("s3:GetObject", f"{_BUCKET}/ab"), True),
        ("s3:GetObject", f"{_BUCKET}/a?", Call("s3:GetObject", f"{_BUCKET}/a"), False),
        ("s3:GetObject", f"{_BUCKET}/a", Call("s3:GetObject", f"{_BUCKET}/A"), False),
        ("s3:GetObject", f"{_BUCKET}/a", Call("s3:GetObject", f"{_BUCKET}/ab"), False),
        ("s3:ListBucket", f"{_BUCKET}/*", Call("s3:ListBucket", _BUCKET), False),
        ("sqs:SendMessage", "arn:aws:sqs:*:1:q", Call("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:q"), True),
        ("sqs:SendMessage", "arn:aws:sqs:*:1:q", Call("sqs:SendMessage", "arn:aws:sqs:eu-west-1:2:q"), False),
        ("sqs:SendMessage", "arn:aws:sqs:*:q", Call("sqs:SendMessage", "arn:aws:sqs:eu-west-1:1:q"), False),
        ("xray:PutTraceSegments", "*", Call("xray:PutTraceSegments", "*"), True),
        ("a:B", "arn:aws:a:r:1:x.y", Call("a:B", "arn:aws:a:r:1:xzy"), False),
    ],
)
def test_actions_and_resources(action: str, resource: str, call: Call, verdict: bool) -> None:
    assert allowed([statement(action, resource)], call) is verdict


@pytest.mark.parametrize(
    ("condition", "context", "verdict"),
    [
        ({"StringEquals": {"k": ["a", "b"]}}, {"k": "b"}, True),
        ({"StringEquals": {"k": ["a"]}}, {"k": "ab"}, False),
        ({"StringEquals": {"k": ["a"]}}, {}, False),
        ({"StringLike": {"k": ["a*"]}}, {"k": "ab"}, True),
        ({"StringEquals": {"k": ["a"]}, "StringLike": {"j": ["b*"]}}, {"k": "a", "j": "c"}, False),
        ({"ArnLike": {"k": ["arn:aws:ssm:*:1:parameter/p"]}}, {"k": "arn:aws:ssm:r:1:parameter/p"}, True),
    ],
)
def test_conditions(condition: dict[str, dict[str, list[str]]], context: dict[str, str], verdict: bool) -> None:
    assert allowed([statement("a:B", "*", **condition)], Call("a:B", "*", context)) is verdict


def test_any_statement_may_allow_and_none_is_needed_twice() -> None:
    both = [statement("a:B", "*"), statement("a:C", "*")]
    assert allowed(both, Call("a:C", "*"))
    assert not allowed(both[:1], Call("a:C", "*"))
    assert not allowed([], Call("a:C", "*"))


def test_statements_of_another_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="another kind"):
        allowed([{**statement("a:B", "*"), "Effect": "Deny"}], Call("a:B", "*"))
