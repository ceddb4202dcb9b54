"""Which files the schemas are for: the names of specs, and the entries that a catalog such as SchemaStore's takes."""

from typing import Any

BASE = "https://specc.dev/schemas/v1"
"""Where the schemas are published."""

SPEC_FILES = ("*.specc.toml", "*.specc.yaml", "*.specc.yml", "*.specc.json")
"""Names that are a spec's and nothing else's. A spec may have any name; these need no further setting in an editor."""

CONFIG_FILE = "specc.config.toml"
"""The settings of a repository."""


def catalog() -> dict[str, Any]:
    """Entries for SchemaStore's `catalog.json`, in its form and order of keys."""
    return {
        "schemas": [
            {
                "name": "specc settings",
                "description": "Settings of specc for a repository or a person",
                "fileMatch": [CONFIG_FILE],
                "url": f"{BASE}/config.schema.json",
            },
            {
                "name": "specc spec",
                "description": "A pipeline for specc, which runs here and on AWS Step Functions",
                "fileMatch": list(SPEC_FILES),
                "url": f"{BASE}/specc.schema.json",
            },
        ]
    }
