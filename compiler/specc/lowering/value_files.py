"""`from` in `with` and `globals`: values in a file of TOML, YAML or JSON, under those that the spec gives itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc.diagnostics import Label, Place, Sink
from specc.lowering.sub_pipelines import Others
from specc_runtime.expressions import quote

if TYPE_CHECKING:
    from specc_runtime.expressions import JsonValue
    from specc_schemas import Step

FROM = "from"
"""A word of Python, so no name of a parameter or a global."""
_TABLES = {"with_": "with", "globals": "globals"}


def reads_files(step: Step) -> bool:
    """Whether the step takes values from a file."""
    return any(FROM in (getattr(step, name) or {}) for name in _TABLES) and step.aws is None


def with_values(step: Step, origin: Place, others: Others | None, sink: Sink) -> Step:
    """The step with the values of the files it names. Reports SPC389."""
    for attribute, key in _TABLES.items():
        given: dict[str, JsonValue] = getattr(step, attribute) or {}
        if FROM not in given or step.aws is not None:
            continue
        found = _read(given[FROM], origin.child(key, FROM), others, sink)
        own = {name: value for name, value in given.items() if name != FROM}
        step = step.model_copy(update={attribute: {**found, **own}})
    return step


def _read(path: JsonValue, place: Place, others: Others | None, sink: Sink) -> dict[str, JsonValue]:
    from specc.matrix.files import FileFault, is_list, loaded  # late: few specs name files of values
    from specc.source.fault import Fault

    if not isinstance(path, str) or "${" in path:
        sink.report(
            "SPC389",
            "`from` names a file of values, and is written out",
            Label(place, "not the name of a file"),
            help='the file is read when the spec is compiled: write for example `from = "settings.yaml"`',
        )
        return {}
    suffix = "." + path.rpartition(".")[2].lower()
    try:
        if suffix not in (".toml", ".yaml", ".yml", ".json"):
            raise FileFault(f"`{path}` is no file of TOML, YAML or JSON")
        text = others.text(path) if others is not None else ""
        found = loaded(text, path, suffix)
        if not isinstance(found, dict) or (suffix in (".yaml", ".yml") and is_list(text)):
            raise FileFault(f"`{path}` holds no table of values by name")
    except Fault as fault:
        help = fault.help or "write the path from the package's root"
        sink.report("SPC389", fault.message, Label(place, "not read"), help=help)
        return {}
    except FileFault as fault:
        sink.report("SPC389", str(fault), Label(place, "holds no values"))
        return {}
    return {name: quoted(value) for name, value in found.items()}


def quoted(value: Any) -> Any:
    """A value in which nothing is an expression."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, list):
        return [quoted(item) for item in value]
    return {key: quoted(item) for key, item in value.items()} if isinstance(value, dict) else value
