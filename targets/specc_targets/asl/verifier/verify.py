"""All checks of a definition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc_targets.asl.verifier.dataflow import check_dataflow
from specc_targets.asl.verifier.fields import check_fields
from specc_targets.asl.verifier.handover import check_handover
from specc_targets.asl.verifier.machines import machines
from specc_targets.asl.verifier.structure import check_names, check_structure


def verify_machine(definition: Mapping[str, Any]) -> list[str]:
    """The faults of a definition, one line each; empty when there are none.

    Transitions lead somewhere, every state is reached, leads to an end and is named once; fields stand where Step
    Functions takes them, with values that it takes; Tasks call what is there as it can be called; expressions are
    JSONata 2.0.6, and every variable that one reads is assigned on every way to it, in a scope that it can see.
    """
    faults: list[str] = []
    if definition.get("QueryLanguage") != "JSONata":
        faults.append("the machine does not say QueryLanguage JSONata")
    found = list(machines(definition))
    for item in found:
        faults += check_structure(item)
        faults += check_fields(item)
    faults += check_names(found)
    if not faults:  # the rest relies on all that
        faults += check_dataflow(definition)
        for item in found:
            faults += check_handover(item)
    return faults
