"""What can be wrong with a cluster."""

from __future__ import annotations


class EngineError(Exception):
    """There is no such engine, or it cannot be reached; the message is for the user, and says what to do."""
