"""Runs ministack with the changes that the local stack needs.

The changes replace private functions of ministack, so its version is pinned exactly.
"""
import http.client
import json
import os
import socketserver
import urllib.parse

# Without this, each invocation by ministack's own executor waits about 40 ms for a delayed TCP acknowledgement.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

from ministack import app as gateway  # noqa: E402
from ministack.services import lambda_svc, stepfunctions  # noqa: E402

FUNCTIONS = urllib.parse.urlsplit(os.environ["FUNCTIONS_URL"])

execute = lambda_svc._execute_function_provided_warm


def invoke(function, event, request_id):
    """Invokes a function at the supervisor, which runs the deployed functions. Returns what ministack's executor returns.

    There is no time-out: the supervisor ends the invocation when the function's time is over. Functions that a test has
    created are not deployed, so ministack runs them itself.
    """
    config = function.get("config") or function
    connection = http.client.HTTPConnection(FUNCTIONS.netloc)
    try:
        path = f"/2015-03-31/functions/{urllib.parse.quote(config['FunctionName'])}/invocations"
        connection.request("POST", path, json.dumps(event).encode(), {"Content-Type": "application/json"})
        response = connection.getresponse()
        body = json.loads(response.read() or b"null")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return {"body": {"errorType": "Runtime.Unknown", "errorMessage": str(error)}, "error": True}
    finally:
        connection.close()
    if response.status == 404:
        return execute(function, event, request_id)
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
