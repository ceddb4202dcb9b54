"""`--explain-limits`: how close a machine is to what Step Functions and Lambda allow."""

from specc_targets.asl.explain.limits import explain_limits

__all__ = ["explain_limits"]
