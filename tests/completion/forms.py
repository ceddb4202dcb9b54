"""How a text with a cursor is written down, with what is offered there."""

from __future__ import annotations

from dataclasses import dataclass

from completion.project import BASES


@dataclass(frozen=True)
class Case:
    """One cursor."""

    format: str
    added: str
    """After the base, or in place of a part of it."""
    offered: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    first: str | None = None
    replaced: str = ""
    """A part of the base that `added` replaces."""
    only: bool = False
    """Whether nothing but `offered` is."""
    empty_base: bool = False

    @property
    def text(self) -> str:
        """The whole text with its mark."""
        base = "" if self.empty_base else BASES[self.format]
        if self.replaced:
            assert base.count(self.replaced) == 1, self.replaced
            return base.replace(self.replaced, self.added)
        return base + self.added


def case(format: str, added: str, offered: str, absent: str = "", **more: object) -> Case:
    """A case whose labels are separated by blanks."""
    return Case(format, added, tuple(offered.split()), tuple(absent.split()), **more)  # type: ignore[arg-type]  # of the types of its fields


def steps(format: str, body: str) -> str:
    """One more step."""
    return {"toml": "\n[steps.n]\n", "yaml": "  n:\n    ", "json": '  "n": {'}[format] + body


def step(body: str, offered: str, absent: str = "", **more: object) -> Case:
    """A case in one more step of the TOML spec."""
    return case("toml", steps("toml", body), offered, absent, **more)


def yaml_step(body: str, offered: str, absent: str = "", **more: object) -> Case:
    """A case in one more step of the YAML spec."""
    return case("yaml", steps("yaml", body), offered, absent, **more)


def json_step(body: str, offered: str, absent: str = "", **more: object) -> Case:
    """A case in one more step of the JSON spec."""
    return case("json", steps("json", body), offered, absent, **more)


GET = 'call = "birds:get_birds"\n'
PAINT = 'call = "birds:paint"\n'
YGET = "call: birds:get_birds\n    "
JGET = '"call": "birds:get_birds", '
PUT = 'aws = "dynamodb:putItem"\n'
