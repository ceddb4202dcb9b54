"""The whole machine: start, body, finally, outputs."""

from __future__ import annotations

from specc_targets.asl.emitter import Emitter
from specc_targets.asl.errors import NAME, caught
from specc_targets.asl.gates import skipped
from specc_targets.asl.lexical import top_levels
from specc_targets.asl.liveness import leaves
from specc_targets.asl.order import in_reading_order
from specc_targets.asl.parameters import emit_start
from specc_targets.asl.regions import form_region
from specc_targets.asl.scope import Scope
from specc_targets.asl.text import Json, expression, field, template, variable

_OUTCOME = "outcome"
_FAILURE = "failure"
_RAW_ERROR = {
    "Error": NAME,
    "Cause": '($exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : "")',
}
"""What a Fail state says again, as JSONata texts for a catcher."""


def write_machine(emitter: Emitter) -> dict[str, Json]:
    """The definition of the machine of the emitter's module."""
    module = emitter.module
    start = _guarded(emitter) if module.finally_.ops else _plain(emitter)
    begin = emit_start(emitter, start)
    found: dict[str, Json] = {}
    if module.description:
        found["Comment"] = module.description
    found["QueryLanguage"] = "JSONata"
    found["StartAt"] = begin
    found["States"] = in_reading_order(begin, emitter.states)
    return found


def _plain(emitter: Emitter) -> str:
    body, _ = top_levels(emitter.module)
    return emitter.region(Scope(level=body, errors=emitter.errors), lambda inner: _outputs(emitter, inner))


def _outputs(emitter: Emitter, scope: Scope) -> str:
    """The run's result: its outputs, tagged, and the names of the steps that were skipped."""
    module = emitter.module
    output: Json = {"outputs": {}, "skipped": _skipped(emitter, scope)}
    if not module.outputs:
        return emitter.add(emitter.names.state("outputs"), "Succeed", Output=output)
    output = {"outputs": expression("$states.result.Payload.outputs"), "skipped": _skipped(emitter, scope)}
    fields: dict[str, Json] = {"outputs": {item.name: template(item.value.raw) for item in module.outputs}}
    return emitter.call(
        "outputs",
        "outputs",
        scope,
        fields,
        step="outputs",
        templates=[item.value for item in module.outputs],
        after=None,
        output=output,
    )


def _skipped(emitter: Emitter, scope: Scope) -> Json:
    names = [op.name for op in emitter.module.body.ops if emitter.skips[("body", op.name)]]
    if not names:
        return []
    tests = ", ".join(
        f"$exists({field(variable(scope.step(name)), '$skipped')}) ? {_quoted(name)} : []" for name in names
    )
    return expression(f"[{tests}]")


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


# With finally


def _guarded(emitter: Emitter) -> str:
    """The body in a Parallel state that catches everything, then finally, then the outcome."""
    body, final = top_levels(emitter.module)
    tree = form_region(emitter.module.body).tree
    names = (
        [name for name in leaves(tree) if emitter.liveness.readers(("body", name)) & {None}] if tree is not None else []
    )
    outer = Scope(
        level=body, errors=emitter.errors, steps={name: emitter.names.variable("step", name) for name in names}
    )
    following = _finally(emitter, outer.inside(level=final, outcome=_OUTCOME), outer)
    kept: dict[str, str] = {}

    def branch() -> str:
        def finish(inner: Scope) -> str:
            kept.update({name: inner.step(name) for name in names})
            return emitter.finish("body-end", {text: expression(variable(text)) for text in kept.values()})

        return emitter.region(Scope(level=body, errors=emitter.errors), finish)

    machine = emitter.machine(branch)
    run = "$run"
    succeeded = {"id": f"{run}.id", "name": f"{run}.name"}
    values: dict[str, Json] = {
        outer.steps[name]: expression(f"$states.result[0].{text}") for name, text in kept.items()
    }
    values[_OUTCOME] = {
        **{key: expression(text) for key, text in succeeded.items()},
        "status": "succeeded",
        "error": None,
    }
    values[_FAILURE] = {"Error": "", "Cause": ""}
    lost: dict[str, Json] = {outer.steps[name]: skipped(name) for name in names}
    lost[_OUTCOME] = {
        **{key: expression(text) for key, text in succeeded.items()},
        "status": "failed",
        "error": caught(),
    }
    lost[_FAILURE] = {key: expression(text) for key, text in _RAW_ERROR.items()}
    return emitter.add(
        emitter.names.state("body"),
        "Parallel",
        Branches=[machine],
        Catch=[{"ErrorEquals": ["States.ALL"], "Assign": lost, "Output": {}, "Next": following}],
        Assign=values,
        Output={},
        Next=following,
    )


def _finally(emitter: Emitter, scope: Scope, body: Scope) -> str:
    """The finally steps, then the end of the run: the first failure wins."""
    failed = emitter.add(
        emitter.names.state("failed"),
        "Fail",
        Error=expression(f"{variable(_FAILURE)}.Error"),
        Cause=expression(f"{variable(_FAILURE)}.Cause"),
    )
    end = _outputs(emitter, body)
    test: Json = {"Condition": expression(f'{variable(_OUTCOME)}.status = "failed"'), "Next": failed}
    decide = emitter.add(emitter.names.state("decide"), "Choice", Choices=[test], Default=end)
    machine = emitter.machine(lambda: emitter.region(scope, lambda _: emitter.finish("finally-end")))
    earlier = f'{variable(_OUTCOME)}.status = "failed"'
    first: Json = {
        key: expression(f"{earlier} ? {variable(_FAILURE)}.{key} : {text}") for key, text in _RAW_ERROR.items()
    }
    return emitter.add(
        emitter.names.state("finally"),
        "Parallel",
        Branches=[machine],
        Catch=[{"ErrorEquals": ["States.ALL"], "Assign": {_FAILURE: first}, "Output": {}, "Next": failed}],
        Output={},
        Next=decide,
    )
