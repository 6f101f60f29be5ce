package lambda

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// runtimeAPI returns the Runtime API of the environment (AWS: Using the Lambda runtime API for custom runtimes).
func (e *environment) runtimeAPI() http.Handler {
	const base = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"invocation/next", e.next(sync.OnceFunc(func() { close(e.ready) })))
	mux.HandleFunc("POST "+base+"invocation/{id}/response", e.receive(""))
	mux.HandleFunc("POST "+base+"invocation/{id}/error", e.receive(unhandled))
	mux.HandleFunc("POST "+base+"init/error", func(w http.ResponseWriter, r *http.Request) {
		message, _ := io.ReadAll(io.LimitReader(r.Body, maxPayload))
		e.log.Warn("function failed during init", "function", e.function.Name, "error", string(message))
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

// next hands out the next event. It waits until there is one.
func (e *environment) next(ready func()) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ready()
		select {
		case <-r.Context().Done():
		case run := <-e.events:
			header := w.Header()
			header.Set("Content-Type", "application/json")
			header.Set("Content-Length", strconv.Itoa(len(run.event)))
			header.Set("Lambda-Runtime-Aws-Request-Id", run.id)
			header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(run.deadline.UnixMilli(), 10))
			header.Set("Lambda-Runtime-Invoked-Function-Arn", e.function.ARN)
			_, _ = w.Write(run.event) // if it fails, the program has exited
		}
	}
}

// receive takes the program's response to an event, or its error.
func (e *environment) receive(functionError string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
		var tooLarge *http.MaxBytesError
		status := http.StatusAccepted
		switch {
		case errors.As(err, &tooLarge):
			response := failure(id, "Function.ResponseSizeTooLarge", "The response is too large.")
			response.isLast = true // runtimes exit when a response is refused
			e.finish(response)
			status = http.StatusRequestEntityTooLarge
		case err != nil || !e.finish(Response{RequestID: id, FunctionError: functionError, Payload: payload}):
			status = http.StatusBadRequest
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"status": http.StatusText(status)})
	}
}
