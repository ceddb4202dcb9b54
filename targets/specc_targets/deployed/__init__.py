"""Machines that are deployed: put there, started, watched, stopped and taken down, with boto3.

`session` makes every client; `deploying` brings a checked spec to a CloudFormation `stack` by way of its `artifacts`;
`machine` starts, finds and stops runs; `history` and `function_logs` read what a run has told, and `watching` and
`outcome` give that in the shapes of local runs. `driver` is what commands call.
"""

from specc_targets.deployed.driver import DeployedDriver

__all__ = ["DeployedDriver", "driver"]


def driver() -> DeployedDriver:
    """For the registry."""
    return DeployedDriver()
