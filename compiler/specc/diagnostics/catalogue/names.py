"""Names in expressions, and the graph that they make."""

from specc.diagnostics.catalogue.entry import Entry


def spec(body: str) -> str:
    """A whole spec around `body`."""
    return f'specc = 1\nkind = "pipeline"\nname = "example"\n\n{body}\n'


_PAUSE = '[steps.pause]\nwait = "1s"\n'

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC201",
        title="unknown step",
        why="A reference is an edge of the graph: `${steps.a}` makes a step wait for `a`, so there must be a step of that name "
        "in the same table or in one around it.",
        bad=spec(_PAUSE + '\n[steps.next]\nwait = "1s"\nwhen = "${steps.pausse == null}"'),
        good=spec(_PAUSE + '\n[steps.next]\nwait = "1s"\nwhen = "${steps.pause == null}"'),
    ),
    Entry(
        code="SPC202",
        title="unknown parameter",
        why="Parameters are declared with their type under `[params.<name>]`, so that `-p` can check what it is given.",
        bad=spec('[params.limit]\ntype = "integer"\n\n[steps.pause]\nwait = "${params.limits}"'),
        good=spec('[params.limit]\ntype = "integer"\n\n[steps.pause]\nwait = "${params.limit}"'),
    ),
    Entry(
        code="SPC203",
        title="unknown name",
        why="An expression starts from `params`, `env`, `run`, `steps`, or from a name that an `each` around it binds.",
        bad=spec('[params.limit]\ntype = "integer"\n\n[steps.pause]\nwait = "${limit}"'),
        good=spec('[params.limit]\ntype = "integer"\n\n[steps.pause]\nwait = "${params.limit}"'),
    ),
    Entry(
        code="SPC204",
        title="unknown environment variable",
        why="Expressions see the variables under `[env]` and no others, so that a run does not depend on the machine it starts on.",
        bad=spec('[env]\nLEVEL = "full"\n\n[steps.pause]\nwait = "1s"\nwhen = "${env.LEVLE == \'full\'}"'),
        good=spec('[env]\nLEVEL = "full"\n\n[steps.pause]\nwait = "1s"\nwhen = "${env.LEVEL == \'full\'}"'),
    ),
    Entry(
        code="SPC205",
        title="not available here",
        why="`run.status` and `run.error` are known only when the run has ended, that is in `[finally.<name>]` steps.",
        bad=spec('[steps.pause]\nwait = "1s"\nwhen = "${run.status == \'failed\'}"'),
        good=spec(_PAUSE + '\n[finally.rest]\nwait = "1s"\nwhen = "${run.status == \'failed\'}"'),
    ),
    Entry(
        code="SPC206",
        title="`after` names no step beside it",
        why="`after` orders two steps of one table. A step in another group is ordered by ordering the groups.",
        bad=spec(_PAUSE + '\n[steps.next]\nwait = "1s"\nafter = ["paus"]'),
        good=spec(_PAUSE + '\n[steps.next]\nwait = "1s"\nafter = ["pause"]'),
    ),
    Entry(
        code="SPC207",
        title="name bound elsewhere",
        why="`last` belongs to steps with `repeat` and `error` to `on_error`; secrets reach a step through its environment only.",
        bad=spec('[steps.pause]\nwait = "${last}"'),
        good=spec('[params.seconds]\ntype = "integer"\ndefault = 1\n\n[steps.pause]\nwait = "${params.seconds}"'),
    ),
    Entry(
        code="SPC208",
        title="result of a handler",
        why="A step named by `on_error` runs only when the other fails, and its result stands for that of the step that failed.",
        bad=spec(
            '[steps.load]\ncall = "work:load"\non_error = { "*" = { run = "empty" } }\n\n[steps.empty]\ncall = "work:empty"\n\n'
            '[outputs]\nrows = "${steps.empty}"'
        ),
        good=spec(
            '[steps.load]\ncall = "work:load"\non_error = { "*" = { run = "empty" } }\n\n[steps.empty]\ncall = "work:empty"\n\n'
            '[outputs]\nrows = "${steps.load}"'
        ),
        files={"work.py": "def load() -> list[int]:\n    return [1]\n\n\ndef empty() -> list[int]:\n    return []\n"},
    ),
    Entry(
        code="SPC209",
        title="result of a `finally` step",
        why="`finally` steps run when everything else has ended, so nothing else can wait for them.",
        bad=spec(_PAUSE + '\n[finally.rest]\nwait = "1s"\n\n[outputs]\nrest = "${steps.rest}"'),
        good=spec(_PAUSE + '\n[finally.rest]\nwait = "1s"\n\n[outputs]\nrest = "${steps.pause}"'),
    ),
    Entry(
        code="SPC210",
        title="steps in a circle",
        why="A step that waits for itself, directly or through others, could never start.",
        bad=spec(
            '[steps.a]\nwait = "1s"\nwhen = "${steps.b == null}"\n\n[steps.b]\nwait = "1s"\nwhen = "${steps.a == null}"'
        ),
        good=spec('[steps.a]\nwait = "1s"\n\n[steps.b]\nwait = "1s"\nwhen = "${steps.a == null}"'),
    ),
    Entry(
        code="SPC211",
        title="hidden step",
        why="Inside a group a name means the step in the group. One name for two steps invites reading the wrong one.",
        bad=spec(_PAUSE + '\n[steps.group]\nyield = "${steps.pause}"\n[steps.group.steps.pause]\nwait = "2s"'),
        good=spec(_PAUSE + '\n[steps.group]\nyield = "${steps.rest}"\n[steps.group.steps.rest]\nwait = "2s"'),
    ),
    Entry(
        code="SPC212",
        title="no such handler",
        why="`on_error = { ... = { run = ... } }` names a step of the same table, which then runs only for that.",
        bad=spec(
            '[steps.load]\ncall = "work:load"\non_error = { "*" = { run = "emtpy" } }\n\n[steps.empty]\ncall = "work:load"'
        ),
        good=spec(
            '[steps.load]\ncall = "work:load"\non_error = { "*" = { run = "empty" } }\n\n[steps.empty]\ncall = "work:load"'
        ),
        files={"work.py": "def load() -> list[int]:\n    return [1]\n"},
    ),
    Entry(
        code="SPC213",
        title="item in the condition of its map",
        why="`when` decides whether the map runs at all, before there is an item.",
        bad=spec('[steps.pauses]\neach.seconds = [1, 2]\nwait = "${seconds}"\nwhen = "${seconds > 1}"'),
        good=spec(
            '[steps.pauses]\neach.seconds = [1, 2]\nyield = "${steps.pause}"\n'
            '[steps.pauses.steps.pause]\nwait = "${seconds}"\nwhen = "${seconds > 1}"'
        ),
    ),
    Entry(
        code="SPC214",
        title="group without a clear result",
        why="The result of a group is its `yield`, or that of its only last step. With several last steps it must be said.",
        bad=spec('[steps.both.steps.one]\nwait = "1s"\n[steps.both.steps.two]\nwait = "2s"'),
        good=spec(
            '[steps.both]\nyield = "${steps.two}"\n[steps.both.steps.one]\nwait = "1s"\n[steps.both.steps.two]\nwait = "2s"'
        ),
    ),
    Entry(
        code="SPC215",
        title="item named like a part of the language",
        why="Inside the map the item would hide `params`, `steps` or another name of the language.",
        bad=spec('[steps.pauses]\neach.params = [1, 2]\nwait = "1s"'),
        good=spec('[steps.pauses]\neach.seconds = [1, 2]\nwait = "${seconds}"'),
    ),
    Entry(
        code="SPC216",
        title="unknown compute profile",
        why="`compute` names a profile under `[compute.<name>]`, or states one in an inline table.",
        bad=spec('[compute.big]\nmemory = "2GiB"\n\n[steps.load]\ncall = "work:load"\ncompute = "bigg"'),
        good=spec('[compute.big]\nmemory = "2GiB"\n\n[steps.load]\ncall = "work:load"\ncompute = "big"'),
        files={"work.py": "def load() -> list[int]:\n    return [1]\n"},
    ),
    Entry(
        code="SPC217",
        title="step that never runs",
        why="A condition that is always false leaves a step that is only read by people.",
        bad=spec('[steps.pause]\nwait = "1s"\nwhen = "${1 > 2}"'),
        good=spec('[params.slow]\ntype = "boolean"\n\n[steps.pause]\nwait = "1s"\nwhen = "${params.slow}"'),
    ),
    Entry(
        code="SPC218",
        title="condition that always fails",
        why="The condition refers to nothing and cannot be computed, so every run would fail there.",
        bad=spec('[steps.pause]\nwait = "1s"\nwhen = "${[1, 2][5] > 1}"'),
        good=spec('[steps.pause]\nwait = "1s"\nwhen = "${[1, 2][1] > 1}"'),
    ),
    Entry(
        code="SPC219",
        title="`returns` is not a type",
        why="`returns` declares what a function gives when its annotation does not: by a type's name or a JSON Schema.",
        bad=spec('[steps.load]\ncall = "work:load"\nreturns = "lots of strings"'),
        good=spec('[steps.load]\ncall = "work:load"\nreturns = "list of string"'),
        files={"work.py": "def load():\n    return ['a']\n"},
    ),
    Entry(
        code="SPC230",
        title="no error has this name",
        why="`retry.on` and `on_error` know an error by the class of the exception (`ValueError`, `module.MyError`), or as "
        '`timeout`, `exit`, `throttled` or `lost`. Any error is `"*"`. A name that nothing fails under leaves every failure as it is.',
        bad=spec('[steps.load]\ncall = "work:load"\non_error = { "Value Error" = { use = [] } }'),
        good=spec('[steps.load]\ncall = "work:load"\non_error = { ValueError = { use = [] } }'),
        files={"work.py": "def load() -> list[int]:\n    return [1]\n"},
    ),
    Entry(
        code="SPC231",
        title="entry of `on_error` that is never reached",
        why='The first entry that matches wins, and `"*"` matches every error, as a class matches all that extend it.',
        bad=spec('[steps.load]\ncall = "work:load"\non_error = { "*" = { use = [] }, ValueError = { use = [0] } }'),
        good=spec('[steps.load]\ncall = "work:load"\non_error = { ValueError = { use = [0] }, "*" = { use = [] } }'),
        files={"work.py": "def load() -> list[int]:\n    return [1]\n"},
    ),
    Entry(
        code="SPC232",
        title="reference without `${...}`",
        why="A text is a text. Only inside `${...}` is it read as an expression, whatever other tools write: `$x`, `{{ x }}` and "
        "`steps.x` alone stand for themselves.",
        bad=spec(_PAUSE + '\n[outputs]\nx = "steps.pause"'),
        good=spec(_PAUSE + '\n[outputs]\nx = "${steps.pause}"'),
    ),
    Entry(
        code="SPC360",
        title="value that its key cannot use",
        why="There is no truthiness: a condition says what it compares, so that it means the same on every target.",
        bad=spec('[params.limit]\ntype = "integer"\n\n[steps.pause]\nwait = "1s"\nwhen = "${params.limit}"'),
        good=spec('[params.limit]\ntype = "integer"\n\n[steps.pause]\nwait = "1s"\nwhen = "${params.limit > 0}"'),
    ),
    Entry(
        code="SPC233",
        title="`isolation` that is not enough for the step",
        why="A call that takes longer than its `timeout` is ended with its process: a thread cannot be stopped. And what a call "
        "leases from `slots` stands in its environment (`SPECC_SLOT_GPU`), which all threads share. A `timeout` counts wherever it "
        "stands: at the step, under `[defaults]`, or in its compute profile.",
        bad=spec('[steps.train]\ncall = "work:load"\nslots = { gpu = ["0", "1"] }\nisolation = "thread"'),
        good=spec('[steps.train]\ncall = "work:load"\nslots = { gpu = ["0", "1"] }'),
        files={"work.py": "def load() -> list[int]:\n    return [1]\n"},
    ),
    Entry(
        code="SPC234",
        title="a step called `finally`",
        why="The steps of `[finally]` run at the end of a run, and its journal knows them by that name.",
        bad=spec('[steps.finally]\nwait = "1s"'),
        good=spec('[steps.last]\nwait = "1s"'),
    ),
    Entry(
        code="SPC235",
        title="a stack that does not exist",
        why="`--stack` names an environment, and the spec must declare it, be it empty, so that a slip deploys nothing.",
        bad=spec('[steps.last]\nwait = "1s"\n\n[stacks.development]\nregion = "eu-north-1"'),
        good=spec('[steps.last]\nwait = "1s"\n\n[stacks.dev]\nregion = "eu-north-1"'),
        stack="dev",
    ),
)
"""SPC201-SPC219, SPC230-SPC235, and SPC360 which `check-types` reports beside the expression codes."""
