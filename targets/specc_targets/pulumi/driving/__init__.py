"""Stacks of Pulumi, driven by its Automation API: brought up, looked at, refreshed, mended and taken down.

`folders`, `backend`, `passphrase` and `keeping` say where what a stack needs is kept, so that it outlives the emitted
project; `command` finds and runs the Pulumi CLI and `engine` asks it for something; `events` reads what the engine
tells and `failures` knows what it says when it fails, which `telling` puts at the spec's lines. `bringing_up`,
`removal`, `refreshing` and `recovering` are the work of one command each; `driver` is what commands call.

Nothing here is imported to compile, and Pulumi's own packages only where an engine is asked for something.
"""

from specc_targets.pulumi.driving.driver import PulumiDriver

__all__ = ["PulumiDriver", "driver"]


def driver() -> PulumiDriver:
    """For the registry."""
    return PulumiDriver()
