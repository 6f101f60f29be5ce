package event

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// The document of events says what notices have, and names all events there are.
func TestEventsAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/events.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct{ Properties map[string]any }
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	whole := Notice{ID: "x", Name: "x", Account: "x", Kind: "x", Owner: "x", Subject: "x", Version: 1, At: time.Now()}
	sent, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(sent, &fields); err != nil {
		t.Fatal(err)
	}
	if got, want := slices.Sorted(maps.Keys(fields)), slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(got, want) {
		t.Errorf("a notice has %v, the schema says %v", got, want)
	}
	page, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("event.go")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(source)) {
		_, quoted, found := strings.Cut(line, ` Name = "`)
		if !found {
			continue
		}
		name, _, _ := strings.Cut(quoted, `"`)
		if name == string(PasswordForgotten) { // about no account: it is not told
			continue
		}
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/events.md lacks %s", name)
		}
	}
}

type bus struct {
	told  []Notice
	takes int
}

func (b *bus) Publish(_ context.Context, notices []Notice) (int, error) {
	accepted := min(b.takes, len(notices))
	b.told = append(b.told, notices[:accepted]...)
	return accepted, nil
}

// What a bus does not take, and all after it, is not done; events about no account are done without being told.
func TestAnnounce(t *testing.T) {
	happened := []Event{{ID: "1", Account: "a"}, {ID: "2"}, {ID: "3", Account: "b"}, {ID: "4", Account: "a"}}
	for takes, want := range map[int]int{0: 0, 1: 2, 2: 3, 3: 4} {
		b := &bus{takes: takes}
		done, err := Announce{Bus: b}.Publish(t.Context(), happened)
		if err != nil || done != want || len(b.told) != takes {
			t.Errorf("a bus that takes %d: %d done, %d told, %v; want %d done", takes, done, len(b.told), err, want)
		}
	}
}
