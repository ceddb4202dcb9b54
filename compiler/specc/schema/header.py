"""The first lines of a spec: version of the language, and kind."""

from __future__ import annotations

from typing import Any

from specc.diagnostics import ROOT, Edit, Fix, Label, closest
from specc.schema.reporter import Reporter, shown
from specc.schema.wording import listed
from specc_schemas import KINDS, LANGUAGE_VERSION
from specc_schemas.checked import described

HEADER_KEYS = frozenset({"specc", "kind"})
"""Keys that only this part speaks of."""


def check_header(value: dict[str, Any], reporter: Reporter) -> bool:
    """Whether the rest can be checked. Reports SPC110, SPC111, SPC112, SPC113."""
    return _check_version(value, reporter) and _check_kind(value, reporter)


def _check_version(value: dict[str, Any], reporter: Reporter) -> bool:
    if "specc" not in value:
        reporter.report(
            "SPC110",
            "the spec does not say which version of the language it is written in",
            Label(ROOT.key(), "no `specc` key"),
            help=f"begin with `{reporter.assigned('specc', str(LANGUAGE_VERSION))}`",
            fix=reporter.adding("specc", str(LANGUAGE_VERSION)),
        )
        return True
    version, place = value["specc"], ROOT.child("specc")
    if isinstance(version, int) and not isinstance(version, bool):
        if version == LANGUAGE_VERSION:
            return True
        if version > LANGUAGE_VERSION:
            reporter.report(
                "SPC111",
                f"the spec is written in version {shown(version)} of the language, which is newer than this compiler",
                Label(place, f"the newest known version is {LANGUAGE_VERSION}"),
                help=f"install a newer specc, or write the spec for `specc = {LANGUAGE_VERSION}`",
            )
            return False
    exact = isinstance(version, (str, float)) and str(version) in (f"{LANGUAGE_VERSION}", f"{LANGUAGE_VERSION}.0")
    reporter.report(
        "SPC110",
        f"`specc` is the version of the language: the integer {LANGUAGE_VERSION}",
        Label(place, "not a version of the language"),
        help=f"write `{reporter.assigned('specc', str(LANGUAGE_VERSION))}`",
        fix=Fix(f"write {LANGUAGE_VERSION}", (Edit(place, str(LANGUAGE_VERSION)),)) if exact else None,
    )
    return True


def _check_kind(value: dict[str, Any], reporter: Reporter) -> bool:
    place = ROOT.child("kind")
    if "kind" not in value and isinstance(value.get("module"), dict):
        reporter.report(
            "SPC112",
            "this is a compiled plan, not a spec",
            Label(ROOT.child("module").key(), "what `specc compile -t local` writes"),
            help="run it with `specc run --local`, or name the spec that it was made of",
        )
        return False
    if "kind" not in value:
        reporter.report(
            "SPC112",
            "the spec does not say of which kind it is",
            Label(ROOT.key(), "no `kind` key"),
            help="add `" + reporter.assigned("kind", '"pipeline"') + "`",
            fix=reporter.adding("kind", '"pipeline"', after="specc") if "steps" in value else None,
        )
        return True
    kind = value["kind"]
    if kind == "pipeline":
        return True
    if isinstance(kind, str) and kind in KINDS:
        reporter.report(
            "SPC113",
            f"specs of kind `{kind}` are not supported yet",
            Label(place, "not supported yet"),
            help="this compiler knows the kind `pipeline`",
        )
        return False
    found = f"`{shown(kind)}`" if isinstance(kind, str) else described(kind)
    near = closest(kind, KINDS) if isinstance(kind, str) else None
    reporter.report(
        "SPC112",
        f"{found} is not a kind of spec",
        Label(place, f"expected {listed(list(KINDS))}"),
        help=f"did you mean `{near}`?" if near else "",
        fix=Fix(f"write `{near}`", (Edit(place, f'"{near}"'),)) if near else None,
    )
    return near in (None, "pipeline") and "steps" in value
