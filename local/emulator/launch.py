"""Runs ministack with the changes that the local stack needs.

The changes replace private functions of ministack, so its version is pinned exactly.
"""
import http.client
import json
import os
import urllib.parse

from ministack import app as gateway
from ministack.services import lambda_svc, stepfunctions

FUNCTIONS = urllib.parse.urlsplit(os.environ["FUNCTIONS_URL"])


def send(method, path, body):
    """Sends JSON to the supervisor, which runs the functions. Returns the response and its body."""
    connection = http.client.HTTPConnection(FUNCTIONS.netloc)
    try:
        connection.request(method, path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response, json.loads(response.read() or b"null")
    finally:
        connection.close()


def add(config, code):
    """Gives the supervisor a function that it does not know: a test has created it, or its deployment has not ended."""
    send("PUT", "/functions", {
        "name": config["FunctionName"],
        "arn": config["FunctionArn"],
        "folder": lambda_svc._provided_runtime_code_dir(code),
        "environment": config.get("Environment", {}).get("Variables", {}),
        "timeout": config["Timeout"],
        "memorySize": config["MemorySize"],
    })


def invoke(function, event, request_id):
    """Invokes a function at the supervisor. Returns what ministack's executor returns.

    There is no time-out: the supervisor ends the invocation when the function's time is over.
    """
    config = function.get("config") or function
    path = f"/2015-03-31/functions/{urllib.parse.quote(config['FunctionName'])}/invocations"
    try:
        response, body = send("POST", path, event)
        if response.status == 404:
            add(config, function["code_zip"])
            response, body = send("POST", path, event)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {"body": {"errorType": "Runtime.Unknown", "errorMessage": str(error)}, "error": True}
    if response.status == 429:
        return lambda_svc._throttle_response(
            reason_code="ReservedFunctionConcurrentInvocationLimitExceeded", msg=body["Message"])
    if response.status != 200:
        return {"body": {"errorType": response.headers["X-Amzn-Errortype"], "errorMessage": str(body)}, "error": True}
    return {"body": body, "error": "X-Amz-Function-Error" in response.headers}


def limit_concurrency_by_path():
    """Makes ministack respect MaxConcurrencyPath of a Distributed Map. It knows only MaxConcurrency."""
    run = stepfunctions._run_distributed_map

    def run_limited(state, raw_input, effective, iterator, execution, context):
        path = state.get("MaxConcurrencyPath")
        if path:
            state = {**state, "MaxConcurrency": stepfunctions._resolve_path_or_ctx(path, effective, context)}
        return run(state, raw_input, effective, iterator, execution, context)

    stepfunctions._run_distributed_map = run_limited


START_PAUSE = 0.15  # seconds


def start_executions_at_once():
    """Removes the pause that ministack makes before the first state of an execution."""
    code = stepfunctions._run_execution.__code__
    if START_PAUSE not in code.co_consts:
        raise RuntimeError("ministack does not pause before an execution any more: remove start_executions_at_once")
    constants = tuple(0 if constant == START_PAUSE else constant for constant in code.co_consts)
    stepfunctions._run_execution.__code__ = code.replace(co_consts=constants)


def save_on_request():
    """Adds the endpoint POST /_local/save, which saves the state. Without it, ministack saves only when it stops."""
    serve = gateway.app

    async def serve_or_save(scope, receive, send):
        if scope["type"] != "http" or scope["path"] != "/_local/save":
            await serve(scope, receive, send)
            return
        gateway.save_all(gateway._build_persistence_save_dict())
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    gateway.app = serve_or_save


if __name__ == "__main__":
    lambda_svc._execute_function_provided_warm = invoke
    limit_concurrency_by_path()
    start_executions_at_once()
    save_on_request()
    gateway.main()
