"""The shape of a spec: its keys, and the values that they can have."""

from specc.diagnostics.catalogue.entry import Entry

_PAUSE = '[steps.pause]\nwait = "1s"\n'
_CALL = "def flap(bird: int = 0) -> int:\n    return bird\n"


def spec(body: str) -> str:
    """A whole spec around `body`."""
    return f'specc = 1\nkind = "pipeline"\nname = "example"\n\n{body}\n'


def param(lines: str) -> str:
    """A whole spec with one parameter."""
    return spec(f"[params.limit]\n{lines}\n\n{_PAUSE}")


ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC101",
        title="unknown key",
        why="A key that the language does not have is a mistake, never ignored: a misspelt `timeout` would "
        "otherwise be no timeout at all. Words of other tools are recognised, and the word used here is "
        "suggested.",
        bad=spec('[steps.first]\nwait = "1s"\n\n[steps.pause]\nwait = "1s"\nafterr = ["first"]'),
        good=spec('[steps.first]\nwait = "1s"\n\n[steps.pause]\nwait = "1s"\nafter = ["first"]'),
    ),
    Entry(
        code="SPC102",
        title="missing key",
        why="Some tables mean nothing without a certain key: a parameter has a type, a loop has a bound.",
        bad=param("default = 3"),
        good=param('type = "integer"\ndefault = 3'),
    ),
    Entry(
        code="SPC103",
        title="value of the wrong type",
        why="Values are never converted: `1` is not `true`, and `5` in quotes is not a number. What is written is "
        "what is meant.",
        bad=spec('description = ["flaps", "birds"]\n\n' + _PAUSE),
        good=spec('description = "flaps birds"\n\n' + _PAUSE),
    ),
    Entry(
        code="SPC104",
        title="not one of the allowed values",
        why="The key takes one of a few words; the message lists them.",
        bad=param('type = "int"'),
        good=param('type = "integer"'),
    ),
    Entry(
        code="SPC105",
        title="a key without a value",
        why="Absence is written by leaving a key out. A null, which TOML cannot even write, is most often a value "
        "that was forgotten. (Data may hold nulls: arguments, defaults, outputs.)",
        bad='specc: 1\nkind: pipeline\nname: example\ndescription:\nsteps:\n  pause:\n    wait: "1s"\n',
        good='specc: 1\nkind: pipeline\nname: example\nsteps:\n  pause:\n    wait: "1s"\n',
        format="yaml",
    ),
    Entry(
        code="SPC106",
        title="not a quantity",
        why="Durations, sizes and percentages are texts with a unit. A bare number is refused, because readers "
        "would have to know whether seconds or milliseconds, MB or MiB are meant.",
        bad=spec("[steps.pause]\nwait = 30"),
        good=spec('[steps.pause]\nwait = "30s"'),
    ),
    Entry(
        code="SPC107",
        title="not a name",
        why="Names become names of things on AWS and words in expressions. In `${steps.get-birds}` the hyphen "
        "would be a minus, so that steps, parameters and outputs are named with letters, digits and `_`.",
        bad=spec('[steps.get-birds]\nwait = "1s"'),
        good=spec('[steps.get_birds]\nwait = "1s"'),
    ),
    Entry(
        code="SPC108",
        title="number or list out of bounds",
        why="The value has the right type but makes no sense here: a list that must say something is empty, or a "
        "number is too small or too large.",
        bad=spec('[steps.pause]\nwait = "1s"\nafter = []'),
        good=spec(_PAUSE),
    ),
    Entry(
        code="SPC109",
        title="text not of the expected form",
        why="Some texts have a form of their own: a function is written `module:function`, a condition is one "
        "`${...}`.",
        bad=spec('[steps.flap]\ncall = "birds.flap"'),
        good=spec('[steps.flap]\ncall = "birds:flap"'),
        files={"birds.py": _CALL},
    ),
    Entry(
        code="SPC110",
        title="no version of the language",
        why="A spec says which version of the language it is written in, so that a later compiler gives it the "
        "same meaning.",
        bad='kind = "pipeline"\nname = "example"\n\n' + _PAUSE,
        good=spec(_PAUSE),
    ),
    Entry(
        code="SPC111",
        title="newer version of the language",
        why="The spec may use keys that this compiler does not know. It is not read any further, because "
        "complaints about them would be misleading.",
        bad='specc = 2\nkind = "pipeline"\nname = "example"\n\n' + _PAUSE,
        good=spec(_PAUSE),
    ),
    Entry(
        code="SPC112",
        title="no kind, or an unknown one",
        why="A spec describes a pipeline, a validation or agent tasks, and says which.",
        bad='specc = 1\nkind = "pipe"\nname = "example"\n\n' + _PAUSE,
        good=spec(_PAUSE),
    ),
    Entry(
        code="SPC113",
        title="kind not supported yet",
        why="The language has this kind, but this version of the compiler does not. Nothing in the spec is looked at.",
        bad='specc = 1\nkind = "agent"\nname = "example"\n',
        good=spec(_PAUSE),
    ),
    Entry(
        code="SPC114",
        title="a value that JSON cannot hold",
        why="Values travel between steps as JSON: null, booleans, finite numbers, texts, lists, and tables whose "
        "keys are texts. A file cannot hold anything else, but a spec that is built in Python can.",
        bad="",
        good=spec(_PAUSE),
    ),
    Entry(
        code="SPC115",
        title="expression where nothing evaluates it",
        why="The environment and the defaults of parameters are set before any step runs. A `${...}` there would "
        "reach the functions as these very characters, which nobody means.",
        bad=spec('[env]\nLIMIT = "${params.limit}"\n\n[params.limit]\ntype = "integer"\n\n' + _PAUSE),
        good=spec('[env]\nLIMIT = "3"\n\n' + _PAUSE),
    ),
    Entry(
        code="SPC120",
        title="step without an action",
        why="A step does exactly one thing: `call`, `script`, `command`, `container`, `aws`, `http`, `wait`, "
        "`approve`, `agent`, `pipeline`, or `steps` for a group.",
        bad=spec('[steps.pause]\ndescription = "waits a little"'),
        good=spec('[steps.pause]\ndescription = "waits a little"\nwait = "1s"'),
    ),
    Entry(
        code="SPC121",
        title="step with several actions",
        why="A step does exactly one thing. Two actions would need an order and two results; that is what two "
        "steps are for.",
        bad=spec('[steps.flap]\ncall = "birds:flap"\nwait = "1s"'),
        good=spec('[steps.flap]\ncall = "birds:flap"\n\n[steps.pause]\nwait = "1s"\nafter = ["flap"]'),
        files={"birds.py": _CALL},
    ),
    Entry(
        code="SPC122",
        title="key that does not go with another",
        why="The key says something about what is not there: `argv` about a script, `yield` about a group. It "
        "would have no effect, so that something else was meant.",
        bad=spec('[steps.pause]\nwait = "1s"\nargv = ["--fast"]'),
        good=spec(_PAUSE),
    ),
    Entry(
        code="SPC123",
        title="key that needs `each`",
        why="`max_parallel`, `tolerate` and `batch` say how the items of a list are worked on; without `each` (or, but for "
        "`batch`, `matrix`) the step runs once.",
        bad=spec('[steps.flap]\ncall = "birds:flap"\nmax_parallel = 2'),
        good=spec('[steps.flap]\ncall = "birds:flap"\neach.bird = [1, 2, 3]\nwith.bird = "${bird}"\nmax_parallel = 2'),
        files={"birds.py": _CALL},
    ),
    Entry(
        code="SPC124",
        title="exactly one of two keys",
        why="The two keys are alternatives: an error is replaced by a value (`use`) or by the result of a step "
        "(`run`); a trigger is a schedule or an event; a schedule is a `cron` expression or a `rate`.",
        bad=spec('[steps.flap]\ncall = "birds:flap"\non_error = { "*" = {} }'),
        good=spec('[steps.flap]\ncall = "birds:flap"\non_error = { "*" = { use = 0 } }'),
        files={"birds.py": _CALL},
    ),
    Entry(
        code="SPC125",
        title="the same name twice",
        why="One of the two would have no effect: a variable is either plain or a secret, and a step waits for another "
        "once. And of two tests with one name nobody could say which has failed.",
        bad=spec('[env]\nAPI_KEY = "test"\n\n[secrets]\nAPI_KEY = "env:API_KEY"\n\n' + _PAUSE),
        good=spec('[secrets]\nAPI_KEY = "env:API_KEY"\n\n' + _PAUSE),
    ),
    Entry(
        code="SPC130",
        title="keyword of another type",
        why="A parameter takes the keywords of JSON Schema that say something about its type. `minLength` of an "
        "integer would never refuse anything.",
        bad=param('type = "integer"\nminLength = 1'),
        good=param('type = "integer"\nminimum = 1'),
    ),
    Entry(
        code="SPC131",
        title="value does not fit its parameter",
        why="A default (and every value of `enum`) must be a value that could be given on the command line.",
        bad=param('type = "integer"\nminimum = 1\ndefault = 0'),
        good=param('type = "integer"\nminimum = 1\ndefault = 1'),
    ),
    Entry(
        code="SPC132",
        title="no value is possible",
        why="The bounds of the parameter contradict each other.",
        bad=param('type = "integer"\nminimum = 10\nmaximum = 1'),
        good=param('type = "integer"\nminimum = 1\nmaximum = 10'),
    ),
    Entry(
        code="SPC199",
        title="too many mistakes",
        why="Only the first hundred mistakes of a spec are described. So many most often have one cause; mend the "
        "first ones.",
        bad=spec("\n".join(f"wrong{number} = {number}" for number in range(101)) + f"\n\n{_PAUSE}"),
        good=spec(_PAUSE),
    ),
)
