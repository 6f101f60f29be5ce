package dynamo

import (
	"testing"
	"time"

	"tenantry/shared/sweep"
)

// No handler has the kind of a row that cannot be read. So only this entry fails, and the sweep continues with the next
// one.
func TestUnreadableDueRowsHaveNoHandler(t *testing.T) {
	t.Parallel()
	row := func(partition, dueAt string) item {
		return item{partitionAttribute: text(partition), dueByShard.sort: text(dueAt)}
	}
	dueAt, at := "2026-11-24T12:00:00.000Z", time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		row       item
		want      sweep.DueEntry
		isHandled bool
	}{
		"an operation":         {row(operationPrefix+"op_1", dueAt), sweep.DueEntry{Kind: sweep.Operation, ID: "op_1", At: at}, true},
		"an unknown kind":      {row("ELSE#1", dueAt), sweep.DueEntry{Kind: "ELSE", ID: "1", At: at}, false},
		"a time of 5 digits":   {row(operationPrefix+"op_1", "10000-01-01T00:00:00.000Z"), sweep.DueEntry{Kind: "OPERATION without a time", ID: "op_1"}, false},
		"a row without a time": {item{partitionAttribute: text(accountPrefix + "cus_1")}, sweep.DueEntry{Kind: "ACCOUNT without a time", ID: "cus_1"}, false},
	} {
		got := dueEntry(c.row)
		isHandled := got.Kind == sweep.Account || got.Kind == sweep.Operation || got.Kind == sweep.Subscription
		if got != c.want || isHandled != c.isHandled {
			t.Errorf("%s: entry %+v, want %+v; handled %v, want %v", name, got, c.want, isHandled, c.isHandled)
		}
	}
}
