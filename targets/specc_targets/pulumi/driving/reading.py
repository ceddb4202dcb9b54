"""An emitted project as it stands: which statement makes which resource of which others; settings of a stack."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specc_targets.local.runs.errors import StateError, cannot


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of the program's top level."""

    first: int
    last: int
    """Its lines, counted from 1."""
    resource: str
    """The name of the resource that it makes; empty when it makes none."""
    kind: str
    """The class of that, such as `Role`."""
    defines: frozenset[str]
    uses: frozenset[str]
    """Names of Python."""

    def sets(self, bucket: str) -> bool:
        """Whether it makes a setting of a bucket, such as `bucket-encryption`: of AWS's own each is a resource."""
        is_setting = self.kind.startswith("Bucket") and not self.kind.startswith("BucketObject")
        return is_setting and self.resource.startswith(f"{bucket}-")


@dataclass(frozen=True, slots=True)
class Reading:
    """The statements of `__main__.py`, in order."""

    statements: tuple[Statement, ...]

    @classmethod
    def of(cls, source: bytes) -> Reading:
        """Read it. What is not Python has no statements."""
        try:
            body = ast.parse(source).body
        except (SyntaxError, ValueError):
            return cls(())
        return cls(tuple(_statement(node) for node in body))

    def at(self, line: int) -> str:
        """The resource that the statement at a line makes; empty when it makes none."""
        return next((item.resource for item in self.statements if item.first <= line <= item.last), "")

    def of_kind(self, kind: str) -> frozenset[str]:
        """The resources of a class."""
        return frozenset(item.resource for item in self.statements if item.resource and item.kind == kind)

    def with_needs(self, names: Iterable[str]) -> frozenset[str]:
        """These resources and all that they need, directly or not; a bucket needs its settings to be a safe one."""
        needed = self._needed(names)
        buckets = {item.resource for item in self.statements if item.kind == "Bucket"} & needed
        settings = [item.resource for item in self.statements if any(item.sets(bucket) for bucket in buckets)]
        return needed | self._needed(settings)

    def _needed(self, names: Iterable[str]) -> frozenset[str]:
        makers = {name: item for item in self.statements for name in item.defines}
        by_resource = {item.resource: item for item in self.statements if item.resource}
        waiting = [by_resource[name] for name in names if name in by_resource]
        seen: list[Statement] = []
        while waiting:
            item = waiting.pop()
            if item not in seen:
                seen.append(item)
                waiting += [makers[name] for name in item.uses if name in makers]
        return frozenset(item.resource for item in seen if item.resource)


def _statement(node: ast.stmt) -> Statement:
    names = [item for item in ast.walk(node) if isinstance(item, ast.Name)]
    defines = {item.id for item in names if isinstance(item.ctx, ast.Store)}
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        defines = {node.name}
    uses = {item.id for item in names if isinstance(item.ctx, ast.Load)}
    value = node.value if isinstance(node, ast.Assign | ast.Expr | ast.AnnAssign) else None
    resource, kind = _resource(value)
    return Statement(
        node.lineno, node.end_lineno or node.lineno, resource, kind, frozenset(defines), frozenset(uses - defines)
    )


def _resource(value: ast.expr | None) -> tuple[str, str]:
    """The name and the class in `aws.iam.Role("machine-role", ...)`: a call of a class with a text first."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute) or not value.args:
        return "", ""
    first, kind = value.args[0], value.func.attr
    is_named = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return (str(ast.literal_eval(first)), kind) if is_named and kind[:1].isupper() else ("", "")


def steps_of(steps: Mapping[str, Iterable[str]], step: str) -> frozenset[str]:
    """The resources that are there for a step."""
    return frozenset(name for name, known in steps.items() if step in known)


def read_settings(path: Path) -> dict[str, Any]:
    """The settings of a stack; empty when there are none. Raises `StateError`."""
    import yaml

    try:
        found = yaml.safe_load(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StateError(cannot("read", path, error)) from error
    except yaml.YAMLError:
        raise StateError(f"`{path}` is damaged: it is not YAML") from None
    return found if isinstance(found, dict) else {}
