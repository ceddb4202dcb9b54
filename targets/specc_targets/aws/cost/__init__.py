"""What a run costs, and how close a machine is to its limits: sums over the states of the emitted machine."""

from specc_targets.aws.cost.driver import driver

__all__ = ["driver"]
