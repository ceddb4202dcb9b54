"""Texts with a cursor, and what is offered there."""

from __future__ import annotations

from dataclasses import dataclass

from completion.project import BASES


@dataclass(frozen=True)
class Case:
    """One cursor."""

    format: str
    added: str
    """After the base, or in place of a part of it."""
    offered: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    first: str | None = None
    replaced: str = ""
    """A part of the base that `added` replaces."""
    only: bool = False
    """Whether nothing but `offered` is."""
    empty_base: bool = False

    @property
    def text(self) -> str:
        """The whole text with its mark."""
        base = "" if self.empty_base else BASES[self.format]
        if self.replaced:
            assert base.count(self.replaced) == 1, self.replaced
            return base.replace(self.replaced, self.added)
        return base + self.added


def case(format: str, added: str, offered: str, absent: str = "", **more: object) -> Case:
    """A case whose labels are separated by blanks."""
    return Case(format, added, tuple(offered.split()), tuple(absent.split()), **more)  # type: ignore[arg-type]


def steps(format: str, body: str) -> str:
    """One more step."""
    return {"toml": "\n[steps.n]\n", "yaml": "  n:\n    ", "json": '  "n": {'}[format] + body


def step(body: str, offered: str, absent: str = "", **more: object) -> Case:
    """A case in one more step of the TOML spec."""
    return case("toml", steps("toml", body), offered, absent, **more)


def yaml_step(body: str, offered: str, absent: str = "", **more: object) -> Case:
    """A case in one more step of the YAML spec."""
    return case("yaml", steps("yaml", body), offered, absent, **more)


def json_step(body: str, offered: str, absent: str = "", **more: object) -> Case:
    """A case in one more step of the JSON spec."""
    return case("json", steps("json", body), offered, absent, **more)


GET = 'call = "birds:get_birds"\n'
PAINT = 'call = "birds:paint"\n'
YGET = "call: birds:get_birds\n    "
JGET = '"call": "birds:get_birds", '
PUT = 'aws = "dynamodb:putItem"\n'

KEYS = [
    step(
        "‸",
        "call script command container aws http wait approve pipeline steps with each retry",
        "limit [outputs] [[tests]]",
        first="call",
    ),
    step("cal‸", "call"),
    step("cal‸\n\n[steps.m]\nwait = '1s'", "call"),
    step(
        GET + "‸",
        "with each retry timeout when after compute cache on_error codec returns [outputs] [[tests]] [steps.name]",
        "call script aws globals argv result",
    ),
    step(GET + "timeout = '5m'\n‸", "with retry", "timeout"),
    step("script = 'scripts/train.py'\n‸", "globals argv entry with", "call script result"),
    step("command = ['ls']\n‸", "result env timeout", "with globals"),
    step("wait = '1s'\n‸", "when after each", "retry timeout with compute"),
    step("pipeline = 'other.toml'\n‸", "with retry", "returns codec"),
    step("each.x = [1]\n‸", "call max_parallel tolerate batch"),
    step("retry = { ‸", "max delay backoff max_delay jitter on"),
    step("retry = { max = 2, ‸ }", "delay on", "max"),
    step("retry = { max = 2, de‸", "delay", "max"),
    step("compute = { ‸ }", "engine memory vcpu gpu spot"),
    step("http = { ‸ }", "url method headers query body", first="url"),
    step("approve = { ‸", "by timeout on_timeout message", first="by"),
    step("repeat = { ‸", "max until start on_max", first="max"),
    step("container = { ‸", "image command env", first="image"),
    step("container = { image = 'x', ‸", "command env", "image"),
    step(GET + "cache = { ‸", "key ttl"),
    step("matrix = { ‸", "include exclude mode from"),
    yaml_step("‸", "call script aws http wait steps", "limit"),
    yaml_step("ca‸", "call cache container"),
    yaml_step(YGET + "‸", "with each retry", "call script"),
    yaml_step(YGET + "re‸\n    timeout: 5m", "retry repeat", "timeout"),
    yaml_step("retry: { ‸ }", "max delay"),
    yaml_step("retry:\n      max: 1\n      ‸", "delay on", "max"),
    yaml_step("http:\n      ‸", "url method", first="url"),
    json_step('"‸', "call script aws http wait steps"),
    json_step('"ca‸"}}}', "call cache container"),
    json_step('"call": "birds:get_birds", "‸"}}}', "with each retry", "call script"),
    json_step('"compute": {"‸"}}}}', "engine memory"),
    json_step('"retry": {"max": 1, "‸"}}}}', "delay on", "max"),
    case("toml", "\n[[tests]]\n‸", "name expect params mock", first="name"),
    case("toml", "\n[[tests]]\nname = 'a'\nexpect.‸", "outputs skipped calls error"),
    case("toml", "\n[[triggers]]\n‸", "schedule event with"),
    case("toml", "\n[[triggers]]\nschedule = { ‸", "cron rate timezone"),
    case("toml", "\n[[triggers]]\nschedule = { rate = '1h', ‸", "", "cron rate timezone", only=True),
    case("toml", "\n[[triggers]]\nschedule = { cron = '0 9 * * *', ‸", "timezone", "cron rate", only=True),
    case("toml", "\n[[triggers]]\nschedule = { timezone = 'UTC', ‸", "cron", "timezone rate", only=True),
    case("toml", "\n[[triggers]]\nschedule.cron = '0 9 * * *'\n‸", "with", "event schedule"),
    case("toml", "\n[package]\n‸", "root include python requirements format arch"),
    case("toml", "\n[defaults]\n‸", "timeout retry compute"),
    case("toml", "\n[stacks.dev]\n‸", "region endpoint bucket protect params compute"),
    case("toml", "\n[pulumi]\n‸", "extra backend secrets_provider"),
    case("toml", "\n[params.p]\n‸", "type default description minimum enum"),
    case("toml", "\n[params.p]\ntype = 'string'\nmin‸", "minLength minimum", "type"),
    case("yaml", "tests:\n  - na‸", "name expect mock"),
    case("yaml", "tests:\n  - name: a\n    ‸", "expect mock params", "name"),
    case("yaml", "triggers:\n  - schedule: { ‸ }", "cron rate"),
    case("yaml", "‸", "outputs tests triggers secrets package", "steps params specc"),
    case("yaml", "out‸", "outputs", "steps"),
]
HEADERS = [
    case("toml", "\n[‸", "steps params compute stacks outputs package defaults finally secrets tests triggers", "env"),
    case("toml", "\n[te‸]", "tests"),
    case("toml", "\n[steps.get.t‸", "retry", "tests triggers"),
    step(GET + "\n‸\n\n[outputs]\n", "[[triggers]] [params.name]", "[outputs]"),
    case("toml", "\n[[tests]]\nname = 'a'\n‸", "expect [[tests]] [outputs]", first="expect"),
    case("toml", "\n[ou‸]", "outputs"),
    case("toml", "\n[[‸", "tests triggers", "steps params env"),
    case("toml", "\n[[te‸", "tests"),
    case("toml", "\n[steps.‸", "get flap paint"),
    case("toml", "\n[steps.get.‸", "retry env each matrix on_error compute", "with http container"),
    case("toml", "\n[params.‸", "limit who loud"),
    case("toml", "\n[stacks.dev.‸", "params compute env secrets tags package pulumi"),
    case("toml", "\n[stacks.dev.compute.‸", "small big"),
    case("toml", "\n[[tests]]\nname = 'x'\n[tests.‸", "expect params mock"),
]
CALLS = [
    step('call = "‸', "birds: pkg: pkg.tools: scripts.train: shapes:", "inner: thing: secretly: env.secretly:"),
    step('call = "pk‸"', "pkg: pkg.tools:"),
    step("call = ‸", "birds: pkg.tools:"),
    step('call = "birds:‸"', "get_birds flap paint", "LIMIT sharpen"),
    step('call = "birds:fl‸', "flap get_birds"),
    step('call = "shapes:‸"', "draw round Round", "Colour Broken WorseError", first="draw", only=True),
    step('call = "pkg.tools:‸"', "sharpen", "flap"),
    step('call = "nowhere:‸"', "", only=True),
    yaml_step("call: ‸", "birds: pkg.tools:"),
    yaml_step("call: birds:‸", "get_birds flap paint", "LIMIT"),
    yaml_step('call: "birds:‸"', "get_birds flap"),
    json_step('"call": "‸"}}}', "birds: pkg.tools:"),
    json_step('"call": "birds:‸', "get_birds flap"),
    step('matrix.from.call = "birds:‸"', "get_birds"),
    step('script = "‸"', "scripts/train.py birds.py", ".venv/lib/inner.py"),
    yaml_step("script: scr‸", "scripts/train.py"),
    step('pipeline = "‸"', "other.toml base.yaml", "notes.toml spec.toml"),
    json_step('"pipeline": "other.toml", "with": {"‸"}}}}', "depth tone", first="depth"),
    json_step('"pipeline": "‸"}}}', "other.toml base.yaml"),
    case("toml", 'extends = ["‸"]\nname = "x"', "base.yaml other.toml", "notes.toml", replaced='name = "x"'),
    case("toml", '\n[package]\nrequirements = "‸"', "requirements.txt"),
    case("toml", '\n[package]\nroot = "‸"', "pkg scripts"),
    case("toml", '\n[package]\ninclude = ["‸"]', "pkg/** scripts/**"),
    case("toml", '\n[pulumi]\nextra = "‸"', "birds.py"),
]
ARGUMENTS = [
    step(GET + "with.‸", "limit mode loud", "bird", first="limit", only=True),
    step(GET + "with.l‸ = 1", "limit loud"),
    step(GET + "with.limit = 1\nwith.‸", "mode loud", "limit"),
    step(GET + "with = { ‸", "limit mode loud", first="limit"),
    step(GET + "with = { limit = 2, m‸ }", "mode", "limit"),
    step(GET + "each.‸", "limit mode"),
    step('call = "birds:flap"\neach.bird = "${steps.get}"\nwith.‸', "hard", "bird"),
    step('call = "birds:flap"\nwith.bird.‸', "name size nest"),
    step(PAINT + 'with.colour = "‸"', "red blue", first="red"),
    step(PAINT + "with.colour = ‸", "red blue"),
    step(GET + 'with.mode = "f‸"', "fast slow"),
    step(GET + "with.loud = ‸", "true false"),
    step(GET + 'with.limit = "‸"', "${params.limit}", "true ${steps.flap} ${params.who}", first="${params.limit}"),
    step('call = "pkg.tools:sharpen"\nwith.edge = ‸', "${params.limit}", "${steps.get} ${params.who}", only=True),
    step('pipeline = "other.toml"\nwith.tone = ‸', "${params.who}", "${params.limit} ${steps.get}", only=True),
    step('call = "pkg.tools:sharpen"\neach.edge = ‸', "${steps.get} ${steps.flap}", "${params.who} ${params.limit}"),
    yaml_step(YGET + "with:\n      ‸", "limit mode loud", first="limit"),
    yaml_step(YGET + "with: { ‸ }", "limit mode"),
    yaml_step(YGET + "with:\n      mode: ‸", "fast slow"),
    yaml_step(YGET + "with:\n      limit: ‸", "${params.limit}", first="${params.limit}"),
    json_step(JGET + '"with": {"‸"}}}}', "limit mode loud", first="limit"),
    json_step(JGET + '"with": {"mode": "‸"}}}}', "fast slow"),
    json_step(JGET + '"with": {"loud": ‸}}}}', "true false"),
    step(GET + "[steps.n.with]\n‸", "limit mode loud", "bird", first="limit", only=True),
    step(GET + "[steps.n.with]\nlimit = 1\nm‸", "mode", "limit"),
    step(GET + "[steps.n.retry]\n‸", "max delay on"),
    step(GET + "[steps.n.on_error.ValueError]\n‸", "use run"),
    step("[steps.n.steps.m]\n" + GET + "with.‸", "limit mode"),
    yaml_step("steps:\n      m:\n        call: birds:get_birds\n        with:\n          ‸", "limit mode"),
    yaml_step("steps: { m: { call: birds:get_birds, with: { ‸ } } }", "limit mode"),
    case("toml", "\n[[tests]]\nname = 'a'\n[tests.mock]\n‸", "get flap paint"),
    case("toml", "\n[[tests]]\nname = 'a'\n[[tests]]\nname = 'b'\n[tests.expect]\n‸", "outputs skipped calls error"),
    case("toml", "\n[finally.z]\ncall = 'birds:get_birds'\nwith.‸", "limit mode"),
    step('pipeline = "other.toml"\nwith.‸', "depth tone", first="depth", only=True),
    yaml_step("pipeline: other.toml\n    with: { depth: 1, ‸ }", "tone", "depth"),
    step('script = "scripts/train.py"\nglobals.‸', "rate epochs", "limit"),
]
AWS = [
    step('aws = "‸"', "dynamodb: s3: sqs: sfn: eventbridge:"),
    step('aws = "dynamodb:‸"', "putItem getItem query", "sendMessage"),
    step('aws = "sqs:send‸"', "sendMessage sendMessageBatch"),
    yaml_step("aws: dynamodb:‸", "putItem"),
    json_step('"aws": "s3:‸"}}}', "getObject putObject"),
    step(PUT + "with.‸", "TableName Item ReturnValues", first="TableName"),
    step(PUT + "with.TableName = 'a'\nwith.‸", "Item", "TableName"),
    step(PUT + 'with.ReturnValues = "‸"', "NONE ALL_OLD"),
    step('aws = "sqs:sendMessage"\nwith.MessageAttributes.a.‸', "StringValue DataType", first="DataType"),
    yaml_step("aws: dynamodb:putItem\n    with:\n      ‸", "TableName Item"),
    step(PUT + "on_error.‸", "DynamoDb.ConditionalCheckFailedException timeout *"),
]
NAMES = [
    step(GET + 'after = ["‸', "get flap paint", "n"),
    step(GET + 'after = ["get", "‸"]', "flap paint", "get"),
    case("toml", '"birds:get_birds"\nafter = ["‸"]', "", "flap paint get", replaced='"birds:get_birds"', only=True),
    yaml_step(YGET + "after: [‸]", "get flap paint"),
    yaml_step(YGET + "after:\n      - get\n      - ‸", "flap paint", "get"),
    json_step(JGET + '"after": ["‸"]}}}', "get flap paint"),
    yaml_step(YGET + "after: ‸", "get flap paint", "n", only=True),
    step(GET + "after = ‸", "get flap paint", "n", only=True),
    step(GET + "retry.on = ‸", "TooManyBirds timeout", first="TooManyBirds"),
    step(GET + 'on_error = { "*" = { run = "‸', "get flap paint", "n"),
    step(GET + "on_error.‸", "TooManyBirds * timeout exit lost ValueError", "States.ALL", first="TooManyBirds"),
    step(GET + 'retry.on = ["‸"]', "TooManyBirds timeout *", first="TooManyBirds"),
    yaml_step(YGET + "on_error:\n      ‸", "TooManyBirds * timeout"),
    json_step(JGET + '"on_error": {"‸"}}}}', "TooManyBirds * timeout"),
    step(GET + 'compute = "‸"', "small big", "lambda", only=True),
    yaml_step(YGET + "compute: ‸", "small big"),
    json_step(JGET + '"compute": "‸"}}}', "small big"),
    step(GET + 'compute = { engine = "‸"', "lambda batch ecs local"),
    case("toml", '\n[defaults]\ncompute = "‸"', "small big"),
    case("toml", '\n[secrets]\nKEY = "‸"', "env:KEY env: file: ssm:/ secretsmanager:", first="env:KEY"),
    case("yaml", "secrets:\n  KEY: ‸", "env:KEY file:"),
    case("toml", "\n[[tests]]\nmock.‸", "get flap paint", "limit"),
    case("toml", "\n[[tests]]\nmock = { get = [], ‸", "flap paint", "get"),
    case("toml", "\n[[tests]]\nmock.flap = { ‸", "error message each"),
    case("toml", "\n[[tests]]\nmock.paint.‸", "name size nest error"),
    case("toml", "\n[[tests]]\nmock.get = [{ ‸", "name size nest", "error"),
    case("yaml", "tests:\n  - mock:\n      get:\n        - ‸", "name size nest", "error"),
    case("toml", "\n[outputs]\nsong = '${steps.paint}'\n[[tests]]\nexpect.outputs.song.‸", "name size nest", only=True),
    step(PAINT + "on_error.ValueError.use.‸", "name size nest", only=True),
    step("each.x = { ‸", "csv jsonl json objects", only=True),
    step("http.url = 'a'\non_error.‸", "Http404 HttpError ZeroDivisionError"),
    case("toml", "\n[[tests]]\nparams.‸", "limit who loud", first="who"),
    case("toml", "\n[[tests]]\nparams.loud = ‸", "true false"),
    case("toml", '\n[[tests]]\nexpect.skipped = ["‸"]', "get flap paint"),
    case("toml", "\n[[tests]]\nexpect.calls.‸", "get flap paint"),
    case("toml", '\n[steps.g.steps.inner]\nwait = "1s"\n[[tests]]\nexpect.calls."‸"', "g g/inner"),
    case("toml", '\n[[tests]]\nexpect.error = "‸"', "TooManyBirds ValueError timeout", "*", first="TooManyBirds"),
    case("toml", "\n[[tests]]\nmock.get.error = ‸", "TooManyBirds ValueError", "*", first="TooManyBirds"),
    case("yaml", "tests:\n  - mock: { flap: { error: ‸ } }", "ValueError timeout", "* TooManyBirds", first="timeout"),
    case("toml", '\n[outputs]\nsong = "${steps.paint}"\n[[tests]]\nexpect.outputs.‸', "song"),
    case("yaml", "tests:\n  - name: a\n    mock:\n      ‸", "get flap paint"),
    case("yaml", "tests:\n  - name: a\n    params: { ‸ }", "limit who"),
    case("toml", "\n[[triggers]]\nschedule.rate = '1h'\nwith.‸", "who limit", first="who"),
    case("toml", "\n[stacks.dev.params]\n‸", "limit who"),
    case("toml", "\n[stacks.dev.env]\n‸", "LEVEL"),
    case("toml", "\n[steps.n.env]\n‸", "LEVEL"),
    step('call = "birds:flap"\nreturns = "‸"', "string integer boolean"),
]
VALUES = [
    case("toml", '\n[params.p]\ntype = "‸"', "string integer path datetime duration"),
    case("yaml", "  p: { type: ‸ }\nenv:\n", "string integer", replaced="env:\n"),
    step(GET + 'codec = "‸"', "json npy parquet pickle"),
    step(GET + "isolation = ‸", "inline thread process"),
    yaml_step(YGET + "codec:‸", "json npy"),
    step("retry = { jitter = ‸", "true false"),
    step('http = { method = "‸"', "GET POST", "${steps.get}"),
    step('timeout = "‸"', "5m"),
    case("toml", "\n[params.p]\ntype = 'integer'\ndefault = ‸", "0", only=True),
    case("toml", "\n[params.p]\ntype = 'array'\ndefault = ‸", "[]", only=True),
    case("toml", "\n[params.p]\ntype = 'boolean'\ndefault = ‸", "true false", only=True),
    case("toml", "\n[params.p]\ntype = 'string'\nenum = ['a', 'b']\ndefault = ‸", '"a" "b"', only=True),
    case("yaml", "  p:\n    type: object\n    default: ‸\nenv:\n", "{}", replaced="env:\n", only=True),
    Case("toml", "\n[[triggers]]\nschedule = ‸", ('{ cron = "0 9 * * 1-5" }',), only=True),
    Case("toml", steps("toml", GET + "retry = ‸"), ('{ max = 2, delay = "1s" }',), only=True),
    Case("yaml", steps("yaml", YGET + "retry: ‸"), ('{max: 2, delay: "1s"}',), only=True),
    Case("json", steps("json", JGET + '"retry": ‸}}}'), ('{"max": 2, "delay": "1s"}',), only=True),
    Case("yaml", "tests:\n  ‸", ("- name",), only=True),
    Case("yaml", "tests:\n  - name: a\n  ‸", ("- name",), only=True),
    case("toml", '\n[package]\narch = "‸"', "arm64 x86_64"),
    case("toml", "\n[stacks.dev]\nprotect = ‸", "true false"),
    case("toml", '"‸"', "pipeline", replaced='"pipeline"'),
    json_step('"codec": "‸"}}}', "json npy"),
]
EXPRESSIONS = [
    step(GET + 'with.limit = "${‸"', "steps.get params.limit steps params run env len sum not true", "bird error"),
    step(GET + 'with.limit = "${‸}"', "steps.get steps.flap params.limit len"),
    step(GET + 'with.limit = "${par‸}"', "params params.limit params.who"),
    step(GET + 'with.limit = "${steps.‸"', "get flap paint", "n", only=True),
    step(GET + 'with.limit = "${steps.ge‸}"', "get"),
    step(GET + 'with.limit = "${params.‸"', "limit who loud", only=True),
    step(GET + 'with.limit = "${env.‸"', "LEVEL", only=True),
    step('http = { url = "a", headers = { A = "${secrets.‸" } }\n[secrets]\nKEY = "env:KEY"', "KEY", only=True),
    step('http = { url = "${‸", headers = {} }', "steps params", "secrets"),
    step('http = { url = "a", headers = { A = "${‸" } }', "secrets steps"),
    step(GET + 'with.limit = "${run.‸"', "id name", "status"),
    step(GET + 'with.limit = "${steps.paint.‸"', "name size nest", only=True),
    step(GET + 'with.limit = "${steps.paint.nest.‸"', "", only=True),
    step(GET + 'with.limit = "${steps.get[0].‸"', "name size", "length"),
    step(GET + 'with.limit = "${steps.get[*].‸"', "name size"),
    step(GET + 'with.limit = "${sum(steps.get[*].s‸)}"', "size name"),
    step(GET + 'with.limit = "${len(steps.get) + steps.paint.‸"', "size name"),
    step(GET + 'with.limit = "${first(steps.get).‸}"', "size name"),
    step(GET + 'with.limit = "${(steps.paint).‸}"', "size name"),
    step(GET + "with.limit = '${steps.paint[\"‸\"]}'", "size name"),
    step(GET + 'with.limit = "${steps.paint.size ‸"', "and or in if", "else params"),
    step(GET + 'with.limit = "${1 if params.loud ‸"', "else and"),
    step(GET + 'with.limit = "a ${params.who} b ${params.‸"', "limit who"),
    step(GET + "with.limit = \"${'te‸", "", only=True),
    step(GET + 'when = "${‸}"', "params.loud steps.get params.limit", first="params.loud"),
    step(GET + 'with.limit = "${‸}" # a number', "params.limit steps.get params.who", first="params.limit"),
    step(GET + 'with.limit = "a ${‸}"', "steps.get params.limit", first="steps.get"),
    step(GET + 'with.limit = "${12‸', "", only=True),
    step(GET + 'with.limit = "$‸"', "${params.limit}"),
    case("toml", 'each.bird = "${steps.‸}"', "get", "flap paint", replaced='each.bird = "${steps.get}"'),
    case(
        "toml",
        'each.bird = "${steps.get}"\nwith.bird = "${‸"',
        "bird",
        "steps.flap",
        first="bird",
        replaced='each.bird = "${steps.get}"',
    ),
    case(
        "toml",
        'each.bird = "${steps.get}"\nwith.bird = "${bird.‸"',
        "name size nest",
        replaced='each.bird = "${steps.get}"',
        only=True,
    ),
    case(
        "toml", 'with.limit = "${steps.‸}"', "", "get flap paint", replaced='with.limit = "${params.limit}"', only=True
    ),
    step('each.x = "${steps.get}"\n[steps.n.steps.m]\ncall = "birds:flap"\nwith.bird = "${x.‸"', "name size"),
    step(
        'each.x = "${steps.get}"\n[steps.n.steps.m]\ncall = "birds:flap"\nwith.bird = "${steps.‸"',
        "get flap paint",
        "n m",
    ),
    step('[steps.n.steps.o]\nwait = "1s"\n[steps.n.steps.m]\nwait = "${steps.‸"', "o get", "n m"),
    step('each.x = "${steps.get}"\nyield = "${steps.‸}"\n[steps.n.steps.o]\nwait = "1s"', "o get", "n"),
    step('each.x = "${steps.get}"\nyield = "${x.‸}"\n[steps.n.steps.o]\nwait = "1s"', "name size nest", only=True),
    step(GET + 'repeat = { max = 3, until = "${‸"', "last"),
    step(GET + 'on_error = { "*" = { use = "${error.‸"', "name message", only=True),
    case("toml", '\n[finally.z]\ncall = "birds:flap"\nwith.bird = "${run.‸"', "status error id"),
    case("toml", '\n[finally.z]\ncall = "birds:flap"\nwith.bird = "${steps.‸"', "get paint"),
    case("toml", '\n[outputs]\nsong = "${steps.‸"', "get flap paint"),
    case("toml", '\n[outputs]\nsong = "${steps.paint.‸"', "name size nest"),
    case("toml", '\n[outputs]\nsong = "‸"', "${steps.get} ${params.limit}"),
    case(
        "toml", '\n[[triggers]]\nevent = { source = "a" }\nwith.who = "${‸"', "event", "steps.get params params.who env"
    ),
    case("toml", '\n[[triggers]]\nschedule.rate = "1h"\nwith.limit = "${‸}"', "len", "params steps run env event"),
    case("toml", '\n[[triggers]]\nschedule.rate = "1h"\nwith.limit = "${params.‸}"', "", "limit", only=True),
    case(
        "toml", '\n[[triggers]]\nschedule.rate = "1h"\nwith.limit = ‸', "3", "${params.limit} ${steps.get}", only=True
    ),
    case(
        "toml",
        '\n[[triggers]]\nevent = { source = "a" }\nwith.who = "${event.‸}"',
        "source detail-type detail time id account region resources version",
        only=True,
    ),
    case("toml", '\n[[triggers]]\nevent.source = "a"\nwith.who = "${event.detail.‸}"', "", "object", only=True),
    case("toml", '\n[[triggers]]\nevent.source = "aws.s3"\nwith.who = "${event.detail.‸}"', "bucket object"),
    case(
        "yaml",
        "triggers:\n  - event: { source: aws.s3 }\n    with: { who: '${event.detail.object.‸}' }",
        "key size etag",
        "bucket",
    ),
    step(GET + 'with.limit = "${steps.paint[‸]}"', "name size nest steps.get", first="name"),
    step(GET + 'with.limit = "${steps[‸]}"', "get flap paint params.limit", first="get"),
    yaml_step(YGET + "with:\n      limit: ${steps.‸", "get flap paint", only=True),
    yaml_step(YGET + "with:\n      limit: ${steps.paint.‸}", "name size nest", only=True),
    yaml_step(YGET + 'with: { limit: "${params.‸" }', "limit who"),
    yaml_step(YGET + "when: ${‸}", "steps.get params.loud not"),
    case("yaml", "outputs:\n  song: |\n    all ${steps.paint.‸}\n", "name size"),
    json_step(JGET + '"with": {"limit": "${steps.paint.‸"}}}}', "name size nest", only=True),
    json_step(JGET + '"with": {"limit": "${steps.‸', "get flap paint", only=True),
    json_step(JGET + '"after": ["‸', "get flap paint"),
    json_step(JGET + '"with": {"limit": "${‸}"}}}}', "steps.get params.limit len"),
    json_step(JGET + '"when": "${steps.‸}"}}}', "get flap paint", "n"),
]
WHOLE = [
    Case("toml", "‸", ("specc pipeline", "specc", "kind", "name", "steps"), first="specc pipeline", empty_base=True),
    Case("yaml", "‸", ("specc pipeline", "specc", "kind"), first="specc pipeline", empty_base=True),
    Case("json", "‸", ("specc pipeline",), only=True, empty_base=True),
    Case("toml", "specc = 1\n‸", ("specc pipeline", "kind"), ("specc",), first="specc pipeline", empty_base=True),
    Case("yaml", "specc: 1\nki‸", ("kind",), ("specc",), empty_base=True),
]
NOTHING = [
    yaml_step("with: ‸", "", "${steps.get}", only=True),
    yaml_step("each:\n      x: ‸", "${steps.get} ${steps.flap}", "${params.who} ${params.limit}"),
    yaml_step("when: ‸", "${params.loud}", "${steps.get} ${params.limit}", only=True),
    step(GET + "when = ‸", "${params.loud}", "${steps.flap} ${params.limit}", only=True),
    yaml_step(YGET + "with: ‸\n    timeout: 5m", "", "${params.limit}", only=True),
    case("yaml", "triggers:\n  - schedule: { rate: 1h }\n    with: ‸", "", "${params.limit}", only=True),
    step('description = "some ‸"', "", "5m", only=True),
    case("toml", "\n[[triggers]]\nwith = ‸", "", "${params.limit}", only=True),
    case("toml", "\n# com‸ment", "", only=True),
    step(GET + "with.limit = 3 ‸", "", only=True),
    case("yaml", "# com‸ment", "", only=True),
]
CASES = [*KEYS, *HEADERS, *CALLS, *ARGUMENTS, *AWS, *NAMES, *VALUES, *EXPRESSIONS, *WHOLE, *NOTHING]
