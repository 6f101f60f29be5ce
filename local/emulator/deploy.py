"""Deploys the SAM template into the local emulators.

Does what `sam deploy` does (uploads the code, runs the SAM transform, calls CloudFormation), and what the emulators
need beside: routes as resources of their own, the table in dynoxide, and a file that tells the supervisor what it has
to serve: the API, the buckets, and the stream consumers, which it feeds itself.
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
from routes import replace_api_bodies
from tables import bring_tables_up_to_date

STREAM_CONSUMER = "AWS::Lambda::EventSourceMapping"


class NoManagedPolicies:
    """Every function has a role of its own, so the transform never needs the names of AWS's managed policies."""

    def load(self):
        return {}


def clients(endpoint):
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=os.environ["AWS_REGION"])
    config = Config(retries={"max_attempts": 2}, s3={"addressing_style": "path"})
    return lambda service: session.client(service, endpoint_url=endpoint, config=config)


def take_stream_consumers(template):
    """Removes the consumers of table streams from the template and returns their properties.

    What they refer to becomes outputs of the stack, so that CloudFormation resolves it.
    """
    consumers = {}
    for name, resource in list(template["Resources"].items()):
        properties = resource.get("Properties", {})
        if resource["Type"] != STREAM_CONSUMER or "StreamArn" not in json.dumps(properties.get("EventSourceArn")):
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


def create_or_update(cloudformation, stack, template, parameters, artifacts):
    body = json.dumps(template)
    request = {
        "StackName": stack,
        "TemplateURL": artifacts.address_of(artifacts.put(body.encode(), ".json")),
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    }
    try:
        stacks = cloudformation.describe_stacks(StackName=stack)["Stacks"]
        if stacks[0]["StackStatus"] in ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"):
            cloudformation.delete_stack(StackName=stack)
            wait(cloudformation, stack, gone=True)
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


def wait(cloudformation, stack, gone=False):
    while True:
        try:
            description = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError:
            if gone:
                return None
            raise
        status = description["StackStatus"]
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return description
        if gone and status == "DELETE_COMPLETE":
            return None
        if not status.endswith("_IN_PROGRESS"):
            raise SystemExit(f"The stack ended {status}:\n" + "\n".join(failures(cloudformation, stack))
                             + "\nIf the stack cannot change that way, `make reset` lets it start over.")
        time.sleep(0.1)


def failures(cloudformation, stack):
    """What went wrong in the latest attempt; the events come newest first."""
    for event in cloudformation.describe_stack_events(StackName=stack)["StackEvents"]:
        if event["LogicalResourceId"] == stack and event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
            return
        if "FAILED" in event["ResourceStatus"]:
            yield f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"


def physical_ids(cloudformation, stack):
    """Logical name -> physical name of everything in the stack, by type."""
    found = {}
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
        for resource in page["StackResourceSummaries"]:
            found.setdefault(resource["ResourceType"], {})[resource["LogicalResourceId"]] = resource["PhysicalResourceId"]
    return found


def deploy(arguments):
    emulator, storage = clients(arguments.emulator), clients(arguments.dynamodb)
    root = os.path.dirname(os.path.abspath(arguments.template))
    with open(arguments.template, encoding="utf-8") as file:
        template = yaml_parse(file.read())
    given = dict(pair.split("=", 1) for pair in arguments.parameters)
    parameters = {key: value for key, value in given.items() if key in template.get("Parameters", {})}

    artifacts = Artifacts(emulator("s3"), arguments.emulator, arguments.code)
    artifacts.take(template, root)
    template = transform(template, parameters, NoManagedPolicies())
    template.pop("Transform", None)
    replace_api_bodies(template)
    consumers = take_stream_consumers(template)

    cloudformation = emulator("cloudformation")
    description = create_or_update(cloudformation, arguments.stack, template, parameters, artifacts)
    outputs = {output["OutputKey"]: output["OutputValue"] for output in description.get("Outputs", [])}
    resources = physical_ids(cloudformation, arguments.stack)
    bring_tables_up_to_date(storage("dynamodb"), template, resources.get("AWS::DynamoDB::Table", {}))
    index_stream_records(arguments.database)
    artifacts.forget_unused()
    return {
        "consumers": resolve_stream_consumers(consumers, outputs),
        "outputs": outputs,
        "api": next(iter(resources["AWS::ApiGatewayV2::Api"].values())),
        "buckets": sorted(resources.get("AWS::S3::Bucket", {}).values()),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--template", required=True)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--emulator", required=True, help="address of ministack")
    parser.add_argument("--dynamodb", required=True, help="address of dynoxide")
    parser.add_argument("--database", required=True, help="file that dynoxide keeps the tables in")
    parser.add_argument("--code", required=True, help="folder for what the functions run from")
    parser.add_argument("parameters", nargs="*", metavar="Parameter=value")
    print(json.dumps(deploy(parser.parse_args()), indent=2))


if __name__ == "__main__":
    main()
