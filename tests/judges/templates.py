"""Judges of CloudFormation templates, none of them ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def judge_template(text: str) -> list[str]:
    """Everything that cfn-lint has to say of a template, its hints too, with nothing ignored."""
    from cfnlint.api import lint
    from cfnlint.config import ManualArgs

    matches = lint(text, config=ManualArgs(regions=["us-east-1"], include_checks=["I"]))
    return [f"{match.rule.id} {'/'.join(map(str, match.path))}: {match.message}" for match in matches]


def translate(template: Mapping[str, Any]) -> dict[str, Any]:
    """What AWS SAM makes of a template."""
    from boto3.session import Session
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    given = {name: "given" for name, item in template["Parameters"].items() if "Default" not in item}
    translator = Translator({}, Parser(), boto_session=Session(region_name="us-east-1"))
    found: dict[str, Any] = translator.translate(json.loads(json.dumps(template)), given)
    return found


def properties(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of everything that a template says, without the names that are the template's own."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from properties(item, (*path, key))
    elif isinstance(value, list):
        for item in value:
            yield from properties(item, path)
    else:
        yield path


def said(template: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """What a template says: the types of its resources, with the paths of their properties."""
    return {
        (resource["Type"], *path)
        for resource in template["Resources"].values()
        for path in properties(resource["Properties"])
    }
