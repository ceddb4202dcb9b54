"""From plain values to the model of a spec, or to everything that is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pydantic import ValidationError

from specc.diagnostics import Sink
from specc.schema.choices import check_choices
from specc.schema.header import check_header
from specc.schema.parameter_rules import check_parameters
from specc.schema.reporter import Reporter
from specc.schema.step_rules import check_steps, steps_of
from specc_schemas import PipelineSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from specc.source import Spec


def validate(spec: Spec, sink: Sink) -> PipelineSpec | None:
    """The model of a spec, or None when an error (all of them) was reported. Reports SPC101 to SPC199."""
    value, reporter = spec.value, Reporter(sink)
    model = None
    if check_header(value, reporter):
        try:
            model = PipelineSpec.model_validate(value)
        except ValidationError as error:
            from specc.schema.translate import Finding, translate

            translate(cast("Iterable[Finding]", error.errors(include_url=False)), value, reporter)
        check_steps(value, reporter)
        check_choices(value, steps_of(value), reporter)
        check_parameters(value, reporter)
    reporter.close()
    return model if reporter.count == 0 else None
