"""What a program is not told, and what nobody is told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specc_targets.pulumi.preview.values import UNKNOWN

Planning = Callable[..., Any]


def test_secrets_are_in_nothing_that_is_said(plan: Planning) -> None:
    text = """
    import sys
    password = pulumi.Config().require("password")
    derived = aws.ssm.Parameter("p", aws.ssm.ParameterArgs(name="p", type="String", value=pulumi.Output.secret("quiet-word")))
    print("it is", password)
    print("it is", password, file=sys.stderr)
    pulumi.warn("it is " + password)
    raise ValueError(password)
    """
    config = {"birds:password": "hush-hush", "birds:short": "e"}
    ran = plan(text, config=config, secret_keys=["birds:password", "birds:short"]).ran
    assert not ran.ok
    assert "hush" not in repr(ran)
    assert (ran.stdout, ran.stderr) == ("it is [secret]\n", "it is [secret]\n")
    assert ran.errors[0].text.startswith("__main__.py:11: ValueError: [secret]")
    fails = 'pulumi.export("fails", derived.value.apply(lambda value: int("quiet-word")))'
    ran = plan(text.replace("raise ValueError(password)", fails), config=config).ran
    assert [item.text for item in ran.errors] == ["ValueError: invalid literal for int() with base 10: '[secret]'"]


def test_secrets_are_hidden_in_every_form(plan: Planning) -> None:
    ran = plan(
        """
        word, number = "hush\\n\\"quiet\\"", 987654
        tags = {"word": pulumi.Output.secret(word), "number": pulumi.Output.secret(number)}
        aws.sqs.Queue("q", aws.sqs.QueueArgs(delay_seconds=pulumi.Output.secret(number), tags={"w": tags["word"]}))
        pulumi.export("n", tags["number"])
        print(word, repr(word), json.dumps(word), number)
        """
    ).ran
    assert ran.ok, ran.messages
    assert ran.stdout == "[secret] '[secret]' \"[secret]\" [secret]\n"


def test_functions_of_other_providers_are_known_to_nobody(plan: Planning) -> None:
    found = plan(
        """
        other = pulumi.InvokeOptions(provider=aws.Provider("other", region="us-east-1"))
        pulumi.export("account", aws.get_caller_identity_output(opts=other).account_id)
        """
    )
    assert found.ran.ok
    assert found.plan.outputs == {"account": UNKNOWN}
