"""The pack, as `pulumi preview --policy-pack` starts it."""

from policies import POLICIES
from pulumi_policy import EnforcementLevel, PolicyPack

PolicyPack(name="account-rules", enforcement_level=EnforcementLevel.MANDATORY, policies=POLICIES)
