"""Deploys stages into an emulator with tools/deploy, and checks what the emulator then has.

    python stages.py <emulator's URL> <folder of the checkout> <empty folder> <ministack or moto>

It runs in the environment of the SAM command line. The emulators have no SAM transform, so the templates of the application
and of its monitoring are transformed here; the data stack is deployed as it is.
"""
import io
import json
import os
import shutil
import sys
import zipfile

ENDPOINT, CHECKOUT, ROOT, EMULATOR = sys.argv[1:5]
os.environ |= {
    "AWS_ENDPOINT_URL": ENDPOINT, "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
}
sys.path.insert(0, os.path.join(CHECKOUT, "tools", "deploy"))

import boto3  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

import deploy  # noqa: E402

BUCKET = "deploy-test"
# Moto's CloudFormation has no settings of SES and does not know the names of buses, so that only the data stack fits.
ONLY_DATA = EMULATOR == "moto"
if ONLY_DATA:
    deploy.STACKS = [stack for stack in deploy.STACKS if stack.keeps_data]
# What ministack does not have.
UNSUPPORTED = (
    "AWS::CloudWatch::CompositeAlarm", "AWS::Budgets::Budget", "AWS::CE::AnomalyMonitor", "AWS::CE::AnomalySubscription",
    "AWS::Logs::QueryDefinition",
)
CloudFormation = boto3.client("cloudformation")


class NoManagedPolicies:
    def load(self):
        return {"AWSCodeDeployRoleForLambda": "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda"}


def upload_code():
    """Uploads a function and a definition that nothing runs."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("bootstrap", "#!/bin/sh\n")
    s3.put_object(Bucket=BUCKET, Key="code.zip", Body=code.getvalue())
    s3.put_object(Bucket=BUCKET, Key="machine.json",
                  Body=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}))


def transformed(path):
    """Returns a template after the transform."""
    with open(os.path.join(CHECKOUT, path), encoding="utf-8") as file:
        template = yaml_parse(file.read())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://{BUCKET}/code.zip"
        if resource["Type"] == "AWS::Serverless::StateMachine":
            resource["Properties"]["DefinitionUri"] = f"s3://{BUCKET}/machine.json"
    template = transform(template, {}, NoManagedPolicies())
    template.pop("Transform", None)
    for name, resource in list(template["Resources"].items()):
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            properties.pop("Body")
            properties.pop("FailOnWarnings", None)
            properties |= {"Name": {"Ref": "AWS::StackName"}, "ProtocolType": "HTTP"}
        is_math = "Metrics" in properties and resource["Type"].endswith("::Alarm")  # ministack has no metric math
        if resource["Type"] in UNSUPPORTED or is_math:
            del template["Resources"][name]
    return template


def write(template, path="template.yaml"):
    with open(os.path.join(ROOT, path), "w", encoding="utf-8") as file:
        json.dump(template, file)


protections = []  # the values of Protection with which the last stage's data stack was deployed


class Recorded(deploy.Deployment):
    def call_sam(self, stack, name, more):
        if stack.keeps_data:
            protections.append(more["Protection"])
        super().call_sam(stack, name, more)

    def protect(self, name):
        if not ONLY_DATA:  # moto does not know the protection of stacks
            super().protect(name)


SECRETS = {}  # the ARNs of the secrets of the stages' edges, by stage


def create_secrets():
    manager = boto3.client("secretsmanager")
    for stage in ("alpha", "beta"):
        SECRETS[stage] = manager.create_secret(Name=f"tenantry-{stage}-origin", SecretString="a secret")["ARN"]


def options(stage):
    """Returns the parameters with which the first two stages have an edge and the roles of a pipeline."""
    if stage not in SECRETS:
        return {}
    return {
        "EdgeDomain": f"{stage}.test", "OriginSecretArn": SECRETS[stage], "OriginSecretHashes": "0" * 64,
        "Repository": "example/tenantry", "GitHubProviderArn": "arn:aws:iam::000000000000:oidc-provider/github",
    }


def run(stage):
    """Deploys a stage. Returns the reason if it is refused."""
    protections.clear()
    deployment = Recorded(ROOT, stage, {"s3_bucket": BUCKET}, {"PublicUrl": f"https://{stage}.test"} | options(stage))
    try:
        deployment.run()
    except deploy.Refusal as refusal:
        return str(refusal)
    return ""


def status(stack):
    try:
        return CloudFormation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError:
        return "none"


def resources(stack):
    """Returns the physical ids of a stack's resources, by logical id."""
    found = {}
    for page in CloudFormation.get_paginator("list_stack_resources").paginate(StackName=stack):
        for resource in page["StackResourceSummaries"]:
            if not resource["ResourceStatus"].startswith("DELETE"):
                found[resource["LogicalResourceId"]] = resource.get("PhysicalResourceId")
    return found


def expect(condition, text):
    if not condition:
        raise SystemExit(f"FAILED: {text}")
    print(f"ok: {text}", flush=True)


def is_protected(stage):
    """Reports whether the stage's table cannot be deleted."""
    description = CloudFormation.describe_stacks(StackName=f"tenantry-{stage}-data")["Stacks"][0]
    expect(description["EnableTerminationProtection"], f"the data stack of {stage} cannot be deleted")
    table = boto3.client("dynamodb").describe_table(TableName=f"tenantry-{stage}-data-table")["Table"]
    return table.get("DeletionProtectionEnabled", False)


def side_by_side():
    """Two stages fit into one account, because nothing that one names belongs to the other."""
    for stage in ("alpha", "beta"):
        expect(run(stage) == "", f"the stage {stage} is deployed")
        expect(protections == ["off", "on"], "the table is protected as soon as its creation cannot roll back any more")
        expect(status(f"tenantry-{stage}-data").endswith("_COMPLETE"), f"the data of {stage} are there")
        if not ONLY_DATA:
            expect(status(f"tenantry-{stage}").endswith("_COMPLETE"), f"the application of {stage} is there")
            expect(status(f"tenantry-{stage}-monitoring").endswith("_COMPLETE"), f"the alarms of {stage} are there")
            expect(is_protected(stage), f"the table of {stage} is protected after the first deployment")
    for suffix in [stack.suffix for stack in deploy.STACKS]:
        alpha, beta = resources("tenantry-alpha" + suffix), resources("tenantry-beta" + suffix)
        # The id of an API's stage is its name, which only the API needs to know.
        shared = [name for name in alpha if alpha[name] and alpha[name] == beta.get(name) and alpha[name] != "$default"]
        expect(set(alpha) == set(beta) and not shared, f"the stages share no resource of tenantry-*{suffix}: {shared}")


def failing(template):
    """Returns a template with a resource that ministack cannot create."""
    broken = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": [], "AlarmName": "x" * 300}}
    return template | {"Resources": template["Resources"] | {"Broken": broken}}


def first_deployment_fails(template):
    """What a failed creation leaves is deleted, and the next attempt succeeds."""
    write(failing(template))
    expect("failed" in run("gamma"), "a failing creation is reported")
    expect(status("tenantry-gamma") in ("ROLLBACK_COMPLETE", "none"), f"it rolls back: {status('tenantry-gamma')}")
    expect(status("tenantry-gamma-data").endswith("_COMPLETE"), "the data stack before it stays")
    write(template)
    expect(run("gamma") == "", "the next attempt succeeds")
    expect(status("tenantry-gamma").endswith("_COMPLETE"), "the stage is there")


def update_and_rollback(template):
    more = {"More": {"Type": "AWS::SQS::Queue"}}
    updated = template | {"Resources": template["Resources"] | more}
    write(updated)
    before = resources("tenantry-alpha")
    expect(run("alpha") == "", "an update is deployed")
    expect(protections == ["on"], "an update never turns the protection off")
    after = resources("tenantry-alpha")
    expect("More" in after and all(after.get(name) == before[name] for name in before), "the update adds a queue and keeps the rest")
    write(failing(updated))
    expect("failed" in run("alpha"), "a failing update is reported")
    expect(status("tenantry-alpha") == "UPDATE_ROLLBACK_COMPLETE", f"it rolls back: {status('tenantry-alpha')}")
    expect(resources("tenantry-alpha") == after, "the stack has what it had before the failing update")
    write(template)
    expect(run("alpha") == "", "the next update is deployed")
    expect("More" not in resources("tenantry-alpha"), "the queue is gone")


def clean_up():
    for stage in ("alpha", "beta", "gamma"):
        for suffix in ("-edge", "-monitoring", "", "-data", "-delivery"):
            stack = f"tenantry-{stage}{suffix}"
            if status(stack) == "none":
                continue
            if not ONLY_DATA:
                CloudFormation.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
            CloudFormation.delete_stack(StackName=stack)


def main():
    os.makedirs(os.path.join(ROOT, "infra"))
    for name in ("data.yaml", "edge.yaml", "delivery.yaml"):
        shutil.copy(os.path.join(CHECKOUT, "infra", name), os.path.join(ROOT, "infra"))
    upload_code()
    if not ONLY_DATA:
        create_secrets()
    write(transformed("infra/monitoring.yaml"), "infra/monitoring.yaml")
    template = transformed("template.yaml")
    write(template)
    try:
        side_by_side()
        if not ONLY_DATA:
            first_deployment_fails(template)
            update_and_rollback(template)
    finally:
        clean_up()


main()
