"""A run's parameters from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from specc.cli.report import Failure, Refused

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.module import Module
    from specc_runtime.expressions import JsonValue


_NAME = "InvalidParameters"
"""What the language calls it when parameters do not fit."""


def read_parameters(
    parse: Callable[[str, str], JsonValue],
    compilation: Compilation,
    module: Module,
    given: Sequence[str],
    file: Path | None,
) -> dict[str, JsonValue]:
    """The values that `-p` and `--params-file` give. Exits with 2 and says so (SPC502) when one cannot be read.

    `parse(text, type)` gives the value of a text; it raises `ValueError` with the reason.
    """
    from specc.diagnostics import Label, Sink, closest
    from specc.source import locate_diagnostics

    known = {item.name: item for item in module.parameters}
    found = _read_file(file) if file is not None else {}
    sink = Sink()
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise Failure(f"`-p {text}` is not NAME=VALUE", 2, name=_NAME)
        if name not in known:
            found[name] = value
            continue
        try:
            found[name] = parse(value, known[name].kind)
        except ValueError as error:
            place = known[name].origin
            sink.report("SPC502", f"the parameter `{name}` does not fit: {error}", Label(place.key(), "declared here"))
    for name in found:
        if name not in known:
            near = closest(name, known)
            there = f"; there are: {', '.join(known)}" if known else "; the spec has no parameters"
            advice = f"; did you mean `{near}`?" if near else there
            raise Failure(f"there is no parameter `{name}`{advice}", 2, name=_NAME)
    if sink.failed:
        raise Refused(_NAME, locate_diagnostics(sink.diagnostics, compilation.spec), compilation.texts)
    return found


def _read_file(file: Path) -> dict[str, JsonValue]:
    try:
        found = json.loads(file.read_bytes())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Failure(f"cannot read `{file}`: {reason}", 2, name=_NAME) from None
    except (ValueError, RecursionError) as error:
        raise Failure(f"`{file}` is not a JSON file: {error}", 2, name=_NAME) from None
    if not isinstance(found, dict):
        raise Failure(f"`{file}` must hold an object: parameter name -> value", 2, name=_NAME)
    return found
