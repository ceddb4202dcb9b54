"""What commands ask of deployed machines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from specc_runtime.expressions import JsonValue
from specc_targets.deployed.deploying import Deployed, Removal, deploy, machine_of
from specc_targets.deployed.remembered import forget, remember, remembered
from specc_targets.deployed.session import Account
from specc_targets.local.engine import RunResult
from specc_targets.local.failures import RunError
from specc_targets.local.inputs import resolve_parameters

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.module import Module
    from specc_targets.deployed.machine import Execution
    from specc_targets.deployed.watching import DeployedHistory
    from specc_targets.local.watching.opening import LogFormat


class DeployedDriver:
    """Deploys, starts, watches, stops and removes. Everything raises `TargetError`."""

    def deploy(
        self,
        compilation: Compilation,
        directory: Path,
        *,
        image: str | None,
        given: Mapping[str, str],
        say: Callable[[str], None],
    ) -> Deployed | None:
        """See `specc_targets.deployed.deploying.deploy`."""
        return deploy(compilation, directory, image=image, given=given, say=say)

    def removal(self, module: Module, spec: str) -> Removal:
        """A stack that is to be taken down."""
        return Removal(module, spec)

    def history(self, module: Module, spec: str) -> DeployedHistory:
        """The runs of a stack's machine."""
        from specc_targets.asl.functions import service_profile
        from specc_targets.aws.names import Names
        from specc_targets.deployed.approvals import Approvals
        from specc_targets.deployed.watching import DeployedHistory

        machine = machine_of(module, spec)
        asking = Approvals(machine.account, Names.of(module).compute(service_profile(module)))
        return DeployedHistory(machine, module.name, module.deployment.stack, asking)

    def parameters(self, module: Module, given: Mapping[str, JsonValue]) -> tuple[dict[str, JsonValue], list[RunError]]:
        """The parameters of a run as a local one would have them, and all that is wrong with them."""
        return resolve_parameters(module.parameters, given)

    def start(self, module: Module, spec: str, parameters: Mapping[str, JsonValue]) -> Execution:
        """Start a run."""
        return machine_of(module, spec).start(parameters)

    def wait(self, module: Module, spec: str, run: Execution, log_format: LogFormat) -> RunResult:
        """Show on standard error how a run goes on, and give its result when it has ended."""
        from specc_targets.deployed.outcome import result_of
        from specc_targets.local.watching.opening import open_progress

        history = self.history(module, spec)
        with open_progress(log_format) as watched:
            for event, now in history.follow(run):
                watched.on_event(event)
                run = now
        return result_of(history.machine, run, module)

    def stop(self, module: Module, spec: str, name: str | None) -> Execution:
        """Stop a run. Raises `LookupError` when there is none, or it has ended."""
        machine = machine_of(module, spec)
        run = machine.execution(name)
        if run.status != "running":
            raise LookupError(f"run `{run.id}` has ended: {run.status}")
        return machine.stop(run)

    def remember(self, spec: str, stack: str) -> None:
        """Note that a spec is used with a stack, for commands that name only a run."""
        remember(spec, stack)

    def machine_findings(self, module: Module | None = None) -> list[dict[str, Any]]:
        """What this machine has, for `specc doctor`; with what a module in its stack says of the place."""
        from specc_targets.deployed.doctor import findings

        return findings() if module is None else findings(module.deployment)

    def permissions(self, compilation: Compilation, by: Literal["cloudformation", "pulumi"]) -> dict[str, Any] | None:
        """Which permissions the caller lacks for deploying; None where the spec's diagnostics say why nothing is.

        Where nobody can be asked, for want of credentials or a way to AWS, it says that, and what is needed.
        """
        from specc_targets.aws.iam.policies import Policies
        from specc_targets.deployed.errors import NotReachable
        from specc_targets.deployed.permissions import check, unchecked

        context, module = compilation.context, compilation.module
        assert context is not None
        assert module is not None
        place = module.deployment
        account = Account(endpoint=place.endpoint, region=place.region)
        region, number, why = place.region, None, ""
        try:
            region = account.region
            number = account.identity.account if account.endpoint is None else None
        except NotReachable as error:
            why = str(error)
        found = Policies().policies(context, module, region=region, account=number, by=by)
        if not found:
            return None
        policy = found["deployer"].document
        return (unchecked(policy, why) if why else check(account, policy)).data()

    def forget(self, spec: str, stack: str) -> None:
        """Note that a spec is not used with a stack any more."""
        forget(spec, stack)

    def remembered(self, stack: str) -> list[str]:
        """The specs that are known with a stack."""
        return remembered(stack)
