package lambda

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// API serves the operation Invoke of Lambda's API, and PUT /functions, which adds a function. ministack calls it for the
// functions that its workflows, queues and schedules invoke.
func (h *Host) API() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", h.serveInvoke)
	mux.HandleFunc("PUT /functions", h.serveAdd)
	return mux
}

func (h *Host) serveInvoke(w http.ResponseWriter, r *http.Request) {
	event, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	response, err := h.Invoke(r.PathValue("name"), event)
	if fault, failed := errors.AsType[Fault](err); failed {
		w.Header().Set("X-Amzn-Errortype", fault.Code)
		w.WriteHeader(fault.Status)
		_ = json.NewEncoder(w).Encode(map[string]string{"Type": "User", "Message": fault.Detail})
		return
	}
	w.Header().Set("X-Amzn-Requestid", response.RequestID)
	if response.FunctionError != "" {
		w.Header().Set("X-Amz-Function-Error", response.FunctionError)
	}
	_, _ = w.Write(response.Payload)
}

func (h *Host) serveAdd(w http.ResponseWriter, r *http.Request) {
	var f Function
	if err := json.NewDecoder(r.Body).Decode(&f); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.Add(f)
}
