"""Uploads the code and definitions that a template refers to.

The supervisor runs a function in a folder of the stack's data. The package that ministack gets contains only the name of
this folder: ministack would keep the binary twice in memory and three times on disk, tens of megabytes a function.
"""
import hashlib
import io
import os
import shutil
import zipfile

BUCKET = "local-artifacts"


class Artifacts:
    def __init__(self, s3, endpoint, code_folder):
        self.s3 = s3
        self.endpoint = endpoint
        self.code_folder = code_folder
        self.used = set()
        self.folders = {}  # logical id of a function -> folder with its program
        s3.create_bucket(Bucket=BUCKET)
        os.makedirs(code_folder, exist_ok=True)

    def put(self, data, extension):
        """Stores data under the hash of its content and returns the key."""
        key = hashlib.sha256(data).hexdigest() + extension
        self.used.add(key)
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=data)
        return key

    def url(self, key):
        return f"{self.endpoint}/{BUCKET}/{key}"

    def upload(self, template, root):
        """Uploads code and definitions, and replaces their paths in a SAM template by S3 URIs."""
        for name, resource in template["Resources"].items():
            properties = resource.get("Properties", {})
            if resource["Type"] == "AWS::Serverless::Function":
                folder = self._copy(os.path.join(root, properties["CodeUri"]))
                self.folders[name] = folder
                properties["CodeUri"] = f"s3://{BUCKET}/{self.put(package(folder), '.zip')}"
            elif resource["Type"] == "AWS::Serverless::StateMachine":
                if isinstance(properties.get("DefinitionUri"), str):
                    with open(os.path.join(root, properties["DefinitionUri"]), "rb") as file:
                        properties["DefinitionUri"] = f"s3://{BUCKET}/{self.put(file.read(), '.json')}"

    def _copy(self, source):
        """Copies a folder under the hash of its content, so that a later build does not change deployed code."""
        name = f"{os.path.basename(os.path.normpath(source))}-{tree_hash(source)[:16]}"
        target = os.path.join(self.code_folder, name)
        if not os.path.isdir(target):
            shutil.rmtree(target + ".next", ignore_errors=True)
            shutil.copytree(source, target + ".next", copy_function=link_or_copy)
            os.rename(target + ".next", target)
        return target

    def delete_unused(self):
        """Deletes packages that this deployment does not use. The code of the functions that still run is kept."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            for entry in page.get("Contents", []):
                if entry["Key"] not in self.used:
                    self.s3.delete_object(Bucket=BUCKET, Key=entry["Key"])


def link_or_copy(source, target):
    """Hard-links a file if possible. That is safe: the compiler replaces its output file and never writes into it."""
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


def package(folder):
    """Returns the package of a function: the name of its folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("folder"), folder)
    return buffer.getvalue()
