"""What Step Functions and Lambda cannot do, or do otherwise."""

from specc.diagnostics.catalogue.entry import Entry


def spec(body: str, name: str = "example") -> str:
    """A whole spec around `body`."""
    return f'specc = 1\nkind = "pipeline"\nname = "{name}"\n\n{body}\n'


_WORK = {"work.py": "def do(x=None, y=None):\n    return x\n\n\ndef rows():\n    return [1, 2, 3]\n"}
_CALL = '[steps.work]\ncall = "work:do"\n'


def _handlers(count: int) -> str:
    """Steps whose handlers have handlers, each reached in many ways."""
    names = ["work", *(f"mend{number}" for number in range(1, count))]
    steps = [
        f'[steps.{name}]\ncall = "work:do"\n'
        f'on_error = {{ KeyError = {{ run = "{one}" }}, ValueError = {{ run = "{two}" }} }}'
        for name, one, two in zip(names, names[1:], names[2:], strict=False)
    ]
    return "\n".join([*steps, *(f'[steps.{name}]\ncall = "work:do"' for name in names[-2:])])


_PARALLEL = """\
[steps.a]
call = "work:do"
[steps.b]
call = "work:do"
[steps.c]
call = "work:do"
with.x = "${steps.a}"
[steps.d]
call = "work:do"
with.x = "${steps.a}"
with.y = "${steps.b}"
"""
_ITEMS = """\
[steps.rows]
call = "work:rows"
[steps.each]
each.x = "${steps.rows}"
max_parallel = %s
yield = "${steps.d}"
"""
_CHAIN = "".join(
    f'[steps.each.steps.{name}]\ncall = "work:do"\nwith.x = "{value}"\n'
    for name, value in (("a", "${x}"), ("b", "${steps.a}"), ("c", "${steps.b}"), ("d", "${steps.c}"))
)
_LONG_NAME = "a-name-that-says-more-than-anybody-ever-reads"
_LONG_TEXT = "0123456789" * 410

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC404",
        title="this engine is for local runs only",
        why="A state machine calls Lambda functions, or runs containers with Batch or ECS. It cannot reach the machine "
        'that a profile with `engine = "local"` stands for. One spec can serve both: a stack may override the profile.',
        bad=spec(f'[compute.big]\nengine = "local"\n\n{_CALL}compute = "big"'),
        good=spec(f'[compute.big]\nengine = "lambda"\nmemory = "4GiB"\n\n{_CALL}compute = "big"'),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC410",
        title="the state machine is too large",
        why="Step Functions takes definitions of up to 1 MB. Steps that `on_error` runs stand in the machine "
        "once for every way that leads to them, so handlers of handlers multiply.",
        bad=spec(_handlers(18)),
        good=spec(_handlers(4)),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC411",
        title="longer than a Lambda function runs",
        why="Lambda stops a function after 15 minutes, whatever the step's own timeout says.",
        bad=spec(f'{_CALL}timeout = "20m"'),
        good=spec(f'{_CALL}timeout = "15m"'),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC412",
        title="not a whole number of seconds",
        why="Step Functions counts whole seconds, at least one, so the time is rounded up there.",
        bad=spec(f'{_CALL}retry = {{ max = 2, delay = "500ms" }}'),
        good=spec(f'{_CALL}retry = {{ max = 2, delay = "1s" }}'),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC413",
        title="the arguments are too large for a request",
        why="A request to a function holds 256 KiB. Constants in `with` are part of it; large data belongs into"
        " a file that ships with the code, or into the result of a step, which travels by reference. (The "
        "example would be as large.)",
        bad="",
        good="",
    ),
    Entry(
        code="SPC414",
        title="more items at once than a map runs",
        why="A distributed map runs up to 10,000 children at the same time.",
        bad=spec((_ITEMS % 20000) + _CHAIN),
        good=spec((_ITEMS % 10000) + _CHAIN),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC415",
        title="a run may write too many events",
        why="Step Functions stops a run after 25,000 events in its history. A call writes five, each iteration "
        "of a loop or of a map inside the execution writes those of its steps. It is an error when even the"
        " shortest run writes more.",
        bad=spec(f'{_CALL}repeat = {{ start = 1, until = "${{last == 2}}", max = 5000 }}\nwith.x = "${{last}}"'),
        good=spec(f'{_CALL}repeat = {{ start = 1, until = "${{last == 2}}", max = 500 }}\nwith.x = "${{last}}"'),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC416",
        title="a step waits for another without need",
        why="A state machine has sequences and parallels. A graph that is neither gets a barrier, placed so "
        "that the run grows longer by as little as possible. Local runs have no barriers; results are the "
        "same.",
        bad=spec(_PARALLEL),
        good=spec(_PARALLEL.replace('with.x = "${steps.a}"\n[steps.d]', "[steps.d]")),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC417",
        title="a long list may fill the history of a run",
        why="With a small `max_parallel` the map runs inside the execution and shares its 25,000 events. How "
        "long the list is cannot be told from the spec. Without `max_parallel`, or above 40, items run in "
        "executions of their own.",
        bad=spec((_ITEMS % 10) + _CHAIN),
        good=spec((_ITEMS % 50) + _CHAIN),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC419",
        title="a memory that Lambda does not have",
        why="Lambda functions have between 128 MiB and 10,240 MiB.",
        bad=spec(f'[compute.big]\nmemory = "20GiB"\n\n{_CALL}compute = "big"'),
        good=spec(f'[compute.big]\nmemory = "10GiB"\n\n{_CALL}compute = "big"'),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC420",
        title="a check of a parameter that Step Functions does not make",
        why="The state machine checks types, bounds, lengths and `enum` when a run starts. Other keywords are "
        "checked by local runs only.",
        bad=spec(f'[params.day]\ntype = "string"\npattern = "^[0-9]+$"\n\n{_CALL}with.x = "${{params.day}}"'),
        good=spec(f'[params.day]\ntype = "string"\nminLength = 1\n\n{_CALL}with.x = "${{params.day}}"'),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC421",
        title="the name of a function is too long",
        why="A function is called `specc-<name of the spec>-<compute profile>`, and Lambda allows 64 characters.",
        bad=spec(f'[compute.a-rather-large-one]\nmemory = "1GiB"\n\n{_CALL}compute = "a-rather-large-one"', _LONG_NAME),
        good=spec(f'[compute.large]\nmemory = "1GiB"\n\n{_CALL}compute = "large"', _LONG_NAME),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC422",
        title="a number larger than Step Functions takes",
        why="An execution lasts up to a year, a delay between retries 366 days, and a state is retried "
        "99,999,999 times.",
        bad=spec('[steps.pause]\nwait = "400d"'),
        good=spec('[steps.pause]\nwait = "300d"'),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC423",
        title="an integer with more digits than Step Functions keeps",
        why="Expressions of a state machine compute with doubles, which keep integers up to 2 to the power of 53.",
        bad=spec(f'[params.key]\ntype = "integer"\ndefault = 9007199254740993\n\n{_CALL}with.x = "${{params.key}}"'),
        good=spec(f'[params.key]\ntype = "string"\ndefault = "9007199254740993"\n\n{_CALL}with.x = "${{params.key}}"'),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC424",
        title="the environment is too large for a Lambda function",
        why="Names and values of `[env]` together may have 4 KB.",
        bad=spec(f'[env]\nTEXT = "{_LONG_TEXT}"\n\n{_CALL}'),
        good=spec(f'[env]\nTEXT_FILE = "text.txt"\n\n{_CALL}'),
        files=_WORK,
        stage="compile",
    ),
    Entry(
        code="SPC425",
        title="more values in one place than a state holds",
        why="A state of Step Functions gets and gives at most 256 KiB. Results that are read together share that room: "
        "the more there are, the smaller a result has to be to travel by value, and the others travel as references. "
        "This is reported when constants and references alone do not fit: from about 640 results that one step reads, "
        "that run side by side, that an item is given, or that are outputs. It is also reported for defaults of "
        "parameters that have more than 240 KiB together. A list from a step with `each` is one "
        "result. (The example would be as large.)",
        bad="",
        good="",
    ),
    Entry(
        code="SPC426",
        title="key without effect on Step Functions",
        why="`cache` takes results from earlier runs on the same machine, and `slots` leases things of that machine. An execution of "
        "the state machine calls every function anew, and leases nothing. The results are the same, since a cached result is "
        "what the call would give. `isolation` needs no warning: on Lambda no two calls share a process at the same time.",
        bad=spec(f"{_CALL}cache = true"),
        good=spec(f'{_CALL}isolation = "process"'),
        files=_WORK,
        stage="compile",
    ),
)
