"""Takes the routes out of the OpenAPI body that the SAM transform gives an HttpApi.

The front door serves the routes itself. ministack accepts an API with a body, but ignores the body.
"""
import re

API = "AWS::ApiGatewayV2::Api"


def take_routes(template):
    """Removes the bodies of APIs and returns their routes. Each names its function by the logical id."""
    routes = []
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] != API or "Body" not in properties:
            continue
        body = properties.pop("Body")
        properties.setdefault("Name", body["info"]["title"])
        properties["ProtocolType"] = "HTTP"
        for unsupported in ("DisableExecuteApiEndpoint", "FailOnWarnings"):
            properties.pop(unsupported, None)
        for path, operations in body["paths"].items():
            for method, operation in operations.items():
                routes.append(route(path, method, operation))
    return routes


def route(path, method, operation):
    if operation.get("security"):
        raise SystemExit(f"{method} {path} has an authorizer, which the local stack does not support")
    uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    return {
        "method": "ANY" if method == "x-amazon-apigateway-any-method" else method.upper(),
        "path": path,
        "function": re.search(r"\$\{(\w+)\.Arn\}", uri).group(1),
    }
