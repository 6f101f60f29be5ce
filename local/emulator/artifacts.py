"""What a template names on disk, put where the emulator finds it.

A function's package holds only a script that starts the function from a folder beside the stack's data. Uploaded
binaries would be held twice in the emulator's memory and three times on disk, tens of megabytes a function.
"""
import hashlib
import io
import os
import shlex
import shutil
import zipfile

BUCKET = "local-artifacts"


class Artifacts:
    def __init__(self, s3, endpoint, code_folder):
        self.s3 = s3
        self.endpoint = endpoint
        self.code_folder = code_folder
        self.used = set()
        s3.create_bucket(Bucket=BUCKET)
        os.makedirs(code_folder, exist_ok=True)

    def put(self, data, extension):
        """Stores data under the hash of its content and returns the name."""
        key = hashlib.sha256(data).hexdigest() + extension
        self.used.add(key)
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=data)
        return key

    def address_of(self, key):
        return f"{self.endpoint}/{BUCKET}/{key}"

    def take(self, template, root):
        """Replaces the paths of code and definitions in a SAM template by the names of stored packages."""
        for resource in template["Resources"].values():
            properties = resource.get("Properties", {})
            if resource["Type"] == "AWS::Serverless::Function":
                folder = self._keep(os.path.join(root, properties["CodeUri"]))
                properties["CodeUri"] = f"s3://{BUCKET}/{self.put(starter_of(folder), '.zip')}"
            elif resource["Type"] == "AWS::Serverless::StateMachine" and isinstance(properties.get("DefinitionUri"), str):
                with open(os.path.join(root, properties["DefinitionUri"]), "rb") as file:
                    properties["DefinitionUri"] = f"s3://{BUCKET}/{self.put(file.read(), '.json')}"

    def _keep(self, source):
        """Copies a folder under the hash of its content: what is deployed stays as it was while the next one is built."""
        name = f"{os.path.basename(os.path.normpath(source))}-{tree_hash(source)[:16]}"
        self.used.add(name)
        kept = os.path.join(self.code_folder, name)
        if not os.path.isdir(kept):
            shutil.rmtree(kept + ".next", ignore_errors=True)
            shutil.copytree(source, kept + ".next", copy_function=link_or_copy)
            os.rename(kept + ".next", kept)
        return kept

    def forget_unused(self):
        for name in set(os.listdir(self.code_folder)) - self.used:
            shutil.rmtree(os.path.join(self.code_folder, name))
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            for entry in page.get("Contents", []):
                if entry["Key"] not in self.used:
                    self.s3.delete_object(Bucket=BUCKET, Key=entry["Key"])


def link_or_copy(source, target):
    """The compiler replaces its output and never writes into it, so a second name for it costs nothing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def tree_hash(folder):
    digest = hashlib.sha256()
    for directory, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(directory, name)
            with open(path, "rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{os.path.relpath(path, folder)}\0{content}\n".encode())
    return digest.hexdigest()


def starter_of(folder):
    """A package whose bootstrap runs the one in the folder, as if it had been unpacked there."""
    script = f"#!/bin/sh\ncd {shlex.quote(folder)} && LAMBDA_TASK_ROOT=$PWD exec {shlex.quote(folder)}/bootstrap\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, script)
    return buffer.getvalue()
