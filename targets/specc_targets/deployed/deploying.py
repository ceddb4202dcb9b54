"""From a checked spec to a stack that stands, and away with it again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from specc.targets import TargetError, driver, load
from specc_targets.aws.names import Names
from specc_targets.cloudformation.limits import MAX_INLINE
from specc_targets.deployed.artifacts import Artifacts, empty
from specc_targets.deployed.errors import Refused
from specc_targets.deployed.machine import Execution, Machine
from specc_targets.deployed.session import Account
from specc_targets.deployed.stack import CloudStack, Resource, Say
from specc_targets.deployed.triggers import switch_off

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.module import Module

_OURS = frozenset({"ArtifactBucket", "ArtifactKey", "LayerKey", "ImageUri", "DefinitionKey"})
"""Parameters of the template that are known here."""
_TEMPLATE, _DEFINITION = PurePosixPath("template.json"), PurePosixPath("state-machine.asl.json")


@dataclass(frozen=True)
class Deployed:
    """What a deployment has come to."""

    stack: str
    place: str
    changed: bool
    outputs: Mapping[str, str]
    resources: tuple[Resource, ...] = field(default=())


def account_of(module: Module) -> Account:
    """The account that a module's stack is in: the one home of where clients of a stack go."""
    return Account(endpoint=module.deployment.endpoint, region=module.deployment.region)


def machine_of(module: Module, spec: str) -> Machine:
    """The state machine of a module's stack; `spec` is how the user calls it."""
    return Machine(account_of(module), Names.of(module).machine, spec)


def deploy(
    compilation: Compilation, directory: Path, *, image: str | None = None, given: Mapping[str, str], say: Say
) -> Deployed | None:
    """Build, upload and create or update the stack; None when the diagnostics say why not. Raises `TargetError`.

    What is built is written into `directory`. `image` is the address of the image for steps in containers, `given`
    are further parameters of the template.
    """
    from specc.frontend import compile_for

    files = compile_for(load("cloudformation"), compilation)
    if files is not None:
        _check_names_are_free(compilation)
    built = driver("packaging").build(compilation, directory) if files is not None else None
    if files is None or built is None or compilation.module is None:
        return None
    module, account = compilation.module, account_of(compilation.module)
    name = Names.of(module).prefix
    artifacts = Artifacts(account, name, module.deployment.bucket)
    template = files[_TEMPLATE].decode()
    wanted = json.loads(template).get("Parameters", {})
    parameters: dict[str, str] = _checked(wanted, given)
    if "ImageUri" in wanted:
        parameters["ImageUri"] = image or _no_image(built)
    stack = CloudStack(account, name)
    if "ArtifactBucket" in wanted:
        parameters["ArtifactBucket"] = artifacts.bucket
    if "ArtifactKey" in wanted:
        parameters["ArtifactKey"] = artifacts.put(built.archive.name, built.archive, say)
        layer = built.layers[0].path if built.layers else None
        parameters["LayerKey"] = artifacts.put(layer.name, layer, say) if layer is not None else ""
    if "DefinitionKey" in wanted:
        parameters["DefinitionKey"] = artifacts.put(_hashed(files[_DEFINITION], "json"), files[_DEFINITION], say)
    tags = dict(module.deployment.tags)
    found = stack.described()
    if found is not None and stack.is_as(template, parameters, tags, found):
        return Deployed(name, account.place, False, stack.outputs(), tuple(stack.resources()))
    source = {"TemplateBody": template}
    if len(template.encode()) > MAX_INLINE:
        key = artifacts.put(_hashed(files[_TEMPLATE], "json"), files[_TEMPLATE], say)
        source = {"TemplateURL": _url(account, artifacts.bucket, key)}
    changed = stack.change(source, parameters, tags, protect=module.deployment.protect, say=say)
    return Deployed(name, account.place, changed, stack.outputs(), tuple(stack.resources()))


@dataclass(eq=False)
class Removal:
    """A stack that is to be taken down: what there is, then `run`. Raises `TargetError`."""

    module: Module
    spec: str

    def __post_init__(self) -> None:
        self.account = account_of(self.module)
        self.name = Names.of(self.module).prefix
        self.stack = CloudStack(self.account, self.name)
        self.exists = self.stack.described() is not None
        if self.exists and self.module.deployment.protect:
            called = f"{self.spec} --stack {self.module.deployment.stack}"
            raise TargetError(
                f"the stack `{self.module.deployment.stack}` is protected; take `protect = true` out of the spec, "
                f"and deploy that first: `specc deploy {called}`"
            )
        self.resources = self.stack.resources() if self.exists else []

    def running(self) -> int:
        """How many runs are under way."""
        return len(self._running())

    def run(self, say: Say) -> None:
        """Switch triggers off, stop what runs, empty the stack's bucket, delete the stack and what was uploaded."""
        if number := switch_off(self.account, self.resources):  # first: nothing is to start in between
            say(f"switched off {number} {'trigger' if number == 1 else 'triggers'}")
        machine = machine_of(self.module, self.spec)
        for run in self._running():
            say(f"stopping run {run.id}")
            machine.stop(run)
        if self.exists:
            for item in self.resources:
                if item.type == "AWS::S3::Bucket" and item.physical:
                    say(f"deleted {empty(self.account, item.physical)} objects in {item.physical}")
            self.stack.delete(say)
        if number := Artifacts(self.account, self.name, self.module.deployment.bucket).remove():
            say(f"deleted {number} uploaded {'file' if number == 1 else 'files'}")

    def _running(self) -> list[Execution]:
        if not any(item.type == "AWS::StepFunctions::StateMachine" for item in self.resources):
            return []
        return [run for run in machine_of(self.module, self.spec).executions(None) if run.status == "running"]


def _check_names_are_free(compilation: Compilation) -> None:
    """A stack that Pulumi has brought up from here has the same names. Raises `Refused`."""
    from specc_targets.pulumi.driving.setup import Setup

    spec = compilation.spec.documents[0].name if compilation.spec is not None else ""
    setup = Setup.of(compilation, spec)
    if setup.exists:
        raise Refused(
            f"`{setup.name}` was brought up by Pulumi (`specc up`), and this would make everything again under the "
            f"same names; take that down first: `specc down {spec} --stack {setup.folders.stack}`"
        )


def _checked(wanted: Mapping[str, Mapping[str, str]], given: Mapping[str, str]) -> dict[str, str]:
    """Further parameters. Raises `TargetError` for those that the template lacks, and where one is missing."""
    for name in given:
        if name not in wanted or name in _OURS:
            there = ", ".join(sorted(wanted.keys() - _OURS)) or "none"
            raise TargetError(f"the stack has no parameter `{name}` to be given; there are: {there}")
    for name, described in wanted.items():
        if name not in given and name not in _OURS and "Default" not in described:
            raise TargetError(f"the stack needs `--parameter {name}=...`: {described.get('Description', '')}")
    return dict(given)


def _hashed(content: bytes, kind: str) -> str:
    from hashlib import sha256

    return f"{sha256(content).hexdigest()[:16]}.{kind}"


def _url(account: Account, bucket: str, key: str) -> str:
    if account.endpoint:
        return f"{account.endpoint}/{bucket}/{key}"
    suffix = "amazonaws.com.cn" if account.identity.partition == "aws-cn" else "amazonaws.com"
    return f"https://{bucket}.s3.{account.region}.{suffix}/{key}"


def _no_image(built: object) -> str:
    data = getattr(built, "data", {}).get("image") or {}
    how = shlex.join(map(str, data.get("build") or ("specc", "build")))
    raise TargetError(
        f"steps of this spec run in a container: build and push its image (`{how}`), "
        "then give its address with `--image`"
    )
