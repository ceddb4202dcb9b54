"""`specc policy`."""

from __future__ import annotations

import json

import click

from specc.cli.report import Failure, compile_or_exit, end_with

_LARGEST = 6_144
"""Characters of a managed policy, without blanks (IAM User Guide, "IAM and AWS STS quotas")."""


@click.command()
@click.argument("spec")
@click.argument("who", default="deployer")
@click.option("--stack", metavar="STACK", help="The environment in `[stacks]`.")
@click.option(
    "--with",
    "by",
    type=click.Choice(["cloudformation", "pulumi"]),
    default="cloudformation",
    help="What deploys: `specc deploy`, which is the default, or `specc up`.",
)
@click.option("--region", metavar="REGION", help="Where it is deployed; that of the stack unless given.")
@click.option("--account", metavar="ID", help="The account that it is deployed to; any, unless given.")
@click.option("--json", "as_json", is_flag=True, help="Print all policies as a JSON object.")
def command(
    spec: str, who: str, stack: str | None, by: str, region: str | None, account: str | None, as_json: bool
) -> None:
    """Print the least IAM policy that deploying or running a spec needs.

    WHO is `deployer`, `operator` (starts, watches, stops and approves runs), or one of the roles that the stack has:
    `machine`, `function-default` and so on. Nothing is asked of AWS.
    """
    from specc import targets

    if account is not None and not (account.isdecimal() and len(account) == 12):
        raise Failure(f"`--account {account}`: the number of an account has 12 digits", 2)
    compilation = compile_or_exit(spec, stack=stack)
    module, context = compilation.module, compilation.context
    if module is None or context is None:
        raise Failure("the spec has nothing to compile")
    found = targets.driver("policies").policies(context, module, region=region, account=account, by=by)
    if compilation.failed:
        end_with(compilation)
    if as_json:
        click.echo(json.dumps({name: policy.data() for name, policy in found.items()}, indent=2, ensure_ascii=False))
        return
    if who not in found:
        raise Failure(f"there is no policy for `{who}`; there are: {', '.join(found)}", 2)
    policy = found[who]
    click.echo(json.dumps(policy.document, indent=2, ensure_ascii=False))
    size = len(json.dumps(policy.document, separators=(",", ":")))
    if size > _LARGEST:
        click.echo(
            f"a managed policy holds {_LARGEST:,} characters and this has {size:,}: put it into several", err=True
        )
    for sid, reason in policy.reasons.items():
        click.echo(f"{sid}: {reason}", err=True)
    extra = module.deployment.pulumi.extra
    if who == "deployer" and by == "pulumi" and extra is not None:
        click.echo(f"what `{extra}` makes may need more", err=True)
