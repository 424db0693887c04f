"""Writes an object into a bucket, reads it again and prints a line for each step.

Arguments: the bucket and a key. Credentials, region and endpoints are what boto3 finds in its environment.
"""

import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError


def run(bucket, key):
    session = boto3.Session()
    credentials = session.get_credentials()
    print(f"credentials: by={credentials.method if credentials else 'none'}")
    storage = session.client("s3")
    content = f"written by {key}"
    storage.put_object(Bucket=bucket, Key=key, Body=content.encode())
    print(f"written: s3://{bucket}/{key}")
    read = storage.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    if read != content:
        sys.exit(f"failed: what was read is not what was written: {read}")
    print(f'read: s3://{bucket}/{key} "{read}"')


try:
    run(*sys.argv[1:])
except ClientError as error:
    answer = error.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    sys.exit(f"refused: {answer['Error']['Code']} ({status}): {answer['Error'].get('Message')}")
except BotoCoreError as error:
    sys.exit(f"failed: {error}")
