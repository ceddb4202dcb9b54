"""`specc cache`."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from specc.cli.report import Failure

JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def command() -> None:
    """List, explain and drop results that `cache` keeps from run to run."""


@command.command("ls")
@click.option("--step", metavar="STEP", help="Only this step.")
@JSON
def list_entries(step: str | None, as_json: bool) -> None:
    """List what is kept, by step."""
    with _catalogue() as catalogue:
        found = catalogue.entries(step)
        _warn(catalogue)
    if as_json:
        _print_json([dataclasses.asdict(item) for item in found])
    elif not found:
        click.echo("nothing is kept", err=True)
    else:
        now = time.time()
        rows: list[tuple[str, ...]] = [("STEP", "FUNCTION", "ENTRIES", "SIZE", "AGE", "LAST HIT", "SPEC")]
        for item in found:
            hit = f"{_ago(now - item.hit)}" if item.hit is not None else "never"
            numbers = (f"{item.entries:,}", _size(item.size), _ago(now - item.newest), hit)
            rows.append((item.step, item.function, *numbers, _shown(item.spec)))
        for line in _table(rows):
            click.echo(line)


@command.command("rm")
@click.argument("names", nargs=-1, metavar="[STEP|KEY]...")
@click.option("--all", "everything", is_flag=True, help="Drop everything.")
@click.option("--older", metavar="DURATION", help="Only what was not used for so long, such as 30d.")
@JSON
def remove_entries(names: tuple[str, ...], everything: bool, older: str | None, as_json: bool) -> None:
    """Drop the results of steps, single results by the beginning of their key, or all."""
    if everything and names:
        raise click.UsageError("`--all` drops everything; leave out the names, or `--all`")
    if not (names or everything or older):
        raise click.UsageError("say what to drop: steps or keys, `--older 30d`, or `--all`")
    seconds = _seconds(older) if older is not None else None
    with _catalogue() as catalogue:
        unknown = catalogue.unknown(names)
        if unknown is not None:
            raise _unknown(unknown, catalogue.steps(), " or key")
        freed = catalogue.remove(names, seconds)
        _warn(catalogue)
    if as_json:
        _print_json({"entries": freed.entries, "bytes": freed.size})
    else:
        click.echo(f"dropped {freed.entries:,} {'entry' if freed.entries == 1 else 'entries'}, {_size(freed.size)}")


@command.command("why")
@click.argument("step")
@click.argument("spec", required=False)
@JSON
def explain_step(step: str, spec: str | None, as_json: bool) -> None:
    """Explain why STEP was called, or was not, in the last run that looked."""
    with _catalogue() as catalogue:
        found = catalogue.explain(step, str(Path(spec).resolve()) if spec is not None else None)
        _warn(catalogue)
        if found is None and spec is not None and (other := catalogue.explain(step)) is not None:
            raise Failure(f"no run of `{spec}` looked for step `{step}`; one of `{_shown(other.spec)}` did", 2)
        if found is None:
            raise _unknown(step, catalogue.steps(), "")
    if as_json:
        _print_json(dataclasses.asdict(found))
        return
    for line in _explanation(found):
        click.echo(line)


def _explanation(found: Any) -> Iterator[str]:
    now = time.time()
    yield f"step `{found.step}` of {_shown(found.spec)} calls `{found.function}`"
    yield f"last run: {found.hits:,} from the cache, {found.misses:,} called"
    if found.last.result == "hit":
        took = f", and took {found.last.seconds:.3g} s" if found.last.seconds is not None else ""
        yield f"last hit {_ago(now - found.last.time)} ago, key {found.last.key[:12]}"
        yield f"  the result was computed {_ago(now - found.last.earlier)} ago{took}; since then nothing changed of"
        for line in _parts(found):
            yield f"  - {line}"
    if found.miss is not None:
        yield f"last call {_ago(now - found.miss.time)} ago, key {found.miss.key[:12]}"
        if found.miss.earlier is not None:
            kind = "it was computed" if found.miss.result == "expired" else "the nearest earlier result is from"
            yield f"  {kind} {_ago(now - found.miss.earlier)} ago, but"
        for reason in found.miss.reasons:
            yield f"  - {reason}"
    for other in found.others:
        yield f"a step of this name is in {_shown(other)}, too: `specc cache why {found.step} {_shown(other)}`"


def _parts(found: Any) -> Iterator[str]:
    if found.code:
        yield "the source of " + ", ".join(f"`{name}`" for name in found.code["sources"])
        versions = [f"{name} {version}" for name, version in found.code["packages"].items()]
        yield ", ".join([*versions, found.code["python"]])
    if found.inputs:
        keyed = found.inputs[0].startswith("key[")
        yield ("`cache.key`" if keyed else "the arguments " + ", ".join(f"`{name}`" for name in found.inputs))


def _catalogue() -> Any:
    """The target `local` does more than targets must: `cache`."""
    from specc.targets import load

    target: Any = load("local")
    return target.cache()


def _warn(catalogue: Any) -> None:
    for message in catalogue.warnings:
        click.echo(f"warning: {message}", err=True)


def _unknown(name: str, known: list[str], what: str) -> Failure:
    from specc.diagnostics import closest

    near = closest(name, known)
    if near is not None:
        advice = f"did you mean `{near}`?"
    elif known:
        advice = "there are: " + ", ".join(f"`{item}`" for item in known[:20])
    else:
        advice = "nothing is kept; give a step `cache = true` and run it"
    return Failure(f"the cache knows no step{what} `{name}`; {advice}", 2)


def _seconds(text: str) -> float:
    from specc_schemas.quantities import parse_duration

    try:
        return parse_duration(text)
    except ValueError as error:
        raise click.UsageError(f"--older: {error}; write for example `30d` or `12h`") from None


def _print_json(value: Any) -> None:
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _shown(spec: str) -> str:
    """A spec's path, from the working directory on when it is below."""
    path = Path(spec)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else spec or "an unnamed spec"


def _ago(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def _size(size: int) -> str:
    amount = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024 or unit == "GiB":
            break
        amount /= 1024
    return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = {2, 3, 4, 5}
    for row in rows:
        cells = [
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
