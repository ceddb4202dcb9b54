"""Who may do what: the roles of everything that is deployed, derived from what the state machine asks for.

* `operations` (data: `operations.toml`) knows what each operation of AWS's API needs, `values` which resource its
  parameters name;
* `machine` walks an emitted state machine, `requests` what it asks of each function and job;
* `roles` puts them together; `people` has the policies of whoever deploys and operates a stack, of which `making` and
  `making_containers` are parts;
* `documents` writes them as IAM does, `hints` tells users of them, and `policies` hands them to commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc_targets.aws.iam.policies import Policies


def driver() -> Policies:
    """The policies of a stack, for commands."""
    from specc_targets.aws.iam.policies import Policies

    return Policies()
