"""Formatting: seconds for a megabyte of each format, beside reading it, which formatting does twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from specc.formatting import format_text
from specc.source.document import parse
from specc.source.formats import Format

STEPS = 4000
RUNS = 3

TOML = """
[steps.s{number}] # one of many
call = "module:function"
with = {{ bird = "${{params.bird}}", sizes = [1,2, 3] }}
each.bird   = "${{params.birds}}"
"""
YAML = """
  s{number}: # one of many
    call:   module:function
    with: {{bird: "${{params.bird}}", sizes: [1,2, 3]}}
    each:
      bird: ${{params.birds}}
"""


def texts() -> dict[Format, str]:
    """A large spec in each format, none of them as it should be."""
    toml = "specc = 1\n" + "".join(TOML.format(number=number) for number in range(STEPS))
    yaml = "specc: 1\nsteps:" + "".join(YAML.format(number=number) for number in range(STEPS))
    return {"toml": toml, "yaml": yaml, "json": json.dumps(parse("", "toml", toml).value)}


def best(action: Callable[[], object]) -> float:
    """The least seconds of a few runs."""
    seconds = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def main() -> None:
    """Print the table."""
    print("| format | read, s/MB | format, s/MB | times |\n| --- | ---: | ---: | ---: |")
    for format, text in texts().items():
        size = len(text) / 1e6
        read = best(lambda: parse("", format, text)) / size  # noqa: B023 - called at once
        formatted = best(lambda: format_text(text, format)) / size  # noqa: B023 - called at once
        print(f"| {format} | {read:.2f} | {formatted:.2f} | {formatted / read:.1f} |")


if __name__ == "__main__":
    main()
