"""Creates the template's tables in dynoxide, and updates their indexes when the template has changed."""
import json
import time

TABLE = "AWS::DynamoDB::Table"
CREATED_WITH = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "BillingMode")


def update_tables(dynamodb, template, names):
    """Creates or updates the tables. The names map logical ids to the names that CloudFormation gave the tables."""
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
    """Creates and deletes indexes, one at a time as DynamoDB requires.

    If an index has other keys or attributes than in the template, the table has items of an older version.
    """
    current = dynamodb.describe_table(TableName=table)["Table"]
    if keys(current) != keys(properties):
        raise SystemExit(f"The keys of {table} differ from the template's: delete the table with `make reset`.")
    existing = {index["IndexName"]: shape(index) for index in current.get("GlobalSecondaryIndexes", [])}
    desired = {index["IndexName"]: index for index in properties.get("GlobalSecondaryIndexes", [])}
    if any(name in desired and existing[name] != shape(desired[name]) for name in existing):
        raise SystemExit(f"The items of {table} have the form of an older version: delete the table with `make reset`.")
    for name in [name for name in existing if name not in desired]:
        change_index(dynamodb, table, {"Delete": {"IndexName": name}})
        del existing[name]
    attributes = properties["AttributeDefinitions"]
    for name in [name for name in desired if name not in existing]:
        change_index(dynamodb, table, {"Create": desired[name]}, AttributeDefinitions=attributes)


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


def enable_expiry(dynamodb, table, specification):
    current = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if specification and current.get("TimeToLiveStatus") != "ENABLED":
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)


def keys(table):
    """Returns the key schema of a table or index in a form that can be compared."""
    return sorted(json.dumps(key, sort_keys=True) for key in table["KeySchema"])


def shape(index):
    """Returns the key schema and projection of an index in a form that can be compared."""
    projection = dict(index["Projection"])
    if "NonKeyAttributes" in projection:
        projection["NonKeyAttributes"] = sorted(projection["NonKeyAttributes"])
    return keys(index), projection
