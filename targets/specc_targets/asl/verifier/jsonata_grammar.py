"""The grammar of JSONata 2.0.6, the version that Step Functions runs: operators by their binding power."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from specc_targets.asl.verifier.jsonata_functions import ARRAYS, FUNCTIONS
from specc_targets.asl.verifier.jsonata_words import END, OPERATORS, Word, WordsError, words

_POWERS = {
    **dict.fromkeys("[(@#", 80),
    ".": 75,
    "{": 70,
    **dict.fromkeys("*/%", 60),
    **dict.fromkeys("+-&", 50),
    **dict.fromkeys(("=", "<", ">", "^", "!=", "<=", ">=", "~>", "in"), 40),
    "and": 30,
    "or": 25,
    "?": 20,
    "??": 20,
    "?:": 20,
    ":=": 10,
}
_LATER = ("??", "?:")
"""Operators that a later JSONata has."""
_CONSTANTS = frozenset({"true", "false", "null"})
_LAMBDA = frozenset({"function", "λ"})


@dataclass
class Reading:
    """What an expression reads, and its faults."""

    variables: set[str] = field(default_factory=set)
    """Workflow variables, `states` too. Names that the expression binds itself are not among them."""
    states: set[tuple[str, ...]] = field(default_factory=set)
    """Paths below `$states`."""
    faults: list[str] = field(default_factory=list)
    is_sound: bool = True
    """Whether it is JSONata at all."""
    kind: str = "other"
    """What it gives: an `array` for certain, a `variable`, a `path` of fields from one, or something `other`."""


class _SyntaxFaultError(Exception):
    """The expression is no JSONata."""


def parse(text: str) -> Reading:
    """Read a whole expression."""
    found = Reading()
    try:
        parser = _Parser(words(text), found)
        found.kind = parser.whole()
    except (_SyntaxFaultError, WordsError) as fault:
        found.faults.append(str(fault))
        found.is_sound = False
    return found


class _Parser:
    """Reads words from left to right; each method leaves the words after what it read, and gives its kind."""

    def __init__(self, found: list[Word], reading: Reading) -> None:
        self._words = found
        self._at = 0
        self._reading = reading
        self._frames: list[set[str]] = [set()]
        self._context = 0
        """How many constructs around give `$` and field names a meaning."""

    def whole(self) -> str:
        """The expression up to its end."""
        if self._word is END:
            raise _SyntaxFaultError("an expression is empty")
        kind = self._expression(0)
        if self._word is not END:
            raise _SyntaxFaultError(
                f"`{self._word.text}` closes nothing"
                if self._word.text in ")]}"
                else f"`{self._word.text}` is out of place"
            )
        return kind

    # Words

    @property
    def _word(self) -> Word:
        return self._words[self._at]

    def _next(self) -> Word:
        word = self._words[self._at]
        if word is END:
            raise _SyntaxFaultError("an expression ends too early")
        self._at += 1
        return word

    def _take(self, sign: str) -> bool:
        """Whether the next word is this sign; then it is read."""
        if self._word.kind == "sign" and self._word.text == sign:
            self._at += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            if self._word is END and sign in ")]}":
                raise _SyntaxFaultError("a bracket is never closed")
            raise _SyntaxFaultError(f"`{self._word.text}` stands where `{sign}` must be")

    # Expressions

    def _expression(self, power: int) -> str:
        kind = self._first(self._next(), power)
        while True:
            word = self._word
            if word.kind != "sign" and not (word.kind == "name" and word.text in OPERATORS):
                return kind
            mine = _POWERS.get(word.text, 0)
            if mine <= power:
                return kind
            self._at += 1
            kind = self._further(word, kind, mine)

    def _inside(self, power: int = 0) -> str:
        """An expression that has a context of its own."""
        self._context += 1
        kind = self._expression(power)
        self._context -= 1
        return kind

    @contextmanager
    def _frame(self, *names: str) -> Iterator[None]:
        self._frames.append(set(names))
        yield
        self._frames.pop()

    def _first(self, word: Word, power: int) -> str:
        kind, text = word
        if kind in ("text", "number"):
            return "literal" if kind == "number" else "value"
        if kind == "variable":
            return self._variable(text, power)
        if kind == "name" and text in _LAMBDA and self._word.text == "(":
            return self._lambda()
        if kind in ("name", "quoted"):
            return "literal" if kind == "name" and text in _CONSTANTS else self._field(text)
        if text == "-":
            return "literal" if self._expression(70) == "literal" else "value"
        if text in ("*", "**", "%"):
            return self._field(text)
        if text == "(":
            return self._block()
        if text == "[":
            return self._array()
        if text == "{":
            self._pairs()
            return "other"
        if text == "|":
            return self._transform()
        if text in _LATER:
            raise _SyntaxFaultError(f"`{text}` does not exist in JSONata 2.0.6")
        raise _SyntaxFaultError(f"`{text}` closes nothing" if text in ")]}" else f"`{text}` is out of place")

    def _further(self, word: Word, left: str, power: int) -> str:
        text = word.text
        if text == ".":
            right = self._inside(75)
            if "literal" in (left, right):
                raise _SyntaxFaultError("a number, true, false or null is no step of a path")
            return "path" if left in ("variable", "path") and right == "name" else "other"
        if text == "[":
            if self._take("]"):
                return "literal" if left == "literal" else "array"
            self._inside()
            self._expect("]")
            return "literal" if left == "literal" else "other"
        if text == "?":
            return self._either()
        if text == "{":
            self._context += 1
            self._pairs()
            self._context -= 1
        elif text == "(":
            self._arguments()
        elif text == "^":
            self._order()
        elif text in "@#":
            bound = self._next()
            if bound.kind != "variable":
                raise _SyntaxFaultError(f"`{bound.text}` stands where a variable must be")
            self._frames[-1].add(bound.text[1:])
        elif text in _LATER:
            raise _SyntaxFaultError(f"`{text}` does not exist in JSONata 2.0.6")
        elif text == ":=":
            raise _SyntaxFaultError("only a variable can be bound")
        else:
            self._expression(power)
        return "other"

    def _field(self, text: str) -> str:
        if not self._context:
            self._reading.faults.append(f"`{text}` is a field of nothing")
        return "name"

    def _either(self) -> str:
        first = self._expression(0)
        if not self._take(":"):
            return "other"
        second = self._expression(0)
        sure = {first, second} <= {"array", "variable", "path"}
        return "array" if first == second == "array" else "path" if sure else "other"

    def _block(self) -> str:
        kind = "other"
        with self._frame():
            while not self._take(")"):
                kind = self._expression(0)
                if not self._take(";"):
                    self._expect(")")
                    break
        return "value" if kind == "literal" else kind

    def _array(self) -> str:
        if not self._take("]"):
            while True:
                self._expression(0)
                if self._take(".."):
                    self._expression(0)
                if not self._take(","):
                    break
            self._expect("]")
        return "array"

    def _pairs(self) -> None:
        if self._take("}"):
            return
        while True:
            self._expression(0)
            self._expect(":")
            self._expression(0)
            if not self._take(","):
                break
        self._expect("}")

    def _transform(self) -> str:
        self._inside()
        self._expect("|")
        self._inside()
        if self._take(","):
            self._inside()
        self._expect("|")
        return "other"

    def _order(self) -> None:
        self._expect("(")
        while True:
            if not self._take("<"):
                self._take(">")
            self._inside()
            if not self._take(","):
                break
        self._expect(")")

    # Variables and functions

    def _variable(self, text: str, power: int) -> str:
        name = text[1:]
        if self._word.text == ":=" and self._word.kind == "sign" and power < _POWERS[":="]:
            return self._bind(name)
        if name and name != "$" and self._word.text == "(" and self._word.kind == "sign":
            return self._call(name)
        if text == "$$" or (text == "$" and not self._context):
            self._reading.faults.append(f"`{text}` has no value in a state machine")
        elif name == "eval":
            self._reading.faults.append("`$eval` does not exist in Step Functions")
        elif name and name != "$" and not self._is_bound(name) and name not in FUNCTIONS:
            self._reading.variables.add(name)
            if name == "states":
                self._reading.states.add(tuple(self._path_after()))
        return "variable" if name else "other"

    def _path_after(self) -> Iterator[str]:
        at = self._at
        while self._words[at].text == "." and self._words[at + 1].kind in ("name", "quoted"):
            yield self._words[at + 1].text.strip("`")
            at += 2

    def _is_bound(self, name: str) -> bool:
        return any(name in frame for frame in self._frames)

    def _bind(self, name: str) -> str:
        if not name or name == "$":
            self._reading.faults.append("only a variable with a name can be bound")
        self._at += 1
        if self._word.text in _LAMBDA:
            self._frames[-1].add(name)  # a function may call itself
        kind = self._expression(9)
        self._frames[-1].add(name)
        return kind

    def _call(self, name: str) -> str:
        chained = self._at > 1 and self._words[self._at - 2].text == "~>"
        self._at += 1
        count, partial = self._arguments()
        if self._is_bound(name):
            return "other"
        if name == "eval":
            self._reading.faults.append("`$eval` does not exist in Step Functions")
        elif name not in FUNCTIONS:
            self._reading.faults.append(f"`${name}` is no function of JSONata 2.0.6 or Step Functions")
        elif not partial:
            least, most = FUNCTIONS[name]
            count += chained
            if not least <= count <= most:
                self._reading.faults.append(f"`${name}` is called with {count} arguments")
        return "array" if name in ARRAYS else "other"

    def _arguments(self) -> tuple[int, bool]:
        """The arguments of a call, after its bracket: how many, and whether some are left open."""
        count, partial = 0, False
        if self._take(")"):
            return count, partial
        while True:
            count += 1
            if self._take("?"):
                partial = True
            else:
                self._expression(0)
            if not self._take(","):
                break
        self._expect(")")
        return count, partial

    def _lambda(self) -> str:
        self._expect("(")
        names = []
        while not self._take(")"):
            word = self._next()
            if word.kind != "variable":
                raise _SyntaxFaultError(f"`{word.text}` is no parameter of a function")
            names.append(word.text[1:])
            if self._word.text != ")":
                self._expect(",")
                if self._word.kind != "variable":
                    raise _SyntaxFaultError(f"`{self._word.text}` is no parameter of a function")
        depth = int(self._take("<"))
        while depth:  # a signature
            sign = self._next().text
            depth += (sign == "<") - (sign == ">")
        self._expect("{")
        with self._frame(*names):
            self._expression(0)
        self._expect("}")
        return "other"
