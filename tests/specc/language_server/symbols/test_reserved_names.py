"""What the language server says of names is what lowering does with them."""

from __future__ import annotations

from random import Random

import pytest

from spec_variants import values, variant
from specc.language_server.symbols.renaming import RESERVED
from specc.language_server.symbols.scopes import Values
from specc.lowering import steps as lowering
from specc_schemas import PipelineSpec


def test_items_cannot_have_the_names_that_lowering_refuses() -> None:
    assert RESERVED == lowering._RESERVED


@pytest.mark.slow
def test_handlers_are_those_of_lowering() -> None:
    compared = 0
    for seed in range(300):
        value = values(variant(Random(seed)))
        if value is None or "extends" in value:
            continue
        try:
            model = PipelineSpec.model_validate(value)
        except ValueError:
            continue
        for block, steps in (("steps", model.steps), ("finally", model.finally_)):
            found = Values(value).handlers((block,))
            assert found == lowering._handlers_only(steps or {})
            compared += bool(found)
    assert compared > 10
