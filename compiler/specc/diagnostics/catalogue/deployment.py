"""What starts a deployed pipeline, and what is deployed."""

from specc.diagnostics.catalogue.entry import Entry


def spec(trigger: str, params: str = "") -> str:
    """A whole spec around a trigger."""
    return (
        'specc = 1\nkind = "pipeline"\nname = "example"\n\n'
        + (f"{params}\n\n" if params else "")
        + '[steps.pause]\nwait = "1s"\n\n[[triggers]]\n'
        + trigger
        + "\n"
    )


_LIMIT = '[params.limit]\ntype = "integer"'

_PAUSE = 'specc = 1\nkind = "pipeline"\nname = "example"\n\n[steps.pause]\nwait = "1s"\n'


_LONG = _PAUSE.replace("example", "a-pipeline-that-has-a-name-nobody-remembers")


_JOB = (
    'specc = 1\nkind = "pipeline"\nname = "example"\n\n[compute.big]\nengine = "batch"\nvcpu = 1\nmemory = "2GiB"\n\n'
    '[steps.work]\ncall = "work:do"\ncompute = "big"\n'
)


def _profiles(number: int) -> str:
    """Steps that have a compute profile each."""
    steps = "\n".join(
        f'[compute.c{at}]\nmemory = "{128 + at}MiB"\n[steps.s{at}]\ncall = "work:do"\ncompute = "c{at}"'
        for at in range(number)
    )
    return f'specc = 1\nkind = "pipeline"\nname = "example"\n\n{steps}\n'


ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC460",
        title="cron expression that cannot be meant",
        why="A `cron` has five fields: minute, hour, day of the month, month, day of the week. Each is `*`, a number, a "
        "name, a range or a list of these, with `/` for steps. What crons do not agree on is an error.",
        bad=spec('schedule = { cron = "0 25 * * *" }'),
        good=spec('schedule = { cron = "0 9 * * 1-5" }'),
    ),
    Entry(
        code="SPC461",
        title="no such time zone",
        why="A schedule's `timezone` is a name of the IANA time zone database, which knows how its clocks change.",
        bad=spec('schedule = { cron = "0 9 * * *", timezone = "Europe/Helsingfors" }'),
        good=spec('schedule = { cron = "0 9 * * *", timezone = "Europe/Helsinki" }'),
    ),
    Entry(
        code="SPC462",
        title="trigger that starts runs with other parameters",
        why="A run that a trigger starts needs the same parameters as one that a person starts. What can be known now "
        "is told now, and not by a run that fails at night.",
        bad=spec('schedule = { rate = "1h" }\nwith = { limit = "ten" }', _LIMIT),
        good=spec('schedule = { rate = "1h" }\nwith = { limit = 10 }', _LIMIT),
    ),
    Entry(
        code="SPC463",
        title="trigger that reads what is not there",
        why="The `with` of a trigger is made before the run starts: it may hold constants and, after an event, read "
        "`event`. `bucket` and `prefix` narrow down events of `aws.s3` only.",
        bad=spec('schedule = { rate = "1h" }\nwith = { limit = "${event.detail.size}" }', _LIMIT),
        good=spec('event = { source = "shop" }\nwith = { limit = "${event.detail.size}" }', _LIMIT),
    ),
    Entry(
        code="SPC464",
        title="schedule at a time that a clock leaves out or shows twice",
        why="Where clocks are changed, some times of the night do not exist on one day of the year and come twice on "
        "another. EventBridge starts nothing at the former, and one run at the latter.",
        bad=spec('schedule = { cron = "30 3 * * *", timezone = "Europe/Helsinki" }'),
        good=spec('schedule = { cron = "30 5 * * *", timezone = "Europe/Helsinki" }'),
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC465",
        title="schedule that AWS cannot express",
        why="A schedule of EventBridge knows days of the month or days of the week, not whichever comes; and it repeats "
        "after whole minutes. Something near to what the spec says would be something else.",
        bad=spec('schedule = { cron = "0 9 1 * MON" }'),
        good=spec('schedule = { cron = "0 9 1 * *" }\n[[triggers]]\nschedule = { cron = "0 9 * * MON" }'),
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC466",
        title="parameters that EventBridge cannot make of an event",
        why="What turns an event into the input of a run takes parts out of it and puts them into texts. It computes "
        "nothing, so an expression that does would have no meaning there.",
        bad=spec('event = { source = "shop" }\nwith = { limit = "${event.detail.size + 1}" }', _LIMIT),
        good=spec('event = { source = "shop" }\nwith = { limit = "${event.detail.size}" }', _LIMIT),
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC467",
        title="bucket whose events must be turned on",
        why="S3 tells EventBridge of objects only where the bucket says so. The stack says it of the bucket that it "
        "makes, and must not change one that belongs to somebody else.",
        bad=spec('event = { source = "aws.s3", bucket = "incoming" }'),
        good=spec('event = { source = "aws.s3", prefix = "incoming/" }'),
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC468",
        title="trigger that starts itself",
        why="Runs keep their data in the stack's bucket. A trigger on all objects there would start a run for each of "
        "them, and those runs more, at a price.",
        bad=spec('event = { source = "aws.s3" }'),
        good=spec('event = { source = "aws.s3", prefix = "incoming/" }'),
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC469",
        title="schedule that never comes",
        why="No year has such a day, so the schedule would start nothing, and nobody would notice.",
        bad=spec('schedule = { cron = "0 0 31 2,4 *" }'),
        good=spec('schedule = { cron = "0 0 28 2,4 *" }'),
    ),
    Entry(
        code="SPC470",
        title="too many resources for a template",
        why="CloudFormation takes 500 resources, 200 parameters and 200 outputs in a template.",
        bad=_profiles(180),
        good=_profiles(2),
        files={"work.py": "def do():\n    return 1\n"},
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC471",
        title="template too large",
        why="CloudFormation takes a template of 1 MB from S3. The definition of the state machine is already left out "
        "of one that would be larger.",
        bad="",
        good="",
    ),
    Entry(
        code="SPC473",
        title="tag that AWS does not take",
        why="A tag has up to 128 characters, its value up to 256: letters, digits, blanks and `_.:/=+-@`. Names that begin "
        "with `aws:` are for AWS alone, and there may be 50.",
        bad=_PAUSE + '\n[tags]\n"aws:team" = "data"\n',
        good=_PAUSE + '\n[tags]\nteam = "data"\n',
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC474",
        title="text that CloudFormation would replace",
        why="CloudFormation puts values from elsewhere for `{{resolve:...}}`, wherever it stands in a template. A variable "
        "would show a secret to everybody who may look at the function.",
        bad=_PAUSE + '\n[env]\nKEY = "{{resolve:ssm:/prod/key}}"\n',
        good=_PAUSE + '\n[secrets]\nKEY = "ssm:/prod/key"\n',
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC475",
        title="variable that Lambda does not take",
        why="Lambda sets some variables itself, and takes others only under names of letters, digits and `_` that begin "
        "with a letter. `SPECC_STORE` says where runs keep their data.",
        bad=_PAUSE + '\n[env]\nAWS_REGION = "eu-north-1"\n',
        good=_PAUSE + '\n[env]\nBIRDS_REGION = "eu-north-1"\n',
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC476",
        title="name that what is deployed cannot have",
        why="The names of everything deployed are made of those of the spec, the stack and the compute profile, so that "
        "stacks stand side by side. A state machine's has up to 80 characters, a Lambda function's 64, and that of a stack of "
        "CloudFormation no `_`; and IAM takes no two roles whose names differ only in case.",
        bad=_LONG + "\n[stacks.a-stack-for-everybody]\n",
        good=_PAUSE + "\n[stacks.a-stack-for-everybody]\n",
        stack="a-stack-for-everybody",
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC477",
        title="jobs without a network",
        why="Batch runs jobs in subnets, under security groups. Where a profile names neither these nor a queue that has "
        "them, the template asks whoever deploys it.",
        bad=_JOB,
        good=_JOB.replace('engine = "batch"', 'engine = "batch"\nqueue = "research"'),
        files={"work.py": "def do():\n    return 1\n"},
        stage="compile",
        target="cloudformation",
    ),
    Entry(
        code="SPC478",
        title="event pattern that no event fits",
        why="In an event pattern every field is a list of the values that are meant, or of what compares with them, such "
        'as `{ prefix = "a" }`. EventBridge refuses anything else, and it would only do so at the deployment.',
        bad=spec('event = { source = "shop", detail = { state = "paid" } }'),
        good=spec('event = { source = "shop", detail = { state = ["paid"], total = [{ numeric = [">", 5] }] } }'),
    ),
)
