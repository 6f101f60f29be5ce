package dynamo

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

const (
	earlier = account.ID("cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5")
	later   = account.ID("cus_01JDB6X0C7V8Y9Z0A1B2C3D4E6")
)

func TestKeysAreDistinct(t *testing.T) {
	window := time.Unix(1_800_000_000, 0)
	keys := []key{
		accountKey(
			"a",
		),
		accountKey("b"),
		noteKey("a", "a"),
		noteKey("a", "b"),
		noteKey("b", "a"),
		eventKey("a", "a"),
		sessionKey("a", "a"),
		usageKey(
			"a",
		),
		globalUsageKey(0),
		globalUsageKey(1),
		loginKey("a"),
		loginKey("b"),
		externalKey("a", "b"),
		externalKey("b", "a"),
		knownAddressKey(
			"a",
		),
		attemptKey(access.Attempt{Key: "a", WindowEnd: window}),
		attemptKey(access.Attempt{Key: "a", WindowEnd: window.Add(time.Second)}),
		idempotencyKey("a"),
		stackSecretKey(),
		firstAdministratorKey(),
	}
	for i, k := range keys {
		if slices.Contains(keys[i+1:], k) {
			t.Errorf("%v comes twice", k)
		}
		if k.partition == "" || k.sort == "" {
			t.Errorf("%v is no key", k)
		}
	}
}

// What no account can have must not become a key that the storage refuses.
func TestKeysOfLongTexts(t *testing.T) {
	endless := strings.Repeat("x", 100_000)
	for _, k := range []key{loginKey(account.Login(endless)), externalKey("res_1", endless)} {
		if len(k.partition) > 2048 {
			t.Errorf("the key has %d bytes", len(k.partition))
		}
	}
	if loginKey(account.Login(endless)) == loginKey("x") {
		t.Error("an endless login is a login")
	}
	for _, status := range []account.Status{account.Active, account.Suspended} {
		if listed := namePosition(strings.Repeat("ﷺ", 60), later).sortKey(status); len(listed) > 1024 {
			t.Errorf("the sort key has %d bytes", len(listed))
		}
	}
}

func TestPositionsAreInOrder(t *testing.T) {
	inOrder := []position{
		namePosition("a", earlier),
		namePosition("A", later),
		namePosition("a  b", earlier),
		namePosition("A C", earlier),
		namePosition(
			"aa",
			earlier,
		),
		namePosition("Émile", earlier),
		namePosition("ß", later),
		namePosition("Zoe", earlier),
		namePosition("李", earlier),
	}
	if !slices.IsSorted(inOrder) {
		t.Errorf("not in order: %q", inOrder)
	}
	if createdPosition(earlier) >= createdPosition(later) {
		t.Error("the later account comes first")
	}
}

func TestNeighboursOfPositions(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		ids := rapid.StringMatching(`cus_[0-7][0-9A-HJKMNP-TV-Z]{25}`)
		draw := func(label string) position {
			if rapid.Bool().Draw(r, label+" by name") {
				return namePosition(rapid.String().Draw(r, label+" name"), account.ID(ids.Draw(r, label)))
			}
			return createdPosition(account.ID(ids.Draw(r, label)))
		}
		at, other := draw("at"), draw("other")
		if at.next() <= at || at.previous() >= at {
			r.Fatalf("%q < %q < %q does not hold", at.previous(), at, at.next())
		}
		if len(at) == len(other) && (other > at) != (other >= at.next()) {
			r.Fatalf("%q is between %q and %q", other, at, at.next())
		}
		if len(at) == len(other) && (other < at) != (other <= at.previous()) {
			r.Fatalf("%q is between %q and %q", other, at.previous(), at)
		}
		for status := range statusLetters {
			if listed := at.sortKey(status); positionOf(listed) != at || listed >= listEnd(status) {
				r.Fatalf("%q is not a place in the list of %s", listed, status)
			}
		}
	})
}

func TestShardsAreEven(t *testing.T) {
	counts := make([]int, globalShards)
	for i := range 8000 {
		counts[shardOf(account.ID(strings.Replace(string(earlier), "E5", string(rune('A'+i%26))+string(rune('A'+i/26)), 1)), globalShards)]++
	}
	for shard, count := range counts {
		if count < 800 || count > 1200 {
			t.Errorf("shard %d has %d of 8000", shard, count)
		}
	}
}
