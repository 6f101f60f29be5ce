package demo

import (
	"io"
	"strings"
	"testing"

	"tenantry/local/state"
)

func TestFillSaysThatTheStackIsDown(t *testing.T) {
	dir := state.Dir(t.TempDir())
	if err := dir.Credentials().Save(state.Credentials{URL: "http://localhost:1", Login: "admin", Password: "left from an earlier run"}); err != nil {
		t.Fatal(err)
	}
	if err := Fill(t.Context(), dir, io.Discard); err == nil || !strings.Contains(err.Error(), "is down: `make up` starts it") {
		t.Errorf("said %v", err)
	}
}
