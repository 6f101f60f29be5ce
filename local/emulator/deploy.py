"""Deploys the stacks of a stage into the local emulators, and prints what it deployed as JSON.

It does what `make deploy` does on AWS: it deploys the stacks in their order, and passes the outputs of each as parameters
to those after it. It uploads the code, runs the SAM transform and calls CloudFormation. It also creates the table in
dynoxide. The supervisor reads the output: the functions, the routes of the API and the consumers of the table's stream,
which it serves itself, and the bucket of backups.
"""
import argparse
import json
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from artifacts import Artifacts
from database import index_stream_records
from functions import describe
from routes import take_routes
from tables import update_tables

# The stacks in the order of their deployment: the template, and what its stack's name has after the stage's.
DATA, APPLICATION = ("infra/data.yaml", "-data"), ("template.yaml", "")
STREAM_CONSUMER = "AWS::Lambda::EventSourceMapping"


class NoManagedPolicies:
    """An empty list of AWS's managed policies. The template uses none: each function has its own role."""

    def load(self):
        return {}


def clients(endpoint):
    region = os.environ["AWS_REGION"]
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=region)
    config = Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"})
    return lambda service: session.client(service, endpoint_url=endpoint, config=config)


def take_stream_consumers(template):
    """Removes the event source mappings of table streams from the template and returns their properties.

    Their references become outputs of the stack, so that CloudFormation resolves them.
    """
    consumers = {}
    for name, resource in list(template["Resources"].items()):
        properties = resource.get("Properties", {})
        source = json.dumps(properties.get("EventSourceArn"))
        if resource["Type"] != STREAM_CONSUMER or "StreamArn" not in source and ":dynamodb:" not in source:
            continue
        del template["Resources"][name]
        consumers[name] = properties
        references = {
            "Function": {"Fn::GetAtt": [properties["FunctionName"]["Ref"], "Arn"]},
            "Stream": properties["EventSourceArn"],
            "Destination": properties.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination"),
        }
        for kind, reference in references.items():
            if reference is not None:
                template.setdefault("Outputs", {})[f"Local{kind}{name}"] = {"Value": reference}
    return consumers


def resolve_stream_consumers(consumers, outputs):
    """Adds the resolved references to the properties of the consumers. It removes them from the outputs."""
    resolved = []
    for name, properties in consumers.items():
        stream = outputs.pop(f"LocalStream{name}")
        resolved.append(properties | {
            "Name": name,
            "FunctionName": outputs.pop(f"LocalFunction{name}"),
            "TableName": stream.split(":table/")[1].split("/")[0],
            "Destination": outputs.pop(f"LocalDestination{name}", ""),
        })
    return resolved


def drop_metric_math(template):
    """Removes the alarms on metric math, which ministack rejects."""
    for name, resource in list(template["Resources"].items()):
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
            del template["Resources"][name]


def create_or_update(cloudformation, stack, template, parameters, artifacts):
    """Creates or updates the stack and returns its description. A stack whose creation failed is deleted first."""
    body = json.dumps(template)
    request = {
        "StackName": stack,
        "TemplateURL": artifacts.url(artifacts.put(body.encode(), ".json")),
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    try:
        stacks = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        if stacks[0]["StackStatus"] in ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"):
            cloudformation.delete_stack(StackName=stack)
            wait(cloudformation, stack, deleting=True)
            stacks = []
    except ClientError:
        stacks = []
    try:
        (cloudformation.update_stack if stacks else cloudformation.create_stack)(**request)
    except ClientError as error:
        if "No updates" not in str(error):
            raise
        return stacks[0]
    return wait(cloudformation, stack)


def wait(cloudformation, stack, deleting=False):
    """Waits until the stack is deployed and returns its description, or with deleting until the stack is deleted."""
    while True:
        try:
            description = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError:
            if deleting:
                return None
            raise
        status = description["StackStatus"]
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return description
        if deleting and status == "DELETE_COMPLETE":
            return None
        if not status.endswith("_IN_PROGRESS"):
            raise SystemExit(f"The deployment failed with {status}:\n" + "\n".join(failures(cloudformation, stack))
                             + "\nIf the deployed stack cannot be updated, delete it and its data with `make reset`.")
        time.sleep(0.1)


def failures(cloudformation, stack):
    """Yields the failures of the latest attempt. CloudFormation returns the newest events first."""
    for event in cloudformation.describe_stack_events(StackName=stack)["StackEvents"]:
        status = event["ResourceStatus"]
        if event["LogicalResourceId"] == stack and status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
            return
        if "FAILED" in status:
            yield f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"


def physical_ids(cloudformation, stack):
    """Returns the physical ids of the stack's resources: resource type -> logical id -> physical id."""
    ids = {}
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
        for resource in page["StackResourceSummaries"]:
            ids.setdefault(resource["ResourceType"], {})[resource["LogicalResourceId"]] = resource["PhysicalResourceId"]
    return ids


def load(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return yaml_parse(file.read())


def known(template, values):
    """Returns the values for parameters of the template."""
    return {key: value for key, value in values.items() if key in template.get("Parameters", {})}


def outputs_of(description):
    return {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}


def refuse_old_layout(cloudformation, stack):
    """Ends the deployment if the data are in the application's stack, as in earlier versions."""
    try:
        tables = physical_ids(cloudformation, stack).get("AWS::DynamoDB::Table", {})
    except ClientError:
        return
    if tables:
        raise SystemExit("The data of this stack are from an earlier version, which kept them in another stack. "
                         "Delete them with `make reset`.")


def deploy_data(arguments, root, values, cloudformation, dynamodb, artifacts):
    """Deploys the data stack and returns its outputs."""
    template = load(root, DATA[0])
    stack = arguments.stack + DATA[1]
    description = create_or_update(cloudformation, stack, template, known(template, values), artifacts)
    tables = physical_ids(cloudformation, stack).get("AWS::DynamoDB::Table", {})
    update_tables(dynamodb, template, tables)
    return outputs_of(description)


def deploy_application(arguments, root, values, cloudformation, artifacts):
    """Deploys the application and returns its outputs, its resources, its routes and the consumers of the stream."""
    template = load(root, APPLICATION[0])
    parameters = known(template, values)
    artifacts.upload(template, root)
    template = transform(template, parameters, NoManagedPolicies())
    template.pop("Transform", None)
    routes = take_routes(template)
    drop_metric_math(template)
    consumers = take_stream_consumers(template)
    stack = arguments.stack + APPLICATION[1]
    outputs = outputs_of(create_or_update(cloudformation, stack, template, parameters, artifacts))
    consumers = resolve_stream_consumers(consumers, outputs)
    return outputs, physical_ids(cloudformation, stack), routes, consumers


def deploy(arguments):
    emulator, storage = clients(arguments.emulator), clients(arguments.dynamodb)
    values = dict(pair.split("=", 1) for pair in arguments.parameters)
    artifacts = Artifacts(emulator("s3"), arguments.emulator, arguments.code)
    cloudformation = emulator("cloudformation")
    refuse_old_layout(cloudformation, arguments.stack + APPLICATION[1])
    data = deploy_data(arguments, arguments.root, values, cloudformation, storage("dynamodb"), artifacts)
    outputs, resources, routes, consumers = deploy_application(
        arguments, arguments.root, values | data, cloudformation, artifacts)
    index_stream_records(arguments.database)
    artifacts.delete_unused()
    functions = resources["AWS::Lambda::Function"]
    return {
        "consumers": consumers,
        "outputs": data | outputs,
        "api": next(iter(resources["AWS::ApiGatewayV2::Api"].values())),
        "routes": [route | {"function": functions[route["function"]]} for route in routes],
        "functions": describe(emulator("lambda"), functions, artifacts.folders),
        "buckets": [data["BackupBucket"]],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", required=True, help="folder of the checkout")
    parser.add_argument("--stack", required=True, help="name of the stage's stacks, without what each has after it")
    parser.add_argument("--emulator", required=True, help="URL of ministack")
    parser.add_argument("--dynamodb", required=True, help="URL of dynoxide")
    parser.add_argument("--database", required=True, help="file in which dynoxide keeps the tables")
    parser.add_argument("--code", required=True, help="folder for the binaries of the functions")
    parser.add_argument("parameters", nargs="*", metavar="Parameter=value")
    print(json.dumps(deploy(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
