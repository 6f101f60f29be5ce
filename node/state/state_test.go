package state_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"tenantry/node/gate"
	"tenantry/node/state"
)

func TestStatesAreThereAfterReopening(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store, _, err := state.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	until := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	closed := &gate.Known{
		ETag:   `"x"`,
		Answer: gate.Answer{Until: &until, PublicMessage: "Unpaid", IDs: gate.IDs{Website: "web_1", Customer: "cus_1"}},
	}
	removed := &gate.Known{Removed: true}
	if err := errors.Join(
		store.Save("a.example", closed),
		store.Save("b.example", removed),
		store.SaveCursor("c1"),
	); err != nil {
		t.Fatal(err)
	}
	if _, err := state.ReadDomain(folder, "a.example"); !errors.Is(err, state.ErrInUse) {
		t.Errorf("got %v while the agent runs, want ErrInUse", err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}

	known, err := state.ReadDomain(folder, "a.example")
	if err != nil || !reflect.DeepEqual(known, closed) {
		t.Errorf("got %+v, %v without an agent, want %+v", known, err, closed)
	}
	store, damaged, err := state.Open(folder)
	if err != nil || damaged != "" {
		t.Fatalf("got %v, damaged %q", err, damaged)
	}
	defer store.Close()
	all, cursor, err := store.Load()
	want := map[string]*gate.Known{"a.example": closed, "b.example": removed}
	if err != nil || cursor != "c1" || !reflect.DeepEqual(all, want) {
		t.Errorf("got %v, cursor %q, %v; want %v, c1", all, cursor, err, want)
	}
}

func TestDamagedFileIsPutAside(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(
		filepath.Join(folder, state.FileName),
		[]byte("not a state, but long enough to be read as a page"),
		0o600,
	); err != nil {
		t.Fatal(err)
	}
	store, damaged, err := state.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := os.Stat(damaged); err != nil {
		t.Errorf("the damaged file was not kept: %v", err)
	}
}
