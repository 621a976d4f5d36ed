"""A real S3-compatible server in this process (moto), which checks every signature as S3 does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import httpx
import moto.settings
import msgspec
from moto.core.responses import ActionAuthenticatorMixin
from moto.server import ThreadedMotoServer

BUCKET, REGION = "zhangban-files", "cn-north-1"
_POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


class S3Store(msgspec.Struct):
    """Where the store is and who may use its bucket."""

    endpoint: str
    access_key: str
    secret_key: str

    def keys(self) -> list[str]:
        """The keys of all objects, as the server's own client lists them."""
        return [each["Key"] for each in self._bucket().get("Contents", [])]

    def content(self, key: str) -> bytes:
        """The bytes of an object."""
        return bytes(self._client().get_object(Bucket=BUCKET, Key=key)["Body"].read())

    def empty(self) -> None:
        """Removes every object."""
        for key in self.keys():
            self._client().delete_object(Bucket=BUCKET, Key=key)

    def _client(self):  # type: ignore[no-untyped-def] # boto3 builds its clients at run time
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
        )

    def _bucket(self):  # type: ignore[no-untyped-def] # as above
        return self._client().list_objects_v2(Bucket=BUCKET)


@contextmanager
def s3_server() -> Iterator[S3Store]:
    """A server with an empty bucket and one user who may use it; everybody else is refused."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf")
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        # What an earlier server of this process was given is one state with ours.
        httpx.post(f"{endpoint}/moto-api/reset").raise_for_status()
        first = S3Store(endpoint, "first", "first")
        iam = boto3.client(
            "iam",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="first",
            aws_secret_access_key="first",
        )
        iam.create_user(UserName="zhangban")
        key = iam.create_access_key(UserName="zhangban")["AccessKey"]
        iam.put_user_policy(UserName="zhangban", PolicyName="files", PolicyDocument=json.dumps(_POLICY))
        first._client().create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        # From here on a signature that is not right is refused, as S3 refuses it.
        ActionAuthenticatorMixin.request_count = 0
        moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0.0
        yield S3Store(endpoint, key["AccessKeyId"], key["SecretAccessKey"])
    finally:
        moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = float("inf")
        server.stop()
