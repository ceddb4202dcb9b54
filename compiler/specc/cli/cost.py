"""`specc cost`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import click

from specc.cli.report import Failure, compile_or_exit, end_with, show


@click.command()
@click.argument("spec")
@click.option(
    "--items",
    multiple=True,
    metavar="[STEP=]N",
    help="Items of each step with `each` whose number nothing else tells, or of one step.",
)
@click.option(
    "--seconds", multiple=True, metavar="[STEP=]S", help="How long a call takes, or that of one step.  [default: 1]"
)
@click.option("-p", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the run; may be repeated.")
@click.option("--stack", metavar="STACK", help="The environment in `[stacks]`.")
@click.option("--region", metavar="REGION", help="Where it runs; that of the stack unless given.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def command(
    spec: str,
    items: tuple[str, ...],
    seconds: tuple[str, ...],
    params: tuple[str, ...],
    stack: str | None,
    region: str | None,
    as_json: bool,
) -> None:
    """Estimate what a run on AWS costs, typically and at most.

    Sums over the compiled machine, at list prices; nothing is asked of AWS. Maps have as many items as `--items` says,
    else as the parameters or the spec tell.
    """
    from specc import targets
    from specc.cli.parameters import read_parameters
    from specc.frontend import compile_for

    every, of = read_counts(items)
    call, calls = _seconds(seconds)
    compilation = compile_or_exit(spec, stack=stack)
    module, context = compilation.module, compilation.context
    if module is None or context is None:
        raise Failure("the spec has nothing to compile")
    estimates = targets.driver("estimates")
    values = read_parameters(estimates.parse_parameter, compilation, module, params, None)
    try:
        report = estimates.cost(
            context,
            module,
            every=every,
            of=of,
            parameters=values,
            seconds=call,
            seconds_of=calls,
            region=region,
        )
    except targets.TargetError as error:
        raise Failure(str(error), error.code) from None
    compile_for(targets.load("asl"), compilation)
    if compilation.failed:
        end_with(compilation)
    show(compilation.diagnostics, compilation.texts)
    print_report(report.text, report.data, as_json)


def read_counts(given: tuple[str, ...]) -> tuple[int | None, dict[str, int]]:
    """What `--items` says of all maps, and of single ones. Exits with 2 when it is no number."""
    every: int | None = None
    of: dict[str, int] = {}
    for text in given:
        step, number = _parted(text)
        found = _number(number, f"--items {text}")
        if found != found.to_integral_value():
            raise Failure(f"`--items {text}`: {number} is no whole number", 2)
        if step:
            of[step] = int(found)
        else:
            every = int(found)
    return every, of


def print_report(text: str, data: object, as_json: bool) -> None:
    """Print what a target reports."""
    if as_json:
        import json

        text = json.dumps(data, indent=2) + "\n"
    click.echo(text, nl=False)


def _seconds(given: tuple[str, ...]) -> tuple[Decimal | None, dict[str, Decimal]]:
    every: Decimal | None = None
    of: dict[str, Decimal] = {}
    for text in given:
        step, number = _parted(text)
        found = _number(number, f"--seconds {text}")
        if step:
            of[step] = found
        else:
            every = found
    return every, of


def _parted(text: str) -> tuple[str, str]:
    step, equals, number = text.rpartition("=")
    return (step.strip(), number.strip()) if equals else ("", text.strip())


_MOST = Decimal(10) ** 15


def _number(text: str, option: str) -> Decimal:
    try:
        found = Decimal(text.replace("_", ""))
    except InvalidOperation:
        raise Failure(f"`{option}`: `{text}` is no number", 2) from None
    if not found.is_finite() or not 0 <= found <= _MOST:
        raise Failure(f"`{option}`: `{text}` is not a number from 0 to 1e15", 2)
    return found
