"""A store in an S3 bucket."""

from __future__ import annotations

import hashlib
import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from specc_runtime.credentials import emulator_credentials
from specc_runtime.region import region_set
from specc_runtime.store.base import Store, StoreError, check_key, file_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Store(Store):
    """Keeps each value in an object. boto3 is imported at the first use.

    An endpoint of the environment (`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`) is honoured.
    """

    remote = True

    def __init__(self, bucket: str, prefix: str = "") -> None:
        self.bucket = bucket
        self.prefix = prefix.strip("/")
        self.uri = f"s3://{bucket}/{self.prefix}".rstrip("/")

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.put_object(Bucket=self.bucket, Key=self.object_key(key), Body=data)
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"cannot write `{self.uri}/{key}`: {error}") from error

    def get(self, key: str) -> bytes:
        """The bytes under `key`. Raises `StoreError` when there are none."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return self._client.get_object(Bucket=self.bucket, Key=self.object_key(key))["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404"}:
                raise StoreError(f"nothing is stored at `{self.uri}/{key}`") from None
            raise StoreError(f"cannot read `{self.uri}/{key}`: {error}") from error
        except BotoCoreError as error:
            raise StoreError(f"cannot read `{self.uri}/{key}`: {error}") from error

    def exists(self, key: str) -> bool:
        """Whether something is kept under `key`."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.head_object(Bucket=self.bucket, Key=self.object_key(key))
        except ClientError as error:
            # Without the permission to list, a missing object is 403 (S3 API reference: HeadObject).
            if error.response.get("Error", {}).get("Code") in {"404", "403", "NoSuchKey", "NotFound"}:
                return False
            raise StoreError(f"cannot look for `{self.uri}/{key}`: {error}") from error
        except BotoCoreError as error:
            raise StoreError(f"cannot look for `{self.uri}/{key}`: {error}") from error
        return True

    def put_file(self, path: Path) -> tuple[str, str, int]:
        """Keep a file by its content, a large one in parts."""
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
        key = file_key(digest, path.name)
        if not self.exists(key):
            try:
                self._client.upload_file(str(path), self.bucket, self.object_key(key))
            except (Boto3Error, BotoCoreError, ClientError) as error:
                raise StoreError(f"cannot write `{self.uri}/{key}`: {error}") from error
        return self.uri_of(key), digest, size

    def get_file(self, uri: str, target: Path) -> None:
        """Download a file that is kept."""
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            self._client.download_file(self.bucket, self.object_key(self.key_of(uri)), str(target))
        except (Boto3Error, BotoCoreError, ClientError) as error:
            raise StoreError(f"cannot read `{uri}`: {error}") from error

    def object_key(self, key: str) -> str:
        """The key of the object in the bucket."""
        return f"{self.prefix}/{check_key(key)}" if self.prefix else check_key(key)

    @cached_property
    def _client(self) -> S3Client:
        return s3_client()


def s3_client() -> S3Client:
    """A client of S3, with time limits and retries. Raises `StoreError` where boto3 is not installed."""
    try:
        import boto3
        from botocore.config import Config
    except ModuleNotFoundError:
        raise StoreError("S3 needs boto3: the extra `aws` of specc") from None
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "max_attempts": 5},
        max_pool_connections=32,
        s3={"addressing_style": "path"} if endpoint else {},
    )
    return boto3.session.Session().client(
        "s3", region_name=region_set(), endpoint_url=endpoint, config=config, **emulator_credentials()
    )
