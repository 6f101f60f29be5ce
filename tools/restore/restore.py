"""Restores the table of a stage to a point in time, and brings the stage back into service.

    python restore.py freeze    <stack> <file>   stops all functions; the file keeps their settings
    python restore.py table     <stack> <time>   restores into a new table and prepares it; the time is 2026-11-29T09:00:00Z, or latest
    python restore.py prepare   <table>          prepares a table that was restored in another way
    python restore.py reconcile <stack>          compares and corrects what is not in the table, and says what people must do
    python restore.py thaw      <stack> <file>   lets the functions run again

The stack is the application's, such as tenantry-prod. Every step may be repeated. docs/runbooks/restore.md says when to run
which step; docs/adr/0055-restore.md says why.
"""
import argparse
import datetime
import json
import os
import secrets
import sys
import time

import boto3
from botocore.exceptions import ClientError

SECRET = {"pk": {"S": "SECRET#cursor"}, "sk": {"S": "SECRET"}}  # shared/dynamo/doc.go
ATTEMPTS = 60  # calls of a function that continues where the last call has ended
WAIT = float(os.environ.get("RESTORE_POLL_SECONDS", "15"))


def say(text):
    print(text, flush=True)


class Stage:
    """The stacks of a stage."""

    def __init__(self, stack):
        self.stack = stack
        self.cloudformation = boto3.client("cloudformation")

    def outputs(self):
        found = {}
        for name in (self.stack + "-data", self.stack):
            for output in self.cloudformation.describe_stacks(StackName=name)["Stacks"][0].get("Outputs", []):
                found[output["OutputKey"]] = output["OutputValue"]
        return found

    def functions(self):
        """Returns the names of the application's functions, by logical id."""
        pages = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=self.stack)
        return {r["LogicalResourceId"]: r["PhysicalResourceId"] for page in pages
                for r in page["StackResourceSummaries"] if r["ResourceType"] == "AWS::Lambda::Function"}


def freeze(stage, path):
    """Stops all functions. Requests get 503 from the gateway, and streams, queues and the sweep wait."""
    functions = boto3.client("lambda")
    settings = {}
    if os.path.exists(path):
        raise SystemExit(f"{path} exists: the functions may be stopped already. Delete it if it is of another day.")
    for name in stage.functions().values():
        settings[name] = functions.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(settings, file)
    for name in settings:
        functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    say(f"{len(settings)} functions are stopped")


def thaw(path):
    functions = boto3.client("lambda")
    with open(path, encoding="utf-8") as file:
        settings = json.load(file)
    for name, reserved in settings.items():
        if reserved is None:
            functions.delete_function_concurrency(FunctionName=name)
        else:
            functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    os.remove(path)
    say(f"{len(settings)} functions run again")


def restore_table(stage, when):
    """Restores the stage's table to a time into a new table, and returns its name."""
    dynamodb = boto3.client("dynamodb")
    source = stage.outputs()["Table"]
    target = f"{stage.stack}-data-{datetime.datetime.now(datetime.timezone.utc):%Y%m%d-%H%M%S}"
    request = {"SourceTableName": source, "TargetTableName": target}
    if when == "latest":
        request["UseLatestRestorableTime"] = True
    else:
        request["RestoreDateTime"] = datetime.datetime.fromisoformat(when.replace("Z", "+00:00"))
    dynamodb.restore_table_to_point_in_time(**request)
    say(f"restoring {source} as of {when} into {target}: minutes to hours")
    return target


def wait_until_active(dynamodb, table):
    while True:
        description = dynamodb.describe_table(TableName=table)["Table"]
        states = {description["TableStatus"]} | {i["IndexStatus"] for i in description.get("GlobalSecondaryIndexes", [])}
        if states == {"ACTIVE"}:
            return description
        time.sleep(WAIT)


def prepare(table):
    """Gives a restored table what DynamoDB does not restore, and ends what must not outlive the restore."""
    dynamodb = boto3.client("dynamodb")
    description = wait_until_active(dynamodb, table)
    if not description.get("StreamSpecification", {}).get("StreamEnabled"):
        dynamodb.update_table(
            TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        description = wait_until_active(dynamodb, table)
    expiry = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if expiry.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        dynamodb.update_time_to_live(
            TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    ignore_unsupported(lambda: dynamodb.update_continuous_backups(
        TableName=table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}))
    ignore_unsupported(lambda: dynamodb.update_table(TableName=table, DeletionProtectionEnabled=True))
    change_secret(dynamodb, table)
    description = wait_until_active(dynamodb, table)
    say("deploy the stage with these parameters, and add them to samconfig.toml:")
    say(f"ExistingTable={table}")
    say(f"ExistingTableStreamArn={description['LatestStreamArn']}")


def ignore_unsupported(call):
    """Calls what an emulator may not have. AWS has it."""
    try:
        call()
    except ClientError as error:
        if "AWS_ENDPOINT_URL_DYNAMODB" not in os.environ:
            raise
        say(f"the emulator refuses: {error}")


def change_secret(dynamodb, table):
    """Changes the key of cursors. The change feed counts its rows anew from the time of the restore, so a node with a
    cursor of later would miss changes. With a new key its cursor is invalid: it forgets all answers and asks again.
    """
    dynamodb.update_item(
        TableName=table, Key=SECRET, UpdateExpression="SET secret = :new", ConditionExpression="attribute_exists(pk)",
        ExpressionAttributeValues={":new": {"B": secrets.token_bytes(32)}})
    say("cursors and answers to Idempotency-Keys from before are invalid")


def invoke(names, logical, payload):
    response = boto3.client("lambda").invoke(FunctionName=names[logical], Payload=json.dumps(payload).encode())
    text = response["Payload"].read()
    if response.get("FunctionError"):
        raise SystemExit(f"{logical} failed: {text.decode()}")
    return json.loads(text or b"null")


def invoke_all(names, logical, payload):
    """Invokes a function until it has nothing left. Yields its answers."""
    after = {}
    for _ in range(ATTEMPTS):
        answer = invoke(names, logical, payload | after)
        yield answer
        if not answer.get("next"):
            return
        after = {"after": answer["next"]}
    raise SystemExit(f"{logical} does not end")


def read_table(table):
    """Returns the resellers, backups and unfinished operations in the table. It reads the whole table."""
    resellers, backups, operations = [], {}, []
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(
        TableName=table, FilterExpression="sk IN (:account, :backup, :tombstone, :operation)",
        ExpressionAttributeValues={":account": {"S": "ACCOUNT"}, ":backup": {"S": "BACKUP"},
                                   ":tombstone": {"S": "TOMBSTONE"}, ":operation": {"S": "OPERATION"}})
    for page in pages:
        for item in page["Items"]:
            sort, id_ = item["sk"]["S"], item["pk"]["S"].split("#", 1)[1]
            if sort == "ACCOUNT" and item["row"]["M"]["kind"]["S"] == "reseller":
                resellers.append(id_)
            if sort == "BACKUP":
                backups[f"backups/{item['customer']['S']}/{id_}"] = item["state"]["S"]
            if sort == "TOMBSTONE":
                backups.setdefault(f"backups/{item['customer']['S']}/{id_}", "deleted")
            if sort == "OPERATION" and item["state"]["S"] in ("pending", "running"):
                operations.append(id_)
    return resellers, backups, operations


def list_objects(bucket):
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="backups/")
    return {entry["Key"] for page in pages for entry in page.get("Contents", [])}


def reconcile(stage):
    """Corrects the counts, orders the search index, and compares backups with their storage. Reports whether all is well."""
    outputs, names = stage.outputs(), stage.functions()
    resellers, backups, operations = read_table(outputs["Table"])
    ordered = sum(1 for _ in invoke_all(names, "RebuildSearchFunction", {}))
    say(f"search: the index is being written anew ({ordered} calls)")
    wrong = [owner for owner in ["administrator", *sorted(resellers)] if not counts_are_right(names, owner)]
    say(f"counts: of the administrator and {len(resellers)} resellers; not in order: {', '.join(wrong) or 'none'}")
    swept = {}
    for _ in range(ATTEMPTS):
        swept = invoke(names, "SweepDueFunction", {})
        if not swept.get("unfinished"):
            break
    say(f"sweep: {json.dumps(swept)}")
    say(f"operations: {len(operations)} were unfinished and are resumed: {', '.join(operations) or 'none'}")
    objects = list_objects(outputs["BackupBucket"])
    unknown = sorted(key for key in objects if key not in backups)
    missing = sorted(key for key, state in backups.items() if state == "ready" and key not in objects)
    say(f"storage: {len(objects)} objects, {len(unknown)} without a backup in the table, {len(missing)} backups without an object")
    for key in unknown:
        say(f"  without a backup, uploaded after the time of the restore: s3://{outputs['BackupBucket']}/{key}")
    for key in missing:
        say(f"  without an object, deleted after the time of the restore: {key}")
    return not wrong and not unknown and not missing


def counts_are_right(names, owner):
    payload = {"repair": True} | ({"owner": owner} if owner != "administrator" else {})
    for _ in range(3):  # a count is repeated if something has changed meanwhile
        answers = list(invoke_all(names, "ReconcileCountsFunction", payload))
        reports = [report for answer in answers for report in answer.get("reports") or []]
        if all(report["state"] in ("correct", "repaired") for report in reports):
            return True
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["freeze", "table", "prepare", "reconcile", "thaw"])
    parser.add_argument("subject", help="the application's stack, or a table")
    parser.add_argument("argument", nargs="?", help="a time or a file")
    arguments = parser.parse_args()
    if arguments.step in ("freeze", "table", "thaw") and not arguments.argument:
        parser.error(f"{arguments.step} needs a time or a file")
    stage = Stage(arguments.subject)
    if arguments.step == "freeze":
        freeze(stage, arguments.argument)
    if arguments.step == "table":
        prepare(restore_table(stage, arguments.argument))
    if arguments.step == "prepare":
        prepare(arguments.subject)
    if arguments.step == "thaw":
        thaw(arguments.argument)
    if arguments.step == "reconcile" and not reconcile(stage):
        sys.exit(3)


if __name__ == "__main__":
    main()
