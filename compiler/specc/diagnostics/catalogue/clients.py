"""Catalogue entries of the actions that ask others: `aws` and `http`."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.names import spec

_PUT = '[steps.put]\naws = "dynamodb:putItem"\nwith.TableName = "birds"\nwith.Item = { id = { S = "goose" } }\n'
_GET = '[steps.get]\nhttp = { url = "https://example.org/birds" }\n'


def _entry(code: str, title: str, why: str, bad: str, good: str = _PUT) -> Entry:
    return Entry(code=code, title=title, why=why, bad=spec(bad), good=spec(good))


ENTRIES: tuple[Entry, ...] = (
    _entry(
        "SPC350",
        "no such service of AWS",
        "`aws` names a service and an action, as in `dynamodb:putItem`. The service is written as boto3 does (`stepfunctions`, `events`), or as Step Functions does in the ARN of an SDK integration (`sfn`, `eventbridge`).",
        _PUT.replace("dynamodb:", "dynamobd:"),
    ),
    _entry(
        "SPC351",
        "the service has no such action",
        "Actions are those of the API, with a small first letter: `PutItem` is `putItem`. They are looked up in the models that botocore ships; a newer botocore knows newer actions.",
        _PUT.replace("putItem", "putItme"),
    ),
    _entry(
        "SPC352",
        "the action has no such parameter",
        "The keys of `with` are the parameters of the API, with a capital first letter. What is nested in them is checked in the same way. A parameter that AWS does not know makes it refuse the call.",
        _PUT.replace("TableName", "Tablename"),
    ),
    _entry(
        "SPC353",
        "a parameter of the action is missing",
        "The API requires this parameter, or this part of one, so every call without it fails.",
        '[steps.put]\naws = "dynamodb:putItem"\nwith.Item = { id = { S = "goose" } }\n',
    ),
    _entry(
        "SPC354",
        "the action takes another type",
        'Constants and expressions are held against what the API takes. DynamoDB\'s numbers, for example, are texts: `{ N = "7" }`. Bytes inside of parameters are texts in base64, or the result of a step that returns bytes; the body of an object or a message is plain text.',
        _PUT.replace('{ S = "goose" }', "{ N = 7 }"),
        _PUT.replace('{ S = "goose" }', '{ N = "7" }'),
    ),
    _entry(
        "SPC355",
        "the action takes other values",
        "The API lists the values of this parameter, and this is none of them. Where nothing is like it this is only a warning: AWS may know values that the installed botocore does not.",
        _PUT + 'with.ReturnValues = "ALL_OLDER"\n',
        _PUT + 'with.ReturnValues = "ALL_OLD"\n',
    ),
    Entry(
        code="SPC356",
        title="the call is not checked",
        why="Services, actions and parameters are checked against the models that botocore ships. Without botocore (the extra `aws`) nothing is known of them; the spec runs all the same, where boto3 is.",
        bad="",
        good="",
    ),
    _entry(
        "SPC357",
        "the action streams events",
        "A step makes one request and gets one answer. Actions that send or get a stream of events have none.",
        '[steps.look]\naws = "s3:selectObjectContent"\n',
    ),
    _entry(
        "SPC358",
        "no request that could be sent",
        "`http` speaks HTTP and HTTPS, to a host that its `url` names; names of headers are single words; GET and HEAD have no body. A user name and password in the URL would be kept and shown with the spec.",
        _GET.replace("https:", "ftp:"),
        _GET,
    ),
    Entry(
        code="SPC359",
        title="a function makes the call",
        why="On Step Functions a step with `aws` becomes an SDK integration, which needs no function, where that means the same as a local run. Where it would not, one of the functions makes the call: for parameters that only a function can compute, for bodies and bytes, for results that may be larger than a state holds, for errors that only their code tells apart, and for items of a map, whose results a function keeps. The permission is then the function's.",
        bad=spec('[steps.read]\naws = "s3:getObject"\nwith = { Bucket = "birds", Key = "goose" }'),
        good=spec('[steps.look]\naws = "s3:headBucket"\nwith = { Bucket = "birds" }'),
        stage="compile",
    ),
)
"""SPC350-SPC359."""
