"""From plain values to the model of a spec, or to everything that is wrong with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from specc.diagnostics import Diagnostic, Sink
from specc.memory import Memory
from specc.schema.block_rules import check_blocks
from specc.schema.choices import check_choices
from specc.schema.header import check_header
from specc.schema.parameter_rules import check_parameters
from specc.schema.reporter import Reporter
from specc.schema.step_rules import check_steps, steps_of
from specc_schemas import PipelineSpec
from specc_schemas.ready import ready

if TYPE_CHECKING:
    from collections.abc import Sequence

    from specc.source import Spec


def validate(spec: Spec, sink: Sink, memory: Memory | None = None) -> PipelineSpec | None:
    """The model of a spec. Reports SPC101 to SPC199.

    With mistakes it is the model of what is sound in the spec, so that later checks can report theirs too, or None when
    too little is. With a `memory`, steps that earlier checks have seen have the same models again.
    """
    value, reporter = spec.value, Reporter(sink, spec)
    known = len(sink.diagnostics)
    if not check_header(value, reporter):
        reporter.close()
        return None
    model = None
    try:
        model = ready(PipelineSpec).model_validate(value)
    except ValidationError as error:
        from specc.schema.thinning import findings_of
        from specc.schema.translate import translate

        findings, more = findings_of(error, value)
        translate(findings, value, reporter)
        reporter.more(more)
    check_steps(value, reporter)
    check_choices(value, steps_of(value), reporter)
    check_parameters(value, reporter)
    check_blocks(value, steps_of(value), reporter)
    reporter.close()
    if reporter.count:
        sound = None if reporter.full else _sound_part(value, sink.diagnostics[known:])
        if sound is None:
            return None
        value, model = sound
    if memory is None or model is None:
        return model
    from specc.schema.unchanged import with_known_steps  # late: only editors check again and again

    return with_known_steps(model, value, memory)


def _sound_part(value: dict[str, Any], mistakes: Sequence[Diagnostic]) -> tuple[dict[str, Any], PipelineSpec] | None:
    from specc.schema.salvage import salvage

    rest = salvage(value, mistakes)
    if rest is None:
        return None
    try:
        return rest, PipelineSpec.model_validate(rest)
    except ValidationError:
        return None
