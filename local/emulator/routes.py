"""Replaces the OpenAPI body that the SAM transform gives an HttpApi by routes and integrations.

ministack accepts an API with a body, but ignores the body and returns 404 for every path. Locally the stack therefore has
two resources more for each route than on AWS.
"""
import re

API = "AWS::ApiGatewayV2::Api"


def replace_api_bodies(template):
    resources = template["Resources"]
    for name, resource in list(resources.items()):
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
                resources.update(route(name, path, method, operation))


def route(api, path, method, operation):
    """Returns a route and its integration as resources of a template."""
    if operation.get("security"):
        raise SystemExit(f"{method} {path} has an authorizer, which the local stack does not support")
    integration = operation["x-amazon-apigateway-integration"]
    base = api + re.sub(r"[^A-Za-z0-9]", "", f"{path} {method}".title())
    verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
    return {
        base + "Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": api},
                "IntegrationType": integration["type"].upper(),
                "IntegrationUri": integration["uri"],
                "IntegrationMethod": integration["httpMethod"],
                "PayloadFormatVersion": integration["payloadFormatVersion"],
            },
        },
        base + "Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "ApiId": {"Ref": api},
                "RouteKey": "$default" if path == "$default" else f"{verb} {path}",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": base + "Integration"}]]},
            },
        },
    }
