"""What is known of the event that starts a run."""

from __future__ import annotations

from specc.expressions.types import INTEGER, STRING, Field, ObjectType, Type
from specc.passes.check_triggers import EVENT


def _optional(name: str) -> Field:
    return Field(name, STRING, required=False)


_OBJECT = ObjectType(
    (
        Field("key", STRING),
        Field("size", INTEGER, required=False),
        *map(_optional, ("etag", "version-id", "sequencer")),
    ),
    open=True,
)
_OF_S3 = ObjectType(
    (
        Field("bucket", ObjectType((Field("name", STRING),), open=True)),
        Field("object", _OBJECT),
        *map(_optional, ("version", "request-id", "requester", "source-ip-address", "reason")),
    ),
    open=True,
)


def event_type(source: object) -> Type:
    """The envelope that every event comes in; around events of S3 also what those say."""
    if source != "aws.s3" or not isinstance(EVENT, ObjectType):
        return EVENT
    return ObjectType(
        tuple(Field("detail", _OF_S3) if field.name == "detail" else field for field in EVENT.fields), open=False
    )
