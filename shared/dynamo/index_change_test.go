package dynamo

import (
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
)

// TestIndexIsReplacedWhileAccountsChange rehearses docs/runbooks/index-change.md: accounts are created, renamed,
// suspended and removed in each step, and a reader pages through all lists.
func TestIndexIsReplacedWhileAccountsChange(t *testing.T) {
	s := newIndexScene(t)
	changing := s.populate(t, 300)
	s.populateStable(t, 1700)
	defer s.running.Wait()
	defer s.stop.Store(true)
	var early, late atomic.Pointer[Store]
	early.Store(s.reliable)
	late.Store(s.reliable)
	s.write(t, "early", slices.Clone(changing[60:180]), &early)
	s.write(t, "late", slices.Clone(changing[180:]), &late)
	s.read(t)

	// Step 1: some processes have the new release already, others do not.
	next := New(nextRelease{s.reliable.client}, s.table, s.now, s.reliable.wait)
	early.Store(next)
	remaining := &atomic.Int64{}
	remaining.Store(700)
	after, filled, err := fillAll(t, s.indexChange(killed{s.reliable.client, remaining}), nil)
	if err == nil || len(after) == 0 {
		t.Fatalf("the fill ended with error %v at %v, want it killed in the middle", err, after)
	}
	outdated := s.renameWithOldRelease(t, changing[:60])
	late.Store(next)
	s.awaitReads(t) // the last call of the old release has ended

	// Step 2.
	_, resumed, err := fillAll(t, s.indexChange(s.reliable.client), after)
	expectDone(t, err)
	if filled == 0 || resumed < len(s.stable)/4 {
		t.Errorf("filled %d and then %d items, want both to fill many", filled, resumed)
	}
	_, stale, err := fillAll(t, s.indexChange(s.reliable.client), nil)
	expectDone(t, err)
	if stale < outdated || outdated == 0 {
		t.Errorf("the second walk changed %d items, want the %d that the old release renamed, and others", stale, outdated)
	}
	t.Logf("filled %d until it was killed, %d after it was resumed, %d in the second walk", filled, resumed, stale)

	// Step 3.
	s.updateIndexes(t, types.GlobalSecondaryIndexUpdate{Create: &types.CreateGlobalSecondaryIndexAction{
		IndexName: &byOwnerOrder.name, KeySchema: keySchema(byOwnerOrder.partition, byOwnerOrder.sort),
		Projection: &types.Projection{
			ProjectionType: byOwnerOrder.projection, NonKeyAttributes: []string{projectedAttribute},
		},
	}})

	// Step 4.
	if differences := compareOften(t, s.indexChange(s.reliable.client)); len(differences) > 0 {
		t.Errorf("%d items are in one index only: %v", len(differences), differences)
	}

	// Steps 5 and 6.
	s.index.Store(&byOwnerOrder)
	s.awaitReads(t)
	s.updateIndexes(t, types.GlobalSecondaryIndexUpdate{
		Delete: &types.DeleteGlobalSecondaryIndexAction{IndexName: &byOwnerName.name},
	})
	s.awaitReads(t)

	s.stop.Store(true)
	s.running.Wait()
	s.expectLists(t)
	_, changed, err := fillAll(t, s.indexChange(s.reliable.client), nil)
	expectDone(t, err)
	if changed > 0 {
		t.Errorf("a fill at the end changed %d items, want 0: the next release writes the key itself", changed)
	}
}

// fillAll fills the new key, page by page. If it fails, it returns where the page began that was not completed.
func fillAll(t *testing.T, c IndexChange, after item) (begin item, changed int, err error) {
	t.Helper()
	for {
		result, err := c.FillPage(t.Context(), []string{byOwnerOrder.sort}, after, 500)
		if changed += result.Changed; err != nil {
			return after, changed, err
		}
		if after = result.Next; len(after) == 0 {
			return nil, changed, nil
		}
	}
}

// compareOften returns the items that differ in each of several comparisons.
func compareOften(t *testing.T, c IndexChange) (differences map[string]string) {
	t.Helper()
	for n := range 5 {
		found, err := c.Compare(t.Context(), byOwnerName.name, byOwnerOrder.name)
		if err != nil {
			t.Fatal(err)
		}
		for name, index := range differences {
			if found[name] != index {
				delete(differences, name)
			}
		}
		if n == 0 {
			differences = found
		}
	}
	return differences
}

// expectLists expects that the new index has exactly the accounts that were written, in its order and as they are.
func (s *indexScene) expectLists(t *testing.T) {
	t.Helper()
	total := 0
	for _, owner := range s.owners {
		var expected []string
		for _, a := range s.accounts {
			if a.Owner == owner {
				listed := orderOf(string(namePosition(a.Contact.Name, a.ID)))
				expected = append(expected, listed+" "+string(a.ID)+" "+textOfVersion(number(a.Version)))
			}
		}
		slices.Sort(expected)
		var found []string
		for _, row := range s.list(t, byOwnerOrder, owner) {
			id := string(accountIDOf(keyOf(row.item)))
			found = append(found, string(row.position)+" "+id+" "+textOfVersion(rowOf(row.item)["version"]))
		}
		if !slices.Equal(found, expected) {
			t.Errorf("%s lists %d accounts, want %d in another order or version", owner, len(found), len(expected))
		}
		total += len(found)
	}
	passes := s.passes.Load()
	t.Logf("%d accounts, of which %d were never changed; the lists were read %d times", total, len(s.stable), passes)
}

// rowOf returns what lists show of the account in an item.
func rowOf(stored item) item { return stored[projectedAttribute].(*types.AttributeValueMemberM).Value }

func textOfVersion(v types.AttributeValue) string { return v.(*types.AttributeValueMemberN).Value }

// A fill restores the keys that the present code writes, removes a retired key, and changes nothing else.
func TestFillWritesKeysOfPresentCode(t *testing.T) {
	s := newIndexScene(t)
	a := s.create(t, s.reliable, "a-customer", account.AdministratorOwner)
	before := s.readItem(t, accountKey(a.ID))
	_, err := s.client.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: accountKey(a.ID).attributes(),
		UpdateExpression:          aws.String("SET listCreated = :stale, retired = :old REMOVE listName"),
		ExpressionAttributeValues: item{":stale": text("a#stale"), ":old": text("old")},
	})
	expectDone(t, err)
	c := s.indexChange(s.reliable.client)
	for _, changed := range []int{1, 0} {
		attributes := []string{"listName", "listCreated", "retired", "parent", "dueShard"}
		result, err := c.FillPage(t.Context(), attributes, nil, 1000)
		expectDone(t, err)
		if result.Changed != changed || len(result.Next) > 0 {
			t.Errorf("the fill changed %d items, next %v; want %d and no next page", result.Changed, result.Next, changed)
		}
	}
	if found := s.readItem(t, accountKey(a.ID)); !reflect.DeepEqual(found, before) {
		t.Errorf("the item is %v, want %v", found, before)
	}
}

// An item that changes between the scan and the update is computed again from its newest state. A deleted item does not
// come back.
func TestFillMeetsChanges(t *testing.T) {
	s := newIndexScene(t)
	a := s.create(t, s.reliable, "a-customer", account.AdministratorOwner)
	gone := s.create(t, s.reliable, "b-customer", account.AdministratorOwner)
	c := s.indexChange(s.reliable.client)
	stored, removed := s.readItem(t, accountKey(a.ID)), s.readItem(t, accountKey(gone.ID))
	s.change(t, s.reliable, a, func(a *account.Account) { a.Contact.Name = "z-renamed" })
	s.remove(t, s.reliable, gone)
	for stale, isChanged := range map[*item]bool{&stored: true, &removed: false} {
		got, err := c.fillItem(t.Context(), *stale, []string{byOwnerOrder.sort})
		expectDone(t, err)
		if got != isChanged {
			t.Errorf("the item was changed: %t, want %t", got, isChanged)
		}
	}
	found := s.readItem(t, accountKey(a.ID))
	if order := textOf(found[byOwnerOrder.sort]); !strings.HasPrefix(order, "a#zrenamed") {
		t.Errorf("the new key is %q, want the one of the new name", order)
	}
	if remaining := s.readItem(t, accountKey(gone.ID)); len(remaining) > 0 {
		t.Errorf("the deleted item is %v, want none", remaining)
	}
}

func TestFillRejectsWhatItCannotCompute(t *testing.T) {
	s := newIndexScene(t)
	s.create(t, s.reliable, "a-customer", account.AdministratorOwner)
	c := s.indexChange(s.reliable.client)
	for _, attributes := range [][]string{nil, {"pk"}, {"sk"}, {"ownerList"}, {"allList"}, {projectedAttribute}} {
		if _, err := c.FillPage(t.Context(), attributes, nil, 1000); err == nil {
			t.Errorf("the attributes %v were filled, want an error", attributes)
		}
	}
}
