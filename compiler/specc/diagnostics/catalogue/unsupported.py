"""What the language has and no target does yet."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.names import spec

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC401",
        title="action not supported yet",
        why="The language has this action, but no target runs it yet. Saying so is better than leaving the step out.",
        bad=spec('[steps.write]\nagent = { prompt = "write a poem" }'),
        good=spec('[steps.pause]\nwait = "1s"'),
    ),
    Entry(
        code="SPC402",
        title="key not supported yet",
        why="The language has this key, but no target does what it asks for yet. It is never ignored silently.",
        bad=spec('[steps.flap]\ncall = "birds:flap"\nenv = { LEVEL = "full" }'),
        good=spec('[env]\nLEVEL = "full"\n\n[steps.flap]\ncall = "birds:flap"'),
        files={"birds.py": "def flap() -> str:\n    return 'flap'\n"},
    ),
)
