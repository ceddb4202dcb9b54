"""Declared properties that moto takes and does not keep: exactly these, each with what it does instead.

A test applies programs with all of them, and fails for an entry that was not met as well as for what has none.
"""

from __future__ import annotations

NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
FUNCTION = "aws:lambda/function:Function"
GAPS: dict[tuple[str, str], str] = {
    (NOTIFICATION, "eventbridge"): "moto tells EventBridge, and says nothing of that when it is asked",
    (FUNCTION, "loggingConfig"): "moto reads none of it",
}
"""Kind and path -> why what was said does not read back."""
