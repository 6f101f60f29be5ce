"""Copies a table of dynoxide as it is now, as DynamoDB restores one: python copy_table.py <source> <target>.

The copy has the items and the indexes. It has no stream, no expiry and no protection. dynoxide cannot restore by itself.
"""
import sys

import boto3

SOURCE, TARGET = sys.argv[1:]
dynamodb = boto3.client("dynamodb")
table = dynamodb.describe_table(TableName=SOURCE)["Table"]
indexes = [{key: index[key] for key in ("IndexName", "KeySchema", "Projection")} for index in table["GlobalSecondaryIndexes"]]
dynamodb.create_table(
    TableName=TARGET, KeySchema=table["KeySchema"], AttributeDefinitions=table["AttributeDefinitions"],
    GlobalSecondaryIndexes=indexes, BillingMode="PAY_PER_REQUEST")
count = 0
for page in dynamodb.get_paginator("scan").paginate(TableName=SOURCE, ConsistentRead=True):
    items = page["Items"]
    for first in range(0, len(items), 25):
        batch = [{"PutRequest": {"Item": item}} for item in items[first:first + 25]]
        count += len(batch)
        while batch:
            batch = dynamodb.batch_write_item(RequestItems={TARGET: batch}).get("UnprocessedItems", {}).get(TARGET, [])
print(f"copied {count} items")
