"""All checks of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc_targets.asl.verifier.dataflow import check_dataflow
from specc_targets.asl.verifier.machines import machines
from specc_targets.asl.verifier.structure import check_names, check_structure


def verify_machine(definition: Mapping[str, Any]) -> list[str]:
    """The faults of a definition; empty when there are none.

    Transitions lead somewhere, every state is reached and named once; fields stand where Step Functions takes them;
    every variable that an expression reads is assigned on every way to it, in a scope that it can see.
    """
    faults: list[str] = []
    if definition.get("QueryLanguage") != "JSONata":
        faults.append("the machine does not say QueryLanguage JSONata")
    found = list(machines(definition))
    for item in found:
        faults += check_structure(item)
    faults += check_names(found)
    if not faults:
        faults += check_dataflow(definition)
    return faults
