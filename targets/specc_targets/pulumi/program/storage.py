"""The bucket that holds data between steps, where the spec names none, and what is uploaded."""

from __future__ import annotations

from specc_targets.aws.arns import BUCKET
from specc_targets.aws.deployment import EventTrigger
from specc_targets.aws.names import Names
from specc_targets.pulumi.program.code import Call, Document, Format, Name, Value, arguments
from specc_targets.pulumi.program.writer import Writer, document

CODE, DEPENDENCIES = "code.zip", "dependencies.zip"
"""The archives beside the program."""
_UPLOAD_DAYS = 3
"""Days after which what an upload left behind, that was never finished, is removed."""
_TAGS = 10
"""Tags that an object has at most, where other resources have 50 (S3 user guide, "Categorizing your objects")."""
_ENCRYPTION = "aws.s3.BucketServerSideEncryptionConfiguration"
_LIFECYCLE = "aws.s3.BucketLifecycleConfiguration"


def write_storage(writer: Writer) -> None:
    """The bucket: encrypted, private, reached over TLS only, emptied by age; then the archives that go by way of it."""
    packaged = writer.packaged
    uploaded = [
        (name, file)
        for name, file, way in (("code", CODE, packaged.code), ("dependencies", DEPENDENCIES, packaged.dependencies))
        if way == "s3" and (writer.stack.functions and writer.stack.package_format == "zip")
    ]
    if writer.stack.bucket is None or uploaded:
        writer.section("Storage: what runs hand from step to step")
    if writer.stack.bucket is None:
        _bucket(writer)
    for name, file in uploaded:
        _upload(writer, name, file)


def call(function: str, **named: Value) -> Call:
    """A call with named arguments. Those that are None are left out."""
    return Call(function, named=arguments(named))


def _bucket(writer: Writer) -> None:
    stack = writer.stack
    bucket = writer.resource(
        "bucket",
        "aws.s3.Bucket",
        {"bucket_prefix": f"{Names(stack.name).bucket}-", "tags": writer.tags},
        stateful=True,
        comment="All data of runs",
    )
    of: dict[str, Value] = {"bucket": bucket.output("bucket")}
    algorithm = call(f"{_ENCRYPTION}RuleApplyServerSideEncryptionByDefaultArgs", sse_algorithm="AES256")
    writer.resource(
        "bucket-encryption",
        _ENCRYPTION,
        {**of, "rules": [call(f"{_ENCRYPTION}RuleArgs", apply_server_side_encryption_by_default=algorithm)]},
        arguments_class=f"{_ENCRYPTION}InitArgs",
    )
    access = writer.resource(
        "bucket-access",
        "aws.s3.BucketPublicAccessBlock",
        {
            **of,
            "block_public_acls": True,
            "block_public_policy": True,
            "ignore_public_acls": True,
            "restrict_public_buckets": True,
        },
    )
    owner = call("aws.s3.BucketOwnershipControlsRuleArgs", object_ownership="BucketOwnerEnforced")
    writer.resource("bucket-ownership", "aws.s3.BucketOwnershipControls", {**of, "rule": owner})
    needs = []
    if stack.protect:
        enabled = call("aws.s3.BucketVersioningVersioningConfigurationArgs", status="Enabled")
        versioning = writer.resource(
            "bucket-versioning",
            "aws.s3.BucketVersioning",
            {**of, "versioning_configuration": enabled},
            comment="What was deleted or written over can be had back",
            arguments_class="aws.s3.BucketVersioningInitArgs",
        )
        needs.append(versioning)
    writer.resource(
        "bucket-lifecycle",
        _LIFECYCLE,
        {**of, "rules": _rules(stack.store, stack.data_days)},
        comment="What a run has left is removed when the run must be long over",
        needs=needs,
    )
    if any(isinstance(item, EventTrigger) and BUCKET in str(item.pattern) for item in stack.triggers):
        writer.resource("bucket-notification", "aws.s3.BucketNotification", {**of, "eventbridge": True})
    everything: list[Value] = [bucket.output("arn"), Format("{0}/*", (bucket.output("arn"),))]
    only_over_tls: dict[str, Value] = {
        "Sid": "OnlyOverTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": everything,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy: Document = document([only_over_tls])
    writer.resource("bucket-policy", "aws.s3.BucketPolicy", {**of, "policy": policy}, needs=[access])


def _rules(store: str, days: int) -> list[Value]:
    return [
        call(
            f"{_LIFECYCLE}RuleArgs",
            id="RunData",
            status="Enabled",
            filter=call(f"{_LIFECYCLE}RuleFilterArgs", prefix=f"{store}/"),
            expiration=call(f"{_LIFECYCLE}RuleExpirationArgs", days=days),
            noncurrent_version_expiration=call(
                f"{_LIFECYCLE}RuleNoncurrentVersionExpirationArgs", noncurrent_days=days
            ),
        ),
        call(
            f"{_LIFECYCLE}RuleArgs",
            id="UnfinishedUploads",
            status="Enabled",
            filter=call(f"{_LIFECYCLE}RuleFilterArgs", prefix=""),
            abort_incomplete_multipart_upload=call(
                f"{_LIFECYCLE}RuleAbortIncompleteMultipartUploadArgs", days_after_initiation=_UPLOAD_DAYS
            ),
        ),
    ]


def _upload(writer: Writer, name: str, file: str) -> None:
    key = Format(f"specc-artifacts/{writer.stack.name}/{{0}}", (Call("hashed_name", (file,)),))
    tags = writer.tags if len(writer.stack.tags) <= _TAGS else None
    writer.resource(
        name,
        "aws.s3.BucketObjectv2",
        {"bucket": writer.bucket, "key": key, "source": archive_file(file), "tags": tags},
        comment="Too large to be handed over itself; its name changes with its content",
    )


def archive_file(file: str) -> Call:
    """A file beside the program, as it is."""
    return Call("pulumi.FileAsset", (Call("str", (Name(f'here / "{file}"', output=False),)),))


def archive(file: str) -> Call:
    """The same as an archive."""
    return Call("pulumi.FileArchive", (Call("str", (Name(f'here / "{file}"', output=False),)),))
