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

// entry is what EventBridge is given of a notice.
type entry struct {
	EventBusName, Source, DetailType, Detail string
	Resources                                []string
}

// refusing is an EventBridge that refuses some notices; it keeps all others, call by call.
type refusing struct {
	events []string                                      // that it refuses
	spoil  func([]map[string]string) []map[string]string // what it says of each; nil for the truth
	broken bool
	calls  [][]string
	seen   []entry
}

func (r *refusing) open(t *testing.T) *bus.Bus {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		var asked struct{ Entries []entry }
		if err := json.NewDecoder(request.Body).Decode(&asked); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		if r.broken {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprint(w, `{"__type":"InternalException","message":"no"}`)
			return
		}
		if err := json.NewEncoder(w).Encode(r.answer(t, asked.Entries)); err != nil {
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

func (r *refusing) answer(t *testing.T, asked []entry) any {
	t.Helper()
	var answer struct {
		FailedEntryCount int
		Entries          []map[string]string
	}
	var taken []string
	for _, one := range asked {
		var notice stream.Notice
		if err := json.Unmarshal([]byte(one.Detail), &notice); err != nil {
			t.Error(err)
		}
		r.seen = append(r.seen, one)
		if slices.Contains(r.events, notice.ID) {
			answer.FailedEntryCount++
			answer.Entries = append(
				answer.Entries,
				map[string]string{"ErrorCode": "ThrottlingException", "ErrorMessage": "of " + one.Detail},
			)
			continue
		}
		taken = append(taken, notice.ID)
		answer.Entries = append(answer.Entries, map[string]string{"EventId": notice.ID})
	}
	if r.spoil != nil {
		answer.Entries = r.spoil(answer.Entries)
	}
	r.calls = append(r.calls, taken)
	return answer
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
	var to refusing
	ctx, counted := meter.With(t.Context())
	done, err := to.open(t).Publish(ctx, notices(23))
	if done != 23 || err != nil || len(to.calls) != 3 || len(to.calls[0]) != 10 || len(slices.Concat(to.calls...)) != 23 {
		t.Fatalf("got %d, %v, calls %v", done, err, to.calls)
	}
	first := to.seen[0]
	if first.EventBusName != "events" || first.Source != bus.Source || first.DetailType != string(event.ContactChanged) ||
		!slices.Equal(first.Resources, []string{"cus_00"}) {
		t.Errorf("told %+v", first)
	}
	if calls := counted.Figures().Calls; !slices.Equal(calls, slices.Repeat([]string{"events:PutEvents bus"}, 3)) {
		t.Errorf("counted %v", calls)
	}
}

// The call succeeds although EventBridge refuses entries of it. The first refused one and all after it are not done,
// and nothing is told behind a call that had one.
func TestWhatTheBusRefusesIsNotDone(t *testing.T) {
	for _, c := range []struct {
		refused []string
		done    int
		calls   int
	}{
		{[]string{"evt_00"}, 0, 1}, {[]string{"evt_03", "evt_01"}, 1, 1}, {[]string{"evt_09"}, 9, 1}, {[]string{"evt_12"}, 12, 2}, {[]string{"evt_22"}, 22, 3},
	} {
		to := refusing{events: c.refused}
		done, err := to.open(t).Publish(t.Context(), notices(23))
		if done != c.done || err == nil || len(to.calls) != c.calls {
			t.Errorf(
				"with %v refused: got %d, %v, in %d calls; want %d, in %d",
				c.refused,
				done,
				err,
				len(to.calls),
				c.done,
				c.calls,
			)
			continue
		}
		if !strings.Contains(err.Error(), "ThrottlingException") || strings.Contains(err.Error(), "cus_") {
			t.Errorf("with %v refused: %v", c.refused, err)
		}
	}
}

// An answer that leaves open what became of a notice confirms none of it.
func TestWhatTheBusDoesNotConfirmIsNotDone(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func([]map[string]string) []map[string]string
		done  int
	}{
		"no notice":    {func([]map[string]string) []map[string]string { return nil }, 0},
		"not the last": {func(all []map[string]string) []map[string]string { return all[:2] }, 2},
		"a refusal without its notice": {func(all []map[string]string) []map[string]string {
			for i := range all {
				all[i] = map[string]string{}
			}
			return all
		}, 0},
	} {
		to := refusing{events: []string{"evt_02"}, spoil: c.spoil}
		if done, err := to.open(t).Publish(t.Context(), notices(3)); done != c.done || err == nil {
			t.Errorf("%s: got %d, %v", name, done, err)
		}
	}
}

func TestABrokenBusTakesNothing(t *testing.T) {
	to := refusing{broken: true}
	bus := to.open(t)
	if done, err := bus.Publish(t.Context(), notices(2)); done != 0 || err == nil {
		t.Errorf("got %d, %v", done, err)
	}
	if done, err := bus.Publish(t.Context(), nil); done != 0 || err != nil {
		t.Errorf("without notices: got %d, %v", done, err)
	}
}
