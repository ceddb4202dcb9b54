"""Policies of buckets without what they say of TLS: an emulator speaks none, and moto leaves conditions out of account.

A statement that only forbids requests without TLS would forbid all of them.
"""

from __future__ import annotations

import json
from typing import Any

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

from specc_targets.emulator.replacing import replace


def install() -> None:
    """Take statements about TLS out of policies where they are asked; what reads them finds them whole."""

    def get_permission(self: FakeBucket, action: str, resource: str) -> PermissionResult:
        if self.policy is None:
            return PermissionResult.NEUTRAL
        document = json.loads(self.policy)
        document["Statement"] = [item for item in _listed(document["Statement"]) if not _is_about_tls(item)]
        return IAMPolicy(json.dumps(document)).is_action_permitted(action, resource)

    replace(FakeBucket, "get_permission", get_permission)


def _listed(statements: Any) -> list[Any]:
    return statements if isinstance(statements, list) else [statements]


def _is_about_tls(statement: dict[str, Any]) -> bool:
    conditions: dict[str, dict[str, Any]] = statement.get("Condition", {})
    return any(key.lower() == "aws:securetransport" for tests in conditions.values() for key in tests)
