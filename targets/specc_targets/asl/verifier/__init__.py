"""Checks emitted machines for what no schema catches. A fault is a bug of the emitter, never of the user."""

from specc_targets.asl.verifier.verify import verify_machine

__all__ = ["verify_machine"]
