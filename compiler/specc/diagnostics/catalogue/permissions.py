"""What the parts of a deployment may do."""

from specc.diagnostics.catalogue.entry import Entry


def spec(body: str) -> str:
    """A whole spec around `body`."""
    return f'specc = 1\nkind = "pipeline"\nname = "example"\n\n{body}\n'


def _put(table: str) -> str:
    return spec(
        '[params.day]\ntype = "string"\n\n[steps.put]\naws = "dynamodb:putItem"\n'
        f'with = {{ TableName = "{table}", Item = {{ id = {{ S = "a" }} }} }}'
    )


_GIVEN = '[steps.pause]\nwait = "1s"\n\n[stacks.prod]\nregion = "eu-north-1"\n'


def _many(length: int) -> str:
    """Steps that each use a table of their own."""
    return spec(
        "\n".join(
            f'[steps.put{at}]\naws = "dynamodb:putItem"\n'
            f'with = {{ TableName = "{"t" * length}-{at:03}", Item = {{ id = {{ S = "a" }} }} }}'
            for at in range(80)
        )
    )


ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC480",
        title="permission on more than one thing",
        why="The roles of functions, jobs and the state machine are derived from the steps. Where a step names what it "
        "works on by an expression alone, the role has to allow all things of that kind. A constant at the beginning of "
        "the name keeps the permission to names that begin so.",
        bad=_put("${params.day}"),
        good=_put("orders-${params.day}"),
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC481",
        title="role that is given",
        why="A role that the spec names is used as it is, and none is made. It has to allow what the steps need; "
        "`specc policy` prints that.",
        bad=spec(f'{_GIVEN}role = "arn:aws:iam::123456789012:role/machines"'),
        good=spec(_GIVEN),
        stage="compile",
        target="cloudformation",
        stack="prod",
    ),
    Entry(
        code="SPC482",
        title="role with too many permissions",
        why="The policies of a role hold 10,240 characters (IAM quotas). Steps of one compute profile share a role, and "
        "the state machine has one.",
        bad=_many(100),
        good=_many(10),
        stage="compile",
        target="cloudformation",
    ),
)
