package dynamo

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/shared/account"
)

const (
	earlier = account.ID("cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5")
	later   = account.ID("cus_01JDB6X0C7V8Y9Z0A1B2C3D4E6")
)

func TestKeysAreDistinct(t *testing.T) {
	window := time.Unix(1_800_000_000, 0)
	keys := []key{
		accountKey("a"),
		accountKey("b"),
		noteKey("a", "a"),
		noteKey("a", "b"),
		noteKey("b", "a"),
		eventKey("a", "a"),
		sessionKey("a", "a"),
		usageKey("a"),
		globalUsageKey(0),
		globalUsageKey(1),
		loginKey("a"),
		loginKey("b"),
		externalKey(
			"a",
			"b",
		),
		externalKey("b", "a"),
		knownAddressKey("a"),
		idempotencyKey("a"),
		stackSecretKey(),
		passwordKey("a"),
		passwordKey("b"),
		firstAdministratorKey(),
		attemptKey("a", window),
		attemptKey("a", window.Add(time.Second)),
		feedHeadKey(),
		feedRowKey(1, 1),
		feedRowKey(1, 11),
		feedRowKey(11, 1),
	}
	for i, k := range keys {
		if slices.Contains(keys[i+1:], k) {
			t.Errorf("two items have the key %v", k)
		}
		if k.partition == "" || k.sort == "" {
			t.Errorf("the key %v has an empty part", k)
		}
	}
}

// A text that is too long for an account must not become a key that DynamoDB rejects (2048 and 1024 bytes).
func TestKeysOfLongTexts(t *testing.T) {
	longText := strings.Repeat("x", 100_000)
	for _, k := range []key{loginKey(account.Login(longText)), externalKey("res_1", longText)} {
		if len(k.partition) > 2048 {
			t.Errorf("the partition key has %d bytes, want at most 2048", len(k.partition))
		}
	}
	if loginKey(account.Login(longText)) == loginKey("x") {
		t.Error("a long login has the key of a short one")
	}
	for _, status := range []account.Status{account.Active, account.Suspended} {
		if sortKey := namePosition(strings.Repeat("ﷺ", 60), later).sortKey(status); len(sortKey) > 1024 {
			t.Errorf("the sort key has %d bytes, want at most 1024", len(sortKey))
		}
	}
}

func TestPositionsAreInOrder(t *testing.T) {
	inOrder := []position{
		namePosition("a", earlier), namePosition("A", later), namePosition("a  b", earlier), namePosition("A C", earlier),
		namePosition("aa", earlier), namePosition("Émile", earlier), namePosition("ß", later),
		namePosition("Zoe", earlier), namePosition("李", earlier),
	}
	if !slices.IsSorted(inOrder) {
		t.Errorf("the positions are not in order: %q", inOrder)
	}
	if createdPosition(earlier) >= createdPosition(later) {
		t.Error("the later account is listed before the earlier one")
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
			r.Fatalf("want %q < %q < %q", at.previous(), at, at.next())
		}
		if len(at) == len(other) && (other > at) != (other >= at.next()) {
			r.Fatalf("position %q is between the neighbours %q and %q", other, at, at.next())
		}
		if len(at) == len(other) && (other < at) != (other <= at.previous()) {
			r.Fatalf("position %q is between the neighbours %q and %q", other, at.previous(), at)
		}
		for status := range statusLetters {
			if sortKey := at.sortKey(status); positionOf(sortKey) != at || sortKey >= listEnd(status) {
				r.Fatalf("the sort key %q is outside the list of %s accounts", sortKey, status)
			}
		}
	})
}

func TestShardsAreEven(t *testing.T) {
	counts := make([]int, globalShards)
	for i := range 8000 {
		ending := string(rune('A'+i%26)) + string(rune('A'+i/26))
		id := account.ID(strings.Replace(string(earlier), "E5", ending, 1))
		counts[shardOf(id, globalShards)]++
	}
	for shard, count := range counts {
		if count < 800 || count > 1200 {
			t.Errorf("shard %d has %d of 8000 accounts, want 800 to 1200", shard, count)
		}
	}
}
