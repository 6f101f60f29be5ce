package changefeed_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/changefeed"
	"tenantry/shared/event"
)

func TestGateChangeOf(t *testing.T) {
	at := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	change := func(id string, kind changefeed.Kind) changefeed.GateChange {
		return changefeed.GateChange{ID: id, Kind: kind}
	}
	none := changefeed.GateChange{}
	for name, c := range map[string]struct {
		name    event.Name
		kind    account.Kind
		account account.ID
		subject string
		want    changefeed.GateChange
	}{
		"customer":           {event.Suspended, account.Customer, "cus_1", "", change("cus_1", "customer")},
		"reseller":           {event.Activated, account.Reseller, "res_1", "", change("res_1", "reseller")},
		"moved customer":     {event.CustomerMoved, account.Customer, "cus_1", "", change("cus_1", "customer")},
		"new reseller":       {event.CustomerConverted, account.Reseller, "cus_1", "", change("cus_1", "customer")},
		"former customer":    {event.Suspended, account.Reseller, "cus_1", "", change("cus_1", "reseller")},
		"subscription":       {event.SubscriptionChanged, account.Customer, "cus_1", "sub_1", change("sub_1", "subscription")},
		"website":            {event.WebsiteCreated, account.Reseller, "res_1", "web_1", change("web_1", "website")},
		"changed contact":    {event.ContactChanged, account.Customer, "cus_1", "", none},
		"backup":             {event.BackupReady, account.Customer, "cus_1", "bak_1", none},
		"administrator":      {event.Suspended, account.Administrator, "adm_1", "", none},
		"panel user":         {event.Suspended, account.PanelUser, "usr_1", "", none},
		"forgotten password": {event.PasswordForgotten, "", "", "", none},
	} {
		e := event.Event{Name: c.name, Kind: c.kind, Account: c.account, Subject: c.subject, At: at}
		if c.want.ID != "" {
			c.want.At = at
		}
		if got, found := changefeed.GateChangeOf(&e); got != c.want || found != (c.want.ID != "") {
			t.Errorf("%s: got %+v, %v; want %+v", name, got, found, c.want)
		}
	}
}

func TestPickShard(t *testing.T) {
	picked := map[int]bool{}
	for range 1000 {
		shard, err := changefeed.PickShard(rand.Reader)
		if err != nil || shard < 0 || shard >= changefeed.Shards {
			t.Fatalf("shard %d, error %v; want one of %d shards", shard, err, changefeed.Shards)
		}
		picked[shard] = true
	}
	if len(picked) != changefeed.Shards {
		t.Errorf("a thousand processes picked %d shards, want %d", len(picked), changefeed.Shards)
	}
	if _, err := changefeed.PickShard(iotest.ErrReader(errors.ErrUnsupported)); err == nil {
		t.Error("without randomness there is no error, want one")
	}
	high, err := changefeed.PickShard(bytes.NewReader(bytes.Repeat([]byte{255}, 8)))
	if err != nil || high != changefeed.Shards-1 {
		t.Errorf("shard %d, error %v; want the last shard", high, err)
	}
}

// docs/events.md marks the events that may change the gate, and they are the ones that have entries in the feed.
func TestGateEventsAreMarked(t *testing.T) {
	page, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	names := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, " | ")
		if len(cells) != 2 || !strings.HasPrefix(cells[0], "| `") {
			continue
		}
		isMarked := strings.HasPrefix(cells[1], "**gate**")
		for name := range strings.SplitSeq(strings.TrimPrefix(cells[0], "| "), ", ") {
			names++
			if name := event.Name(strings.Trim(name, "`")); name.AffectsGate() != isMarked {
				t.Errorf("%s affects the gate: %v; docs/events.md marks it: %v", name, name.AffectsGate(), isMarked)
			}
		}
	}
	if names < 50 {
		t.Errorf("docs/events.md has %d events in its table, want at least 50", names)
	}
}

func TestDistinctKeepsTheLastEntry(t *testing.T) {
	got := changefeed.Distinct([]changefeed.GateChange{
		{ID: "a", Kind: "customer"},
		{ID: "b", Kind: "website"},
		{ID: "a", Kind: "customer", At: time.Unix(1, 0)},
		{ID: "a", Kind: "reseller"},
	})
	want := []changefeed.GateChange{
		{ID: "b", Kind: "website"},
		{ID: "a", Kind: "customer", At: time.Unix(1, 0)},
		{ID: "a", Kind: "reseller"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
