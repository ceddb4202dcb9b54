"""The verifier beside the public judges: who rejects what of the battery. Writes docs/verifier.md.

Judging takes a minute, so verdicts are kept in `verdicts.json` under the hash of each machine, and only machines that
changed are judged again; `--all` judges them all, `--check` judges none and fails when the page is not up to date.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / folder) for folder in ("compiler", "schemas", "targets", "tests")]

from judges.battery import Pair, pairs  # noqa: E402  (run as a script, it finds its packages itself)
from judges.machines import judge, missing_packages  # noqa: E402  # as above
from specc_targets.asl.verifier import verify_machine  # noqa: E402  # as above

PAGE = ROOT / "docs/verifier.md"
VERDICTS = Path(__file__).parent / "verdicts.json"
JUDGES = {
    "service": "AWS's language service",
    "validator": "asl-validator",
    "statelint": "statelint",
    "cfn-lint": "cfn-lint, E3601",
    "jsonata": "parser of JSONata 2.0.6",
}
Verdict = dict[str, str]
"""Judge -> the first thing that it says against a machine."""

REASONS: tuple[tuple[str, str, str], ...] = (
    (
        "validator",
        r"^/States/\w+/Output is invalid",
        "its schema takes no number and not every text as Output, which is any JSON",
    ),
    ("validator", r"/ResultWriter is invalid", "a ResultWriter may have a WriterConfig alone"),
    ("service", r'"PARQUET"', "it does not know this InputType yet"),
    ("statelint", r"ToleratedFailurePercentage is .* should be an Integer", "a percentage may have a fraction"),
    ("statelint", r'is "\{%.*%\}" but should be', "an expression stands where a number may"),
    ("statelint", r"allowed ceiling is 99999999$", "99,999,999 seconds are allowed"),
    (
        "statelint",
        r'^Field "(WriterConfig|ManifestType|Transformation|CSVHeaderLocation|ItemsPointer)" not allowed',
        "it does not know this field of an ItemReader or ResultWriter",
    ),
    ("cfn-lint", r"'\{%.*%\}' is not of type", "an expression stands where a number may"),
    ("cfn-lint", r"'arn:aws-us-gov", "AWS has more partitions than `aws`"),
)
"""Why a judge is wrong to reject a valid machine: its name, its message, the reason."""


def machine_hash(machine: Mapping[str, Any]) -> str:
    """What a verdict is kept under."""
    return hashlib.sha256(json.dumps(machine, sort_keys=True).encode()).hexdigest()[:16]


def recorded() -> dict[str, Verdict]:
    """The verdicts that are kept."""
    found: dict[str, Verdict] = json.loads(VERDICTS.read_text(encoding="utf-8")) if VERDICTS.exists() else {}
    return found


def judged(machines: Iterable[Mapping[str, Any]]) -> dict[str, Verdict]:
    """New verdicts on machines, by hash."""
    by_hash = {machine_hash(machine): machine for machine in machines}
    found: dict[str, Verdict] = {name: {} for name in by_hash}
    for fault in judge(by_hash):
        message = re.sub(r"\b[0-9a-f]{16}\b", "machine", fault.message)
        found[fault.machine].setdefault(fault.judge, message[:160])
    return {name: dict(sorted(verdict.items())) for name, verdict in found.items()}


def reason(name: str, message: str) -> str:
    """Why a judge rejects a valid machine; empty when nobody knows."""
    return next((why for judge, text, why in REASONS if judge == name and re.search(text, message)), "")


def page(verdicts: Mapping[str, Verdict]) -> str:
    """The whole page."""
    chosen = pairs()
    refused = {pair.id: verdicts[machine_hash(pair.invalid)] for pair in chosen}
    alarms = {pair.id: verdicts[machine_hash(pair.valid)] for pair in chosen}
    early = [pair for pair in chosen if not pair.late]
    late = [pair for pair in chosen if pair.late]
    ours = [sum(bool(verify_machine(pair.invalid)) for pair in group) for group in (early, late, chosen)]
    wrong = sum(bool(verify_machine(pair.valid)) for pair in chosen)
    lines = [
        _INTRODUCTION.format(pairs=len(chosen), early=len(early), late=len(late)),
        "| judge | refused when created | fails when it runs | all | false alarms |",
        "| --- | --- | --- | --- | --- |",
        f"| **the verifier** | {ours[0]} of {len(early)} | {ours[1]} of {len(late)} | {ours[2]} of {len(chosen)} | {wrong} |",
    ]
    for name, title in JUDGES.items():
        seen = [sum(name in refused[pair.id] for pair in group) for group in (early, late, chosen)]
        wrong = sum(name in verdict for verdict in alarms.values())
        lines.append(f"| {title} | {seen[0]} | {seen[1]} | {seen[2]} | {wrong} |")
    together = [sum(bool(refused[pair.id]) for pair in group) for group in (early, late, chosen)]
    wrong = sum(bool(verdict) for verdict in alarms.values())
    lines.append(f"| all of them together | {together[0]} | {together[1]} | {together[2]} | {wrong} |")
    lines += ["", "## Valid machines that a judge rejects", ""]
    lines += [
        "No valid machine is rejected by all judges.",
        "",
        "| machine beside | judge | why it is wrong |",
        "| --- | --- | --- |",
    ]
    lines += [
        f"| {pair.name} | {JUDGES[name]} | {reason(name, message)} |"
        for pair in chosen
        for name, message in alarms[pair.id].items()
    ]
    lines += ["", "## The battery", ""]
    lines += ["The last column says which public judges see the fault, too.", ""]
    for area in dict.fromkeys(pair.area for pair in chosen):
        lines += [
            f"### {area}",
            "",
            "| fault | message of the verifier | when | also seen by |",
            "| --- | --- | --- | --- |",
        ]
        lines += [_row(pair, refused[pair.id]) for pair in chosen if pair.area == area]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _row(pair: Pair, verdict: Verdict) -> str:
    when = "run" if pair.late else "create"
    fault = pair.fault.replace("|", "\\|")
    return f"| {pair.name} | {fault} | {when} | {', '.join(verdict)} |"


_INTRODUCTION = """\
# The verifier of machines

<!-- generated by `make verifier-table` from tests/specc_targets/asl/verifier_battery; do not edit -->

Every state machine that specc emits is checked again from its text alone, on every compilation, by a verifier that knows
nothing of how it was emitted: transitions and names, the fields of every state, integrations and their parameters, maps,
retries, the grammar of JSONata 2.0.6, variables on every way, and what one state hands to another. A fault is a bug of
specc (SPC900), and nothing is written.

It is measured on {pairs} pairs of micro-machines: one with a single fault, and a valid twin that looks like it. By the
documentation of AWS {early} of the faults are such that the machine is refused, {late} such that it is created and then fails,
or does something else than it says. Public judges read the same machines; what they are known to get wrong on machines of
specc is left out (`tests/judges/machines.py`).
"""


def main() -> int:
    """Judge what is new, write the page, and print its first table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    machines = {machine_hash(machine): machine for pair in pairs() for machine in (pair.invalid, pair.valid)}
    verdicts = {} if arguments.all else recorded()
    missing = {name: machine for name, machine in machines.items() if name not in verdicts}
    if arguments.check:
        upto = not missing and PAGE.exists() and PAGE.read_text(encoding="utf-8") == page(verdicts)
        if not upto:
            print(f"{PAGE} is not up to date; run `make verifier-table`", file=sys.stderr)
        return 0 if upto else 1
    if missing:
        why = missing_packages()
        if why is not None:
            print(f"cannot judge: {why}", file=sys.stderr)
            return 3
        verdicts |= judged(missing.values())
    kept = {name: verdicts[name] for name in sorted(machines)}
    VERDICTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    text = page(kept)
    PAGE.write_text(text, encoding="utf-8")
    print(text.split("\n\n## ", maxsplit=1)[0].split("\n\n")[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
