"""The bucket that holds data between steps, where the spec names none."""

from __future__ import annotations

from specc_targets.aws.arns import BUCKET
from specc_targets.aws.deployment import EventTrigger
from specc_targets.cloudformation.intrinsics import Ref, Sub, Value
from specc_targets.cloudformation.template import Template

_UPLOAD_DAYS = 3
"""Days after which what an upload left behind, that was never finished, is removed."""


def write_storage(template: Template) -> None:
    """The bucket and its policy: encrypted, private, reached over TLS only, emptied by age."""
    stack = template.stack
    if stack.bucket is not None:
        return
    logical = template.ids.of("Bucket")
    deletion, replacement = template.policies
    rules: list[Value] = [
        {
            "Id": "RunData",
            "Status": "Enabled",
            "Prefix": f"{stack.store}/",
            "ExpirationInDays": stack.data_days,
            "NoncurrentVersionExpiration": {"NoncurrentDays": stack.data_days},
        },
        {
            "Id": "UnfinishedUploads",
            "Status": "Enabled",
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _UPLOAD_DAYS},
        },
    ]
    notifies = any(isinstance(item, EventTrigger) and BUCKET in str(item.pattern) for item in stack.triggers)
    template.add(
        logical,
        "AWS::S3::Bucket",
        {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            # What runs keep is named by its content or by the run, so that nothing is written over.
            "VersioningConfiguration": {"Status": "Enabled"} if stack.protect else None,
            "LifecycleConfiguration": {"Rules": rules},
            "NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
            if notifies
            else None,
            "Tags": template.tags(),
        },
        DeletionPolicy=deletion,
        UpdateReplacePolicy=replacement,
    )
    template.add(
        f"{logical}Policy",
        "AWS::S3::BucketPolicy",
        {
            "Bucket": Ref(logical),
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "OnlyOverTls",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:*",
                        "Resource": [
                            Sub(f"arn:${{AWS::Partition}}:s3:::${{{logical}}}"),
                            Sub(f"arn:${{AWS::Partition}}:s3:::${{{logical}}}/*"),
                        ],
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    }
                ],
            },
        },
    )


def store_uri(template: Template) -> str | Sub:
    """Where runs keep their data, for the variable `SPECC_STORE`."""
    return template.with_bucket(f"s3://{BUCKET}/{template.stack.store}")
