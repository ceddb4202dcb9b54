"""An AWS account on this machine: moto's server, made to execute what specc emits.

Whoever is not this room uses `Emulator`, a server in a process of its own. What runs inside that process:

* `server` starts moto and installs what follows, which puts functions of ours in the place of moto's (`replacing`);
* `interpreter`, `expressions` (with `jsonata_engine`) and `quotas` make Step Functions behave as AWS documents it;
* `calls` gives every role an access key of its own, and writes calls down with the roles that make them;
* `functions` runs Lambda functions for real, in processes that `sandbox` keeps and `zygote` forks.

moto and jsonata-python are imported only in that process; they come with the extra `emulator`.
"""

from specc_targets.emulator.driving import EmulatorDriver

__all__ = ["EmulatorDriver", "driver"]


def driver() -> EmulatorDriver:
    """The emulator, for commands."""
    return EmulatorDriver()
