"""The files that tell editors which schema a spec has, for those whose settings are read from its folder.

A spec's first line may name its schema as well, and most servers read that: these files are for specs without it.
VS Code reads `.vscode`; the servers of TOML, taplo (also inside Even Better TOML) and tombi, read a file each anywhere.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any


def editor_files(spec: str, schema: str) -> dict[str, str]:
    """The text of each file by its path. `spec` and `schema` are paths too, all of them from the folder of these files.

    The schema is for `spec` and for whatever is named `*.specc.toml`, `*.specc.yaml` or `*.specc.json` there.
    """
    from specc_schemas.catalog import SPEC_FILES

    spec, schema = str(PurePosixPath(spec)), str(PurePosixPath(schema))
    patterns = [spec, *SPEC_FILES]
    toml = [pattern for pattern in patterns if pattern.endswith(".toml")]
    yaml = [pattern for pattern in patterns if pattern.endswith((".yaml", ".yml"))]
    plain = [pattern for pattern in patterns if pattern.endswith(".json")]
    # No associations of Even Better TOML: it looks for relative ones in the folder above, and `.taplo.toml` serves it.
    settings = {
        "json.schemas": [{"fileMatch": [f"/{pattern}" for pattern in plain], "url": f"./{schema}"}],
        "yaml.schemas": {f"./{schema}": yaml},
    }
    return {
        ".vscode/extensions.json": _json({"recommendations": ["redhat.vscode-yaml", "tombi-toml.tombi"]}),
        ".vscode/settings.json": _json(settings),
        ".taplo.toml": f'[[rule]]\ninclude = {_list(toml)}\n\n[rule.schema]\npath = "{schema}"\n',
        "tombi.toml": f'[[schemas]]\npath = "{schema}"\ninclude = {_list(toml)}\n',
    }


def _list(patterns: list[str]) -> str:
    return json.dumps(patterns, ensure_ascii=False)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
