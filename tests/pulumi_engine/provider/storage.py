"""Buckets, what is set on them, and objects."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from pulumi_engine.provider.cloud import Cloud
from pulumi_engine.provider.errors import InputError, ProviderError
from pulumi_engine.provider.kind import TAGS, Kind, State, tag_list, tag_map
from pulumi_engine.provider.shapes import Archive, Field, Given, Many, Shape, from_api, to_api

_PREFIX = 37
"""Letters of a prefix, which 26 digits follow (documentation of the real provider)."""
_GONE = ("404", "NoSuchBucket", "NoSuchKey", "NotFound")


class Bucket(Kind):
    """A bucket with no settings but tags; each of the others is a resource of its own."""

    token = "aws:s3/bucket:Bucket"
    shape: ClassVar[Shape] = {
        "bucket": Field(new=True),
        "bucketPrefix": Field(new=True),
        "forceDestroy": Field(of=bool),
        "tags": TAGS,
    }
    autoname = "bucket"
    prefix = "bucketPrefix"
    virtual = frozenset({"bucketPrefix", "forceDestroy"})

    def create(self, cloud: Cloud, given: Given) -> str:
        """Make it. S3 of us-east-1 would not say that the name is taken."""
        name, tags, _ = given.take("bucket"), given.take("tags"), given.take("forceDestroy")
        prefix = given.take("bucketPrefix")
        given.done()
        if prefix is not None and (name is not None or len(prefix) > _PREFIX):
            raise InputError("bucketPrefix", f"conflicts with bucket, or has more than {_PREFIX} letters")
        name = name or f"{prefix}{secrets.token_hex(13)}"
        if cloud.ask("s3", "HeadBucket", _GONE, Bucket=name) is not None:
            raise ProviderError(
                f"creating S3 Bucket ({name}): operation error S3: CreateBucket, https response error StatusCode: 409, "
                "BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded"
            )
        place = {} if cloud.region == "us-east-1" else {"LocationConstraint": cloud.region}
        extra = {"CreateBucketConfiguration": place} if place else {}
        cloud.call(f"creating S3 Bucket ({name})", "s3", "CreateBucket", Bucket=name, **extra)
        self._tag(cloud, name, tags)
        return str(name)

    def _tag(self, cloud: Cloud, name: str, tags: Mapping[str, str] | None) -> None:
        if tags:
            cloud.call("tagging S3 Bucket", "s3", "PutBucketTagging", Bucket=name, Tagging={"TagSet": tag_list(tags)})
        else:
            cloud.call("tagging S3 Bucket", "s3", "DeleteBucketTagging", Bucket=name)

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Its tags."""
        if cloud.ask("s3", "HeadBucket", _GONE, Bucket=id) is None:
            return None
        tags = cloud.ask("s3", "GetBucketTagging", ("NoSuchTagSet",), Bucket=id)
        return {
            "bucket": id,
            "arn": f"arn:aws:s3:::{id}",
            "region": cloud.region,
            "bucketRegion": cloud.region,
            "bucketDomainName": f"{id}.s3.amazonaws.com",
            "bucketRegionalDomainName": f"{id}.s3.{cloud.region}.amazonaws.com",
            "hostedZoneId": "Z3AQBSTGFYJSTF",
            "tags": tag_map(tags["TagSet"]) if tags else {},
        }

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Change its tags."""
        self._tag(cloud, id, given.take("tags"))
        given.take("bucket"), given.take("bucketPrefix"), given.take("forceDestroy")
        given.done()
        return id

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it, with all its objects where it is said so."""
        if state.get("forceDestroy"):
            client = cloud.client("s3")
            for page in client.get_paginator("list_object_versions").paginate(Bucket=id):
                for item in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
                    client.delete_object(Bucket=id, Key=item["Key"], VersionId=item["VersionId"])
        cloud.call(f"deleting S3 Bucket ({id})", "s3", "DeleteBucket", Bucket=id)


class BucketPart(Kind):
    """A setting of a bucket, which is there as soon as it is put."""

    body: ClassVar[str]
    """The parameter that holds the setting, as the API calls it."""
    operations: ClassVar[tuple[str, str, str]]
    """Put, get, delete."""
    missing: ClassVar[tuple[str, ...]] = ()

    def create(self, cloud: Cloud, given: Given) -> str:
        """Put it."""
        bucket = given.take("bucket")
        body = self.to_body(given)
        given.done()
        action = f"creating S3 {self.what} ({bucket})"
        cloud.call(action, "s3", self.operations[0], Bucket=bucket, **{self.body: body})
        return str(bucket)

    def to_body(self, given: Given) -> Any:
        """The setting, as a request says it."""
        return given.mapped(self.shape)

    def from_body(self, answer: Mapping[str, Any]) -> State:
        """The setting, as a program says it."""
        return self.told(answer.get(self.body, answer))

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Get it."""
        found = cloud.ask("s3", self.operations[1], (*self.missing, *_GONE), Bucket=id)
        return None if found is None else {"bucket": id, **self.from_body(found)}

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Put it again."""
        return self.create(cloud, given)

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it."""
        cloud.call(f"deleting S3 {self.what} ({id})", "s3", self.operations[2], Bucket=id)


_BUCKET = Field(new=True, required=True)
_BY_DEFAULT = {"sseAlgorithm": Field(api="SSEAlgorithm", required=True), "kmsMasterKeyId": Field(api="KMSMasterKeyID")}
_ENCRYPTION_RULE = {
    "applyServerSideEncryptionByDefault": Field(api="ApplyServerSideEncryptionByDefault", of=_BY_DEFAULT),
    "bucketKeyEnabled": Field(api="BucketKeyEnabled", of=bool),
}


class Encryption(BucketPart):
    """How objects are encrypted."""

    token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    shape: ClassVar[Shape] = {
        "bucket": _BUCKET,
        "rules": Field(api="Rules", of=Many(_ENCRYPTION_RULE), required=True),
    }
    body = "ServerSideEncryptionConfiguration"
    operations = ("PutBucketEncryption", "GetBucketEncryption", "DeleteBucketEncryption")
    missing = ("ServerSideEncryptionConfigurationNotFoundError",)


class PublicAccessBlock(BucketPart):
    """What is not made public."""

    token = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
    shape: ClassVar[Shape] = {
        "bucket": _BUCKET,
        "blockPublicAcls": Field(api="BlockPublicAcls", of=bool, default=False),
        "blockPublicPolicy": Field(api="BlockPublicPolicy", of=bool, default=False),
        "ignorePublicAcls": Field(api="IgnorePublicAcls", of=bool, default=False),
        "restrictPublicBuckets": Field(api="RestrictPublicBuckets", of=bool, default=False),
    }
    body = "PublicAccessBlockConfiguration"
    operations = ("PutPublicAccessBlock", "GetPublicAccessBlock", "DeletePublicAccessBlock")
    missing = ("NoSuchPublicAccessBlockConfiguration",)


class OwnershipControls(BucketPart):
    """Who owns objects."""

    token = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
    shape: ClassVar[Shape] = {
        "bucket": _BUCKET,
        "rule": Field(of={"objectOwnership": Field(api="ObjectOwnership", required=True)}, required=True),
    }
    body = "OwnershipControls"
    operations = ("PutBucketOwnershipControls", "GetBucketOwnershipControls", "DeleteBucketOwnershipControls")
    missing = ("OwnershipControlsNotFoundError",)

    def to_body(self, given: Given) -> Any:
        """The API has a list of one."""
        return {"Rules": [to_api(given.take("rule"), self.shape["rule"].of)]}

    def from_body(self, answer: Mapping[str, Any]) -> State:
        """The one of the list."""
        return {"rule": from_api(answer[self.body]["Rules"][0], self.shape["rule"].of)}


class Versioning(BucketPart):
    """Whether what is written over is kept."""

    token = "aws:s3/bucketVersioning:BucketVersioning"
    shape: ClassVar[Shape] = {
        "bucket": _BUCKET,
        "versioningConfiguration": Field(of={"status": Field(api="Status", required=True)}, required=True),
    }
    body = "VersioningConfiguration"
    operations = ("PutBucketVersioning", "GetBucketVersioning", "PutBucketVersioning")

    def to_body(self, given: Given) -> Any:
        """The status."""
        return to_api(given.take("versioningConfiguration"), self.shape["versioningConfiguration"].of)

    def from_body(self, answer: Mapping[str, Any]) -> State:
        """The status; a bucket that never had versions says nothing."""
        return {"versioningConfiguration": {"status": answer.get("Status", "Disabled")}}

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """It is suspended, as it cannot be taken back."""
        said = {"Status": "Suspended"}
        cloud.call(f"deleting S3 {self.what}", "s3", self.operations[0], Bucket=id, VersioningConfiguration=said)


_RULE = {
    "id": Field(api="ID", required=True),
    "status": Field(api="Status", required=True),
    "filter": Field(api="Filter", of={"prefix": Field(api="Prefix")}),
    "expiration": Field(
        api="Expiration",
        of={
            "days": Field(api="Days", of=int),
            "expiredObjectDeleteMarker": Field(api="ExpiredObjectDeleteMarker", of=bool),
        },
    ),
    "noncurrentVersionExpiration": Field(
        api="NoncurrentVersionExpiration",
        of={
            "noncurrentDays": Field(api="NoncurrentDays", of=int, required=True),
            "newerNoncurrentVersions": Field(api="NewerNoncurrentVersions", of=int),
        },
    ),
    "abortIncompleteMultipartUpload": Field(
        api="AbortIncompleteMultipartUpload",
        of={"daysAfterInitiation": Field(api="DaysAfterInitiation", of=int)},
    ),
}


class Lifecycle(BucketPart):
    """What goes by age."""

    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    shape: ClassVar[Shape] = {"bucket": _BUCKET, "rules": Field(api="Rules", of=Many(_RULE), required=True)}
    body = "LifecycleConfiguration"
    operations = (
        "PutBucketLifecycleConfiguration",
        "GetBucketLifecycleConfiguration",
        "DeleteBucketLifecycle",
    )
    missing = ("NoSuchLifecycleConfiguration",)

    def to_body(self, given: Given) -> Any:
        """The rules. S3 wants a filter in each, which the real provider adds."""
        found = given.mapped(self.shape)
        return {"Rules": [{"Filter": {"Prefix": ""}, **rule} for rule in found["Rules"]]}


class Notification(BucketPart):
    """Whether EventBridge is told of objects."""

    token = "aws:s3/bucketNotification:BucketNotification"
    shape: ClassVar[Shape] = {"bucket": _BUCKET, "eventbridge": Field(of=bool)}
    body = "NotificationConfiguration"
    operations = (
        "PutBucketNotificationConfiguration",
        "GetBucketNotificationConfiguration",
        "PutBucketNotificationConfiguration",
    )

    def to_body(self, given: Given) -> Any:
        """An empty object says that it is told."""
        return {"EventBridgeConfiguration": {}} if given.take("eventbridge") else {}

    def from_body(self, answer: Mapping[str, Any]) -> State:
        """An empty object says that it is told."""
        return {"eventbridge": "EventBridgeConfiguration" in answer}

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Nobody is told any more."""
        cloud.call(f"deleting S3 {self.what}", "s3", self.operations[0], Bucket=id, NotificationConfiguration={})


class BucketPolicy(BucketPart):
    """Who may do what with a bucket."""

    token = "aws:s3/bucketPolicy:BucketPolicy"
    shape: ClassVar[Shape] = {"bucket": _BUCKET, "policy": Field(json=True, required=True)}
    body = "Policy"
    operations = ("PutBucketPolicy", "GetBucketPolicy", "DeleteBucketPolicy")
    missing = ("NoSuchBucketPolicy",)

    def to_body(self, given: Given) -> Any:
        """The document. Each of its resources must be of the bucket, which S3 checks and moto does not."""
        document, bucket = given.take("policy"), given.inputs["bucket"]
        for statement in json.loads(document)["Statement"]:
            named = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            if any(item.split(":::")[-1].split("/")[0] != bucket for item in named):
                raise ProviderError("putting S3 Bucket Policy: MalformedPolicy: Policy has invalid resource")
        return document

    def from_body(self, answer: Mapping[str, Any]) -> State:
        """The document."""
        return {"policy": answer["Policy"]}


class Object(Kind):
    """An object."""

    token = "aws:s3/bucketObjectv2:BucketObjectv2"
    shape: ClassVar[Shape] = {
        "bucket": _BUCKET,
        "key": Field(new=True),
        "source": Field(of=Archive),
        "sourceHash": Field(),
        "contentType": Field(api="ContentType"),
        "serverSideEncryption": Field(api="ServerSideEncryption"),
        "forceDestroy": Field(of=bool),
        "tags": TAGS,
    }
    virtual = frozenset({"source", "sourceHash", "forceDestroy"})
    computed = frozenset({"etag", "versionId"})

    def create(self, cloud: Cloud, given: Given) -> str:
        """Write it."""
        bucket, key, source = given.take("bucket"), given.take("key"), given.take("source")
        tags, _, _ = given.take("tags"), given.take("sourceHash"), given.take("forceDestroy")
        request = given.mapped(self.shape)
        given.done()
        cloud.call(
            f"uploading S3 Object ({key}) to Bucket ({bucket})",
            "s3",
            "PutObject",
            Bucket=bucket,
            Key=key,
            Body=Path(source.path).read_bytes() if source else b"",
            **request,
        )
        if tags:
            said = {"TagSet": tag_list(tags)}
            cloud.call("tagging S3 Object", "s3", "PutObjectTagging", Bucket=bucket, Key=key, Tagging=said)
        return f"{bucket}/{key}"

    def read(self, cloud: Cloud, id: str, known: Mapping[str, Any]) -> State | None:
        """Its head."""
        bucket, _, key = id.partition("/")
        found = cloud.ask("s3", "HeadObject", _GONE, Bucket=bucket, Key=key)
        if found is None:
            return None
        tags = cloud.call("reading", "s3", "GetObjectTagging", Bucket=bucket, Key=key)
        return {
            **self.told(found),
            "bucket": bucket,
            "key": key,
            "arn": f"arn:aws:s3:::{id}",
            "etag": found["ETag"].strip('"'),
            "versionId": found.get("VersionId", ""),
            "tags": tag_map(tags["TagSet"]),
        }

    def update(self, cloud: Cloud, id: str, given: Given, changed: frozenset[str]) -> str:
        """Write it again."""
        return self.create(cloud, given)

    def delete(self, cloud: Cloud, id: str, state: State) -> None:
        """Delete it, with its versions where it is said so."""
        bucket, _, key = id.partition("/")
        client = cloud.client("s3")
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
            for item in [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]:
                if item["Key"] == key:
                    client.delete_object(Bucket=bucket, Key=key, VersionId=item["VersionId"])


KINDS = (
    Bucket,
    Encryption,
    PublicAccessBlock,
    OwnershipControls,
    Versioning,
    Lifecycle,
    Notification,
    BucketPolicy,
    Object,
)
