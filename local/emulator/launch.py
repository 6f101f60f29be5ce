"""Runs ministack with the changes that the local stack needs.

The changes replace private functions of ministack, so its version is pinned exactly.
"""
import os
import socketserver
import threading

# Without this, each warm invocation waits about 40 ms for a delayed TCP acknowledgement.
socketserver.StreamRequestHandler.disable_nagle_algorithm = True

from ministack import app as gateway  # noqa: E402
from ministack.core.lambda_runtime import ProvidedWorker  # noqa: E402
from ministack.services import lambda_svc, stepfunctions  # noqa: E402

FUNCTION_LOG = os.environ["FUNCTION_LOG"]


class LoggedStream:
    """The output of a function. Each line that is read is also appended to the function log."""

    lock = threading.Lock()

    def __init__(self, stream):
        self.stream = stream

    def readline(self):
        line = self.stream.readline()
        if line:
            with self.lock, open(FUNCTION_LOG, "ab") as log:
                log.write(line)
        return line

    def close(self):
        self.stream.close()


def log_functions():
    pump = ProvidedWorker._pump_output

    def pump_and_log(worker, stream, queue):
        pump(worker, LoggedStream(stream), queue)

    ProvidedWorker._pump_output = pump_and_log


def complete_http_event(event):
    """Adds the caller's address and the cookies to an HTTP API event, as AWS does and ministack does not.

    It also restores the method OPTIONS, which the front door has replaced by X-OPTIONS.
    """
    if event.get("version") != "2.0" or "http" not in event.get("requestContext", {}):
        return
    http = event["requestContext"]["http"]
    if http["method"] == "X-OPTIONS":
        http["method"] = "OPTIONS"
    headers = event["headers"]
    caller = headers.get("x-forwarded-for", "").split(",")[-1].strip()
    if caller:
        http["sourceIp"] = caller
    cookies = [cookie.strip() for cookie in headers.pop("cookie", "").split(";") if cookie.strip()]
    if cookies:
        event["cookies"] = cookies


def complete_http_events():
    execute = lambda_svc._execute_function_with_config_scope

    def complete_and_execute(function, event):
        if isinstance(event, dict):
            complete_http_event(event)
        return execute(function, event)

    lambda_svc._execute_function_with_config_scope = complete_and_execute


def limit_concurrency_by_path():
    """Makes ministack respect MaxConcurrencyPath of a Distributed Map. It knows only MaxConcurrency."""
    run = stepfunctions._run_distributed_map

    def run_limited(state, raw_input, effective, iterator, execution, context):
        path = state.get("MaxConcurrencyPath")
        if path:
            state = {**state, "MaxConcurrency": stepfunctions._resolve_path_or_ctx(path, effective, context)}
        return run(state, raw_input, effective, iterator, execution, context)

    stepfunctions._run_distributed_map = run_limited


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
    log_functions()
    complete_http_events()
    limit_concurrency_by_path()
    save_on_request()
    gateway.main()
