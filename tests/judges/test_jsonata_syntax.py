"""The verifier's grammar of JSONata takes and refuses what JSONata 2.0.6 does: expressions with words lost, moved and added."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from judges import node
from judges.battery import pairs
from judges.machines import missing_packages
from specc_targets.asl.verifier.jsonata_grammar import parse
from specc_targets.asl.verifier.jsonata_words import WordsError, words

SIGNS = [
    *"()[]{}.,;:?+-*/%&=<>^@#|!",
    "~>",
    "..",
    ":=",
    "!=",
    "and",
    "or",
    "in",
    "$x",
    "a",
    "1",
    "'t'",
    "function",
    "`q r`",
]
MORE = [
    "$x^(>a, <b)", "$x{a: b}", "|$x|{'a': 1}, ['b']|", "$map(?, 1)", "$x.a.*.b", "$x.**.b", "$x@$y.z", "$x#$i.z", "function($a)<s:s>{ $a }",
    "$x ~> $sum", "$x.a[]", "[1..3]", "$match('a', /ab+/i)", "-$x", "$x ? 1 : 2 ? 3 : 4", "($x := 1; $y := 2)", "{}", "()", "$x and $y or $z",
    "$x in [1, 2]", "`a b`.c", "1.5e3", "λ($x){ $x }", "$map($a, function($v){ $v })[0]", "$x.(b; c)", "$x.{'x': b}", "(function($x){ $x })(1)",
    "$a := $b := 1", "$x.a.%.b", "/* c */ 1", "$x[a = 1][0].b", "'x' & \"y\"", "not", "and", "$x.$uppercase()", "[]", "$lookup($x, '')",
]  # fmt: skip
UNDERIVED = "S0217"
"""A parent operator whose parent cannot be told: this grammar does not look for it."""


def expressions() -> list[str]:
    return sorted(
        {*MORE, *(text for pair in pairs() for machine in (pair.valid, pair.invalid) for text in _texts(machine))}
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.startswith("{%") and value.endswith("%}"):
        yield value[2:-2].strip()
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def mutated(texts: list[str], number: int) -> Iterator[str]:
    chance = random.Random(2026)
    for _ in range(number):
        try:
            found = [word.text for word in words(chance.choice(texts)) if word.kind != "end"]
        except WordsError:
            continue
        for _ in range(chance.choice([1, 1, 2])):
            at, other = (chance.randrange(len(found) or 1) for _ in range(2))
            kind = chance.randrange(4)
            if kind == 0 and found:
                del found[at]
            elif kind == 1 and found:
                found[at], found[other] = found[other], found[at]
            else:
                found.insert(at, chance.choice(SIGNS))
        yield " ".join(found)


@pytest.mark.skipif(missing_packages() is not None, reason=missing_packages() or "")
def test_the_grammar_is_that_of_jsonata() -> None:
    texts = [*expressions(), *mutated(expressions(), 3000)]
    program = node.program()
    assert program is not None
    script = Path(__file__).with_name("syntax.cjs")
    done = subprocess.run([program, str(script)], input=json.dumps(texts).encode(), capture_output=True, check=True)
    codes = json.loads(done.stdout)
    assert sum(code is None for code in codes) > 300
    assert sum(code is not None for code in codes) > 300
    wrong = [
        (text, code)
        for text, code in zip(texts, codes, strict=True)
        if parse(text).is_sound != (code is None) and code != UNDERIVED
    ]
    assert not wrong, wrong[:20]
