"""Log groups, which are not kept for ever."""

from __future__ import annotations

from specc_targets.cloudformation.template import Template


def write_logs(template: Template, id: str, name: str) -> None:
    """A log group with this name."""
    deletion, replacement = template.policies
    template.add(
        id,
        "AWS::Logs::LogGroup",
        {"LogGroupName": name, "RetentionInDays": template.stack.log_days, "Tags": template.tags()},
        DeletionPolicy=deletion,
        UpdateReplacePolicy=replacement,
    )
