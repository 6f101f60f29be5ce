package stream_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/shared/event"
	"tenantry/shared/stream"
)

// docs/events.schema.json describes the fields of a notice, and docs/events.md names all events.
func TestEventsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/events.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct{ Properties map[string]any }
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	whole := stream.Notice{
		ID:      "x",
		Name:    "x",
		Account: "x",
		Kind:    "x",
		Owner:   "x",
		Subject: "x",
		Version: 1,
		At:      time.Now(),
	}
	sent, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(sent, &fields); err != nil {
		t.Fatal(err)
	}
	got, want := slices.Sorted(maps.Keys(fields)), slices.Sorted(maps.Keys(schema.Properties))
	if !slices.Equal(got, want) {
		t.Errorf("a notice has %v, the schema says %v", got, want)
	}
	page, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../event/event.go")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(source)) {
		_, quoted, found := strings.Cut(line, ` Name = "`)
		if !found {
			continue
		}
		name, _, _ := strings.Cut(quoted, `"`)
		if name == string(event.PasswordForgotten) { // it belongs to no account, so it has no notice
			continue
		}
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/events.md lacks %s", name)
		}
	}
}

// bus accepts a number of notices.
type bus struct {
	accepts int
	notices []stream.Notice
}

func (b *bus) Publish(_ context.Context, notices []stream.Notice) (int, error) {
	accepted := min(b.accepts, len(notices))
	b.notices = append(b.notices, notices[:accepted]...)
	return accepted, nil
}

// An event without an account has no notice. Everything from the first rejected notice on is delivered again.
func TestPublishNotices(t *testing.T) {
	events := []event.Event{{ID: "1", Account: "a"}, {ID: "2"}, {ID: "3", Account: "b"}, {ID: "4", Account: "a"}}
	for accepts, want := range map[int]int{0: 0, 1: 2, 2: 3, 3: 4} {
		b := &bus{accepts: accepts}
		handled, err := stream.PublishNotices{Bus: b}.Handle(t.Context(), events)
		if err != nil || handled != want || len(b.notices) != accepts {
			t.Errorf(
				"a bus that accepts %d notices: handled %d, want %d; %d notices, error %v",
				accepts,
				handled,
				want,
				len(b.notices),
				err,
			)
		}
	}
}
