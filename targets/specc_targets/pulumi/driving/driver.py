"""What commands ask of the engine. Everything raises `TargetError`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from specc_targets.pulumi.driving.errors import NoCommand

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc_targets.pulumi.driving.bringing_up import Update
    from specc_targets.pulumi.driving.events import Change
    from specc_targets.pulumi.driving.recovering import Recovery
    from specc_targets.pulumi.driving.refreshing import Refreshed
    from specc_targets.pulumi.driving.removal import PulumiRemoval

Say = Callable[[str], None]


class PulumiDriver:
    """Brings stacks up, looks at them, refreshes, mends and removes them."""

    no_command = NoCommand
    """What is raised where there is no Pulumi CLI."""

    def install(self, compilation: Compilation, spec: str, say: Say) -> str:
        """Install the Pulumi CLI for the state directory of a spec; gives where it is."""
        from specc_targets.pulumi.driving.command import install
        from specc_targets.pulumi.driving.setup import Setup

        return install(Setup.of(compilation, spec).folders, say)

    def alone(self, compilation: Compilation, spec: str) -> AbstractContextManager[None]:
        """Keeps other commands from the stack meanwhile; held around all that follows."""
        from specc_targets.pulumi.driving.alone import alone

        return alone(compilation, spec)

    def update(
        self,
        compilation: Compilation,
        spec: str,
        *,
        image: str | None,
        config: Mapping[str, str],
        step: str | None,
        plan: Path | None,
        save_plan: Path | None,
        say: Say,
    ) -> Update | None:
        """Build a spec for its stack; None when the diagnostics say why not. Nothing is changed at AWS yet."""
        from specc_targets.pulumi.driving.bringing_up import Wishes, update

        wishes = Wishes(image=image, config=config, step=step, plan=plan, save_plan=save_plan)
        return update(compilation, spec, wishes, say)

    def shown(self, update: Update, changes: list[Change]) -> str:
        """What a preview has found, as text."""
        from specc_targets.pulumi.driving.shapes import preview_text

        return preview_text(update.setup, update.program, changes)

    def removal(self, compilation: Compilation, spec: str, say: Say) -> PulumiRemoval | None:
        """The removal of a stack that the engine has made; None for any other."""
        from specc_targets.pulumi.driving.removal import pulumi_removal

        return pulumi_removal(compilation, spec, say)

    def outputs(self, compilation: Compilation, spec: str, say: Say) -> dict[str, tuple[Any, bool]]:
        """Output -> its value, and whether it is secret."""
        from specc_targets.pulumi.driving.outputs import outputs

        return outputs(compilation, spec, say)

    def refresh(self, compilation: Compilation, spec: str, say: Say) -> Refreshed | None:
        """Read what there is; None when the diagnostics say why not."""
        from specc_targets.pulumi.driving.refreshing import refresh

        return refresh(compilation, spec, say)

    def recovery(self, compilation: Compilation, spec: str, say: Say) -> Recovery:
        """What is wrong with a stack whose last change did not end well."""
        from specc_targets.pulumi.driving.recovering import recovery

        return recovery(compilation, spec, say)
