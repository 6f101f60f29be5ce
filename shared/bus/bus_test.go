package bus_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tenantry/shared/account"
	"tenantry/shared/bus"
	"tenantry/shared/event"
	"tenantry/shared/meter"
	"tenantry/shared/stream"
)

// entry is a notice in a request to EventBridge.
type entry struct {
	EventBusName, Source, DetailType, Detail string
	Resources                                []string
}

// eventBridgeStub is an EventBridge that rejects some notices and keeps the others, call by call.
type eventBridgeStub struct {
	rejects []string                                      // the ids of rejected notices
	spoil   func([]map[string]string) []map[string]string // changes the results in the response; nil for no change
	broken  bool
	calls   [][]string
	entries []entry
}

func (s *eventBridgeStub) open(t *testing.T) *bus.Bus {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var input struct{ Entries []entry }
		if err := json.NewDecoder(request.Body).Decode(&input); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if s.broken {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, `{"__type":"InternalException","message":"no"}`)
			return
		}
		if err := json.NewEncoder(w).Encode(s.respond(t, input.Entries)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return bus.Open(aws.Config{
		Region:           "us-east-1",
		BaseEndpoint:     &server.URL,
		Credentials:      credentials.NewStaticCredentialsProvider("a", "b", ""),
		RetryMaxAttempts: 1,
	}, "events")
}

func (s *eventBridgeStub) respond(t *testing.T, entries []entry) any {
	t.Helper()
	var output struct {
		FailedEntryCount int
		Entries          []map[string]string
	}
	var accepted []string
	for _, entry := range entries {
		var notice stream.Notice
		if err := json.Unmarshal([]byte(entry.Detail), &notice); err != nil {
			t.Error(err)
		}
		s.entries = append(s.entries, entry)
		if slices.Contains(s.rejects, notice.ID) {
			output.FailedEntryCount++
			output.Entries = append(
				output.Entries,
				map[string]string{"ErrorCode": "ThrottlingException", "ErrorMessage": "of " + entry.Detail},
			)
			continue
		}
		accepted = append(accepted, notice.ID)
		output.Entries = append(output.Entries, map[string]string{"EventId": notice.ID})
	}
	if s.spoil != nil {
		output.Entries = s.spoil(output.Entries)
	}
	s.calls = append(s.calls, accepted)
	return output
}

func notices(n int) []stream.Notice {
	all := make([]stream.Notice, n)
	for i := range all {
		all[i] = stream.Notice{
			ID: fmt.Sprintf(
				"evt_%02d",
				i,
			),
			Name:    event.ContactChanged,
			Account: account.ID(fmt.Sprintf("cus_%02d", i)),
			Kind:    account.Customer,
			Owner:   account.AdministratorOwner,
			Version: 2,
			At:      time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC),
		}
	}
	return all
}

func TestPublish(t *testing.T) {
	var stub eventBridgeStub
	ctx, counted := meter.With(t.Context())
	accepted, err := stub.open(t).Publish(ctx, notices(23))
	if accepted != 23 || err != nil || len(stub.calls) != 3 || len(stub.calls[0]) != 10 ||
		len(slices.Concat(stub.calls...)) != 23 {
		t.Fatalf("accepted %d, %v, in the calls %v; want 23 in 3 calls", accepted, err, stub.calls)
	}
	first := stub.entries[0]
	if first.EventBusName != "events" || first.Source != bus.Source || first.DetailType != string(event.ContactChanged) ||
		!slices.Equal(first.Resources, []string{"cus_00"}) {
		t.Errorf("published %+v first", first)
	}
	if calls := counted.Figures().Calls; !slices.Equal(calls, slices.Repeat([]string{"events:PutEvents bus"}, 3)) {
		t.Errorf("counted %v, want 3 calls", calls)
	}
}

// A call succeeds although EventBridge rejects some of its entries. The first rejected notice and all later ones do not
// count, and there is no further call.
func TestPublishCountsUpToTheFirstRejectedNotice(t *testing.T) {
	for _, c := range []struct {
		rejects  []string
		accepted int
		calls    int
	}{
		{[]string{"evt_00"}, 0, 1}, {[]string{"evt_03", "evt_01"}, 1, 1}, {[]string{"evt_09"}, 9, 1}, {[]string{"evt_12"}, 12, 2}, {[]string{"evt_22"}, 22, 3},
	} {
		stub := eventBridgeStub{rejects: c.rejects}
		accepted, err := stub.open(t).Publish(t.Context(), notices(23))
		if accepted != c.accepted || err == nil || len(stub.calls) != c.calls {
			t.Errorf(
				"with %v rejected: accepted %d, %v, in %d calls; want %d in %d",
				c.rejects,
				accepted,
				err,
				len(stub.calls),
				c.accepted,
				c.calls,
			)
			continue
		}
		if !strings.Contains(err.Error(), "ThrottlingException") || strings.Contains(err.Error(), "cus_") {
			t.Errorf("with %v rejected: error %v, want the code and no detail", c.rejects, err)
		}
	}
}

// A notice without a result in the response does not count as accepted.
func TestPublishCountsOnlyConfirmedNotices(t *testing.T) {
	for name, c := range map[string]struct {
		spoil    func([]map[string]string) []map[string]string
		accepted int
	}{
		"no results":                   {func([]map[string]string) []map[string]string { return nil }, 0},
		"no result of the last notice": {func(all []map[string]string) []map[string]string { return all[:2] }, 2},
		"a rejection without its notice": {func(all []map[string]string) []map[string]string {
			for i := range all {
				all[i] = map[string]string{}
			}
			return all
		}, 0},
	} {
		stub := eventBridgeStub{rejects: []string{"evt_02"}, spoil: c.spoil}
		if accepted, err := stub.open(t).Publish(t.Context(), notices(3)); accepted != c.accepted || err == nil {
			t.Errorf("%s: accepted %d, %v; want %d and an error", name, accepted, err, c.accepted)
		}
	}
}

func TestPublishFailsIfEventBridgeFails(t *testing.T) {
	stub := eventBridgeStub{broken: true}
	bus := stub.open(t)
	if accepted, err := bus.Publish(t.Context(), notices(2)); accepted != 0 || err == nil {
		t.Errorf("accepted %d, %v; want an error", accepted, err)
	}
	if accepted, err := bus.Publish(t.Context(), nil); accepted != 0 || err != nil {
		t.Errorf("without notices: accepted %d, %v; want no call", accepted, err)
	}
}
