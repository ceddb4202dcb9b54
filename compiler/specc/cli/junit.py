"""Results of tests as JUnit XML, which build servers read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from specc.testing.verdicts import Verdict

_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold, not even escaped."""


def junit_xml(verdicts: Sequence[Verdict], refused: Mapping[str, str]) -> bytes:
    """A document with a suite for each spec. `refused` says why one does not compile; that is an error of its suite."""
    root = ElementTree.Element("testsuites", name="specc")
    suites: dict[str, list[Verdict]] = {spec: [] for spec in refused}
    for verdict in verdicts:
        suites.setdefault(verdict.spec, []).append(verdict)
    _count(root, verdicts, len(refused))
    for spec, found in sorted(suites.items()):
        suite = ElementTree.SubElement(root, "testsuite", name=_fit(spec))
        _count(suite, found, int(spec in refused))
        for verdict in found:
            _case(suite, verdict)
        if spec in refused:
            case = ElementTree.SubElement(suite, "testcase", classname=_fit(spec), name="compiles", time="0")
            error = ElementTree.SubElement(case, "error", message="the spec does not compile", type="error")
            error.text = _fit(refused[spec])
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _count(element: ElementTree.Element, verdicts: Sequence[Verdict], errors: int) -> None:
    element.set("tests", str(len(verdicts) + errors))
    element.set("failures", str(sum(not item.passed for item in verdicts)))
    element.set("errors", str(errors))
    element.set("time", f"{sum(item.result.duration for item in verdicts):.3f}")


def _case(suite: ElementTree.Element, verdict: Verdict) -> None:
    time = f"{verdict.result.duration:.3f}"
    case = ElementTree.SubElement(suite, "testcase", classname=_fit(verdict.spec), name=_fit(verdict.title), time=time)
    if not verdict.passed:
        failure = ElementTree.SubElement(case, "failure", message=_fit(verdict.reason), type=verdict.code)
        failure.text = _fit(verdict.details)
    if verdict.printed:
        ElementTree.SubElement(case, "system-out").text = _fit(verdict.printed)


def _fit(text: str) -> str:
    """The text with characters that XML cannot hold written as Python would."""
    return _UNFIT.sub(lambda match: ascii(match[0])[1:-1], text)
