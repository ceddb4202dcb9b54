"""What can be wrong with a step that runs another spec."""

from specc.diagnostics.catalogue.entry import Entry


def _spec(body: str, name: str = "example") -> str:
    return f'specc = 1\nkind = "pipeline"\nname = "{name}"\n\n{body}\n'


_COUNT = {
    "count.toml": _spec(
        '[params.upto]\ntype = "integer"\n\n[env]\nMODE = "fast"\n\n[steps.pause]\nwait = "1s"\n\n'
        '[outputs]\ncount = "${params.upto}"',
        "count",
    )
}

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC367",
        title="another spec that cannot be run",
        why=(
            "`pipeline` names a spec by its path from this one. It must be there, compile, not lead back to this one, and "
            "have its functions in the same folder, because what a run calls is shipped together."
        ),
        bad=_spec('[steps.count]\npipeline = "cuont.toml"\nwith.upto = 3'),
        good=_spec('[steps.count]\npipeline = "count.toml"\nwith.upto = 3'),
        files=_COUNT,
    ),
    Entry(
        code="SPC368",
        title="two values for one variable",
        why="The functions of both specs run in one environment, so a variable cannot have one value here and another there.",
        bad=_spec('[env]\nMODE = "slow"\n\n[steps.count]\npipeline = "count.toml"\nwith.upto = 3'),
        good=_spec('[env]\nMODE = "fast"\n\n[steps.count]\npipeline = "count.toml"\nwith.upto = 3'),
        files=_COUNT,
    ),
    Entry(
        code="SPC369",
        title="arguments that the other spec does not take",
        why="`with` gives the parameters of the other spec: those it declares, of their types, and all that have no default.",
        bad=_spec('[steps.count]\npipeline = "count.toml"\nwith.upto = "three"'),
        good=_spec('[steps.count]\npipeline = "count.toml"\nwith.upto = 3'),
        files=_COUNT,
    ),
)
"""SPC367 to SPC369."""
