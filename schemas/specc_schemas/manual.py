"""Where the manual speaks of a key: editors link to it."""

LANGUAGE = "https://specc.dev/docs/language"
"""The page about the language, `docs/language.md`."""

_TABLES = {
    "ParameterOverride": "parameters",
    "Parameter": "parameters",
    "Step": "steps",
    "Http": "http-requests",
    "Container": "programs",
    "Approve": "people",
    "Retry": "failure",
    "OnError": "failure",
    "Repeat": "loops",
    "Cache": "cache",
    "TestCase": "tests-inside-a-spec",
    "Expectation": "tests-inside-a-spec",
    "CallCount": "tests-inside-a-spec",
    "Settings": "settings",
    "LogSettings": "settings",
    "StoreSettings": "settings",
}
"""The heading for the keys of a table; those of other tables of a spec are in the first part."""

_STEP = {
    "aws": "calls-of-aws",
    "http": "http-requests",
    "command": "programs",
    "container": "programs",
    "result": "programs",
    "approve": "people",
    "each": "fan-out",
    "max_parallel": "fan-out",
    "tolerate": "fan-out",
    "batch": "fan-out",
    "steps": "groups",
    "yield": "groups",
    "pipeline": "other-specs-as-steps",
    "repeat": "loops",
    "when": "branches-and-skipping",
    "retry": "failure",
    "timeout": "failure",
    "on_error": "failure",
    "isolation": "where-calls-run",
    "slots": "where-calls-run",
    "compute": "where-calls-run",
    "cache": "cache",
}


def link(table: str, key: str) -> str:
    """The address of what the manual says of a key of a table; empty for plans, which nobody writes."""
    if table.startswith("Plan"):
        return ""
    part = (_STEP.get(key) if table == "Step" else None) or _TABLES.get(table, "shape-of-a-spec")
    return f"{LANGUAGE}#{part}"
