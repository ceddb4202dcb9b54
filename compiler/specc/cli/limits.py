"""`specc compile --explain-limits`."""

from __future__ import annotations

from specc.cli.cost import print_report, read_counts
from specc.cli.report import Failure, compile_or_exit, end_with, show


def explain_limits(spec: str, stack: str | None, items: tuple[str, ...], as_json: bool) -> None:
    """Print the limits of the state machine, and what keeps it from being compiled."""
    from specc import targets
    from specc.frontend import compile_for

    every, of = read_counts(items)
    compilation = compile_or_exit(spec, stack=stack)
    module, context = compilation.module, compilation.context
    if module is None or context is None:
        raise Failure("the spec has nothing to compile")
    try:
        report = targets.driver("estimates").limits(context, module, every, of)
    except targets.TargetError as error:
        raise Failure(str(error), error.code) from None
    compile_for(targets.load("asl"), compilation)
    print_report(report.text, report.data, as_json)
    if compilation.failed:
        end_with(compilation)
    show(compilation.diagnostics, compilation.texts)
