"""`specc emulator`."""

from __future__ import annotations

import signal
import sys

import click

from specc.cli.report import Failure


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=0, metavar="N", help="Port to serve at. [default: any]")
@click.option(
    "--time-scale",
    type=click.FloatRange(min=0, max=1),
    default=1.0,
    metavar="FACTOR",
    help="How long waits of state machines take: 0.01 makes a second of 10 ms.  [default: 1]",
)
def command(port: int, time_scale: float) -> None:
    """Serve an AWS account on this machine until Ctrl-C, with nothing in it at first.

    Its address goes to standard output; put it into a spec as `[stacks.NAME] endpoint`. State machines are executed and
    functions run for real, in processes of this user: deploy only what you would run here, too.
    """
    from specc.targets import TargetError, driver

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C, which jobs of a shell ignore
    try:
        with driver("emulator").started(port=port, time_scale=time_scale) as emulator:
            click.echo("an AWS account on this machine; Ctrl-C ends it and all that is in it", err=True)
            click.echo(emulator.endpoint)  # last: whoever waits for it may end all at once
            sys.stdout.flush()
            code = emulator.wait()
    except TargetError as error:
        raise Failure(str(error), error.code) from None
    except KeyboardInterrupt:
        return
    raise Failure(f"the emulator has ended with {code}", 1)
