"""Deploys the stacks of a stage to AWS, in their order, without asking.

    make deploy STAGE=staging
    make deploy STAGE=staging PARAMETERS="PublicUrl=https://customers.example.com"

The stage's parameters are in samconfig.toml, under [<stage>.deploy.parameters]. The outputs of each stack become the
parameters of the same names of the stacks after it. The first deployment of a stack can fail and roll back; run the
command again. See docs/adr/0049-stacks.md.
"""
import argparse
import dataclasses
import os
import re
import subprocess
import sys
import tomllib

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from samtranslator.yaml_helper import yaml_parse


@dataclasses.dataclass(frozen=True)
class Stack:
    template: str
    suffix: str  # what the name of the stack has after the name of the application's
    needs: str = ""  # a parameter without which a stage does not have this stack
    keeps_data: bool = False  # the stack is protected from deletion
    region: str = ""  # if it is not the stage's


# A stack that is deployed later is a line more. It gets the outputs of the stacks before it.
STACKS = [
    # The roles of a pipeline, which cannot change them itself: Repository is only given by hand (docs/runbooks/deploy.md).
    Stack("infra/delivery.yaml", "-delivery", needs="Repository"),
    Stack("infra/data.yaml", "-data", keeps_data=True),
    Stack("template.yaml", ""),
    Stack("infra/monitoring.yaml", "-monitoring"),
    Stack("infra/edge.yaml", "-edge", needs="EdgeDomain", region="us-east-1"),  # as CloudFront requires
]

# The stages whose first creation failed. They have nothing and cannot be updated, so they are deleted.
FAILED_CREATION = ("ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS")
READY = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE")

# Lambda's names of functions have 64 characters, and API Gateway's role finds the functions by the stack's name.
STAGE_NAME = re.compile(r"[a-z][a-z0-9-]{0,11}")


class Refusal(Exception):
    """A reason why the stage is not deployed, for the person who deploys."""


def read_stage(root, stage):
    """Returns the deployment's settings and the parameters of a stage in samconfig.toml."""
    path = os.path.join(root, "samconfig.toml")
    with open(path, "rb") as file:
        config = tomllib.load(file)
    stages = sorted(name for name in config if isinstance(config[name], dict) and name != "default")
    if stage not in stages:
        raise Refusal(f"samconfig.toml has no stage {stage!r}. The stages are {', '.join(stages)}.")
    if not STAGE_NAME.fullmatch(stage):
        raise Refusal(f"The name of the stage {stage!r} must have at most 12 characters a-z, 0-9 and -.")
    settings = config[stage].get("deploy", {}).get("parameters", {})
    return settings, pairs(settings.get("parameter_overrides", []))


def pairs(texts):
    """Returns the values in texts such as Name=value."""
    values = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise Refusal(f"The parameter {text!r} is not of the form Name=value.")
        values[name] = value
    return values


class Deployment:
    def __init__(self, root, stage, settings, values):
        self.root = root
        self.name = settings.get("stack_name", f"tenantry-{stage}")
        self.stage = stage
        self.settings = settings
        self.values = values
        self.region = settings.get("region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        self.stacks = [stack for stack in STACKS if not stack.needs or values.get(stack.needs)]
        self.templates = {}
        for stack in self.stacks:
            with open(os.path.join(root, stack.template), encoding="utf-8") as file:
                self.templates[stack] = yaml_parse(file.read())

    def check(self):
        """Raises a Refusal if a parameter is missing or unknown."""
        if not self.region:
            raise Refusal("No region: set AWS_REGION, or region in samconfig.toml.")
        known, given = set(), set(self.values)
        for stack, template in self.templates.items():
            parameters = template.get("Parameters", {})
            known |= set(parameters)
            missing = [name for name, p in parameters.items() if "Default" not in p and name not in given]
            if missing:
                raise Refusal(
                    f"{stack.template} needs a value for {', '.join(missing)}. Add it to samconfig.toml, as in\n\n"
                    f"    [{self.stage}.deploy.parameters]\n"
                    f'    parameter_overrides = ["{missing[0]}=…"]\n\n'
                    f'or to the command: make deploy STAGE={self.stage} PARAMETERS="{missing[0]}=…"')
            given |= set(template.get("Outputs", {}))
        unknown = sorted(set(self.values) - known)
        if unknown:
            raise Refusal(f"No template has the parameter {', '.join(unknown)}.")

    def run(self):
        self.check()
        for stack in self.stacks:
            self.cloudformation = boto3.client("cloudformation", region_name=stack.region or self.region)
            self.deploy(stack)

    def deploy(self, stack):
        name = self.name + stack.suffix
        description = self.make_room(name)
        if stack.keeps_data and description is None:
            # CloudFormation could not delete a protected table if the creation fails and rolls back.
            self.call_sam(stack, name, {"Protection": "off"})
        self.call_sam(stack, name, {"Protection": "on"} if stack.keeps_data else {})
        if stack.keeps_data:
            self.protect(name)
        outputs = self.describe(name).get("Outputs", [])
        self.values |= {output["OutputKey"]: output["OutputValue"] for output in outputs}

    def protect(self, name):
        print(f"{name}: the stack is protected from deletion", flush=True)
        self.cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=True)

    def describe(self, name):
        """Returns the description of a stack, or None if it does not exist."""
        try:
            return self.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise

    def make_room(self, name):
        """Returns the description of a stack, or None if it does not exist. Deletes what a failed creation has left."""
        description = self.describe(name)
        if description is None or description["StackStatus"] in READY:
            return description
        status = description["StackStatus"]
        if status not in FAILED_CREATION:
            raise Refusal(f"The stack {name} is {status}. Wait until it is complete, or see docs/runbooks/deploy.md.")
        print(f"{name}: deleting what the failed creation has left ({status})", flush=True)
        self.cloudformation.delete_stack(StackName=name)
        self.cloudformation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig={"Delay": 5})
        return None

    def call_sam(self, stack, name, more):
        parameters = self.templates[stack].get("Parameters", {})
        values = {key: value for key, value in (self.values | more).items() if key in parameters}
        where = ["--resolve-s3"]
        if stack.region:  # the bucket is in the stage's region, and the template has no code
            where = []
        elif "s3_bucket" in self.settings:
            where = ["--s3-bucket", self.settings["s3_bucket"], "--s3-prefix", name]
        command = [
            os.path.join(os.path.dirname(sys.executable), "sam"), "deploy", "--region", stack.region or self.region,
            "--template-file", os.path.join(self.root, stack.template), "--stack-name", name, *where,
            "--capabilities", "CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND",
            "--no-confirm-changeset", "--no-fail-on-empty-changeset",
            "--tags", f"stage={self.stage}",
        ]
        if "role_arn" in self.settings and stack.needs != "Repository":  # which makes the role
            command += ["--role-arn", self.settings["role_arn"]]
        command += ["--parameter-overrides", *(f"{key}={value}" for key, value in sorted(values.items()) if value)]
        print(f"{name}: {stack.template}", flush=True)
        print("  " + " ".join(command[1:]), flush=True)
        environment = os.environ | {"SAM_CLI_TELEMETRY": "0"}
        result = subprocess.run(command, cwd=self.root, env=environment, check=False)
        if result.returncode:
            raise Refusal(f"The deployment of {name} failed and was rolled back. Fix the cause and run the same command again.")


def build(root, architecture):
    """Builds the functions and the panel."""
    environment = os.environ | {"ARCH": {"x86_64": "amd64", "arm64": "arm64"}[architecture]}
    subprocess.run([os.path.join(root, "local", "build.sh")], cwd=root, env=environment, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", default=os.getcwd(), help="folder of the templates and samconfig.toml")
    parser.add_argument("--no-build", action="store_true", help="use the functions that are in build/")
    parser.add_argument("stage")
    parser.add_argument("parameters", nargs="*", metavar="Name=value")
    arguments = parser.parse_args()
    try:
        settings, values = read_stage(arguments.root, arguments.stage)
        deployment = Deployment(arguments.root, arguments.stage, settings, values | pairs(arguments.parameters))
        deployment.check()
        if not arguments.no_build:
            build(arguments.root, deployment.values.get("Architecture", "x86_64"))
        deployment.run()
    except Refusal as refusal:
        sys.exit(f"deploy: {refusal}")
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"deploy: AWS answered: {error}")
    for name in ("ApiUrl", "CreateAdministratorFunctionName"):
        if name in deployment.values:
            print(f"{name}  {deployment.values[name]}")


if __name__ == "__main__":
    main()
