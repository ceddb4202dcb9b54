"""The files of a new project: a template under another name, in either format."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from specc.new_project.transcribe import transcribe

if TYPE_CHECKING:
    from specc.new_project.scalars import Notation
    from specc.new_project.templates import Template

_DIRECTIVE = {"toml": "#:schema ./{}\n", "yaml": "# yaml-language-server: $schema=./{}\n"}
_NAME = re.compile(r'^(name\s*[=:]\s*"?)[a-z][a-z0-9-]*', re.MULTILINE)
IGNORED = ".specc/\n__pycache__/\n/build/\n"
"""What runs and compiling leave in a folder, for `.gitignore`."""


def project_files(template: Template, name: str, notation: Notation) -> dict[PurePosixPath, bytes]:
    """The spec, its Python and its data by their paths. The spec comes first, and has the name, as its module does."""
    module = f"{name.replace('-', '_')}_steps"
    spec = f"{name}.{notation}"
    text = template.spec.read_text(encoding="utf-8")
    modules = {path.stem: module for path in template.others() if re.search(rf"\b{path.stem}:[A-Za-z_]", text)}
    for old, new in modules.items():
        text = re.sub(rf"\b{old}(?=:[A-Za-z_])", new, text)
    text = _renamed(_NAME.sub(rf"\g<1>{name}", text, count=1), template, spec)
    files = {PurePosixPath(spec): transcribe(text, template.notation, notation).encode()}
    for path in template.others():
        data = path.read_bytes()
        inside = PurePosixPath(path.relative_to(template.folder).as_posix())
        if path.suffix == ".py":
            data = _renamed(data.decode(), template, spec).encode()
            inside = inside.with_stem(modules.get(path.stem, path.stem))
        files[inside] = data
    return files


def with_directive(text: bytes, schema: str, notation: Notation) -> bytes:
    """The spec with a first line that names its schema, a file beside it, which editors read."""
    return _DIRECTIVE[notation].format(schema).encode() + text


def _renamed(text: str, template: Template, spec: str) -> str:
    """The text with the new name of the spec's file wherever it had the old one."""
    return re.sub(rf"(?:\bspecs/{template.name}/|\b){re.escape(template.spec.name)}\b", spec, text)
