"""The code and definitions that a template names, uploaded under the hash of their content."""
import hashlib
import io
import os
import zipfile

BUCKET = "local-artifacts"
CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::StateMachine": "DefinitionUri"}


class Artifacts:
    def __init__(self, s3, endpoint):
        self.s3 = s3
        self.endpoint = endpoint
        self.used = set()
        s3.create_bucket(Bucket=BUCKET)
        self.stored = {entry["Key"] for entry in self._list()}

    def _list(self):
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            yield from page.get("Contents", [])

    def put(self, data, extension):
        """Stores data and returns the address by which CloudFormation finds it."""
        return f"{self.endpoint}/{BUCKET}/{self._store(hashlib.sha256(data).hexdigest() + extension, lambda: data)}"

    def upload_code(self, template, root):
        """Replaces every local path in a SAM template by the address of the uploaded content."""
        for resource in template["Resources"].values():
            field = CODE.get(resource["Type"])
            properties = resource.get("Properties", {})
            path = properties.get(field)
            if not isinstance(path, str) or path.startswith("s3://"):
                continue
            path = os.path.join(root, path)
            if os.path.isdir(path):
                key = self._store(tree_hash(path) + ".zip", lambda: zip_of(path))
            else:
                with open(path, "rb") as file:
                    data = file.read()
                key = self._store(hashlib.sha256(data).hexdigest() + ".json", lambda: data)
            properties[field] = f"s3://{BUCKET}/{key}"

    def _store(self, key, content):
        self.used.add(key)
        if key not in self.stored:
            self.s3.put_object(Bucket=BUCKET, Key=key, Body=content())
            self.stored.add(key)
        return key

    def forget_unused(self):
        for key in self.stored - self.used:
            self.s3.delete_object(Bucket=BUCKET, Key=key)


def files_in(folder):
    for directory, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(directory, name)
            yield os.path.relpath(path, folder), path


def tree_hash(folder):
    digest = hashlib.sha256()
    for name, path in files_in(folder):
        with open(path, "rb") as file:
            digest.update(f"{name}\0{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()


def zip_of(folder):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, path in files_in(folder):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (os.stat(path).st_mode & 0xFFFF) << 16
            with open(path, "rb") as file:
                archive.writestr(entry, file.read())
    return buffer.getvalue()
