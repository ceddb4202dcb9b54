"""What can be wrong with a cluster."""

from __future__ import annotations

from specc_targets.local.engines import EngineMissing


class EngineError(EngineMissing):
    """The cluster cannot be used; the message is for the user, and says what to do."""
