"""Creates the template's tables in dynoxide, and gives them the indexes that a changed template adds."""
import json
import time

TABLE = "AWS::DynamoDB::Table"
CREATED_WITH = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "BillingMode")


def bring_tables_up_to_date(dynamodb, template, names):
    """names: logical -> physical name of the tables that CloudFormation deployed."""
    existing = set(dynamodb.list_tables()["TableNames"])
    for logical, table in names.items():
        properties = template["Resources"][logical]["Properties"]
        if table not in existing:
            create(dynamodb, table, properties)
        else:
            update(dynamodb, table, properties)
        enable_expiry(dynamodb, table, properties.get("TimeToLiveSpecification"))


def create(dynamodb, table, properties):
    request = {key: properties[key] for key in CREATED_WITH if key in properties}
    if "StreamSpecification" in properties:
        request["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    dynamodb.create_table(TableName=table, **request)
    wait_until_active(dynamodb, table)


def update(dynamodb, table, properties):
    """Indexes come and go one at a time, as on AWS; a changed index is deleted and made anew."""
    current = dynamodb.describe_table(TableName=table)["Table"]
    if keys(current) != keys(properties):
        raise SystemExit(f"The keys of {table} differ from the template's: `make reset` forgets the table.")
    have = {index["IndexName"]: shape(index) for index in current.get("GlobalSecondaryIndexes", [])}
    want = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}
    for name in [name for name in have if name not in want or have[name] != shape(want[name])]:
        change_index(dynamodb, table, {"Delete": {"IndexName": name}})
        del have[name]
    for name in [name for name in want if name not in have]:
        change_index(dynamodb, table, {"Create": want[name]}, AttributeDefinitions=properties["AttributeDefinitions"])


def change_index(dynamodb, table, change, **request):
    dynamodb.update_table(TableName=table, GlobalSecondaryIndexUpdates=[change], **request)
    wait_until_active(dynamodb, table)


def wait_until_active(dynamodb, table):
    while True:
        description = dynamodb.describe_table(TableName=table)["Table"]
        states = [description["TableStatus"]]
        states += [index["IndexStatus"] for index in description.get("GlobalSecondaryIndexes", [])]
        if set(states) == {"ACTIVE"}:
            return
        time.sleep(0.05)


def enable_expiry(dynamodb, table, wanted):
    current = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if wanted and current.get("TimeToLiveStatus") != "ENABLED":
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)


def keys(table):
    return sorted(json.dumps(key, sort_keys=True) for key in table["KeySchema"])


def shape(index):
    projection = dict(index["Projection"])
    if "NonKeyAttributes" in projection:
        projection["NonKeyAttributes"] = sorted(projection["NonKeyAttributes"])
    return keys(index), projection
