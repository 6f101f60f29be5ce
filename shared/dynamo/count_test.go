package dynamo

import (
	"iter"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/dynamotest/memtable"
)

// A merged change of a counter is committed exactly if both changes could be committed one after the other, and has the
// same result. All combinations of small numbers are tried; none stands for an absent counter or limit.
func TestMergedCountIsLikeBothInTurn(t *testing.T) {
	t.Parallel()
	const none = -1
	k := key{"TEST", "COUNT"}
	newCount := func(change, greatest int64) count {
		c := count{key: k, changes: map[string]int64{"n": change}}
		if greatest != none {
			c.greatest = map[string]int64{"n": greatest}
		}
		return c
	}
	numbers := []int64{none, 0, 1, 2}
	for combination := range product(numbers, numbers, numbers, []int64{-2, -1, 0, 1, 2}, []int64{-2, -1, 0, 1, 2}) {
		start := map[string]int64{}
		if combination[0] != none {
			start["n"] = combination[0]
		}
		first, second := newCount(combination[3], combination[1]), newCount(combination[4], combination[2])
		inTurn, bothCommitted := commitCounts(t, k, start, first, second)
		merged, isCommitted := commitCounts(t, k, start, first.plus(second))
		if isCommitted != bothCommitted || isCommitted && counterOf(merged) != counterOf(inTurn) {
			t.Errorf("start %v, changes %+v and %+v: got committed %v with %d, want %v with %d", start, first, second,
				isCommitted, counterOf(merged), bothCommitted, counterOf(inTurn))
		}
	}
}

// product yields all combinations of one number of each set.
func product(sets ...[]int64) iter.Seq[[]int64] {
	return func(yield func([]int64) bool) {
		if len(sets) == 0 {
			yield(nil)
			return
		}
		for _, n := range sets[0] {
			for rest := range product(sets[1:]...) {
				if !yield(append([]int64{n}, rest...)) {
					return
				}
			}
		}
	}
}

// commitCounts commits changes one after the other. It returns the item after the last one, and whether all were
// committed.
func commitCounts(t *testing.T, k key, start map[string]int64, changes ...count) (found item, committed bool) {
	t.Helper()
	table := memtable.New(Schema("counts"), time.Now)
	s := New(table, "counts", time.Now, WaitJittered)
	for name, n := range start {
		if _, err := s.updateItem(t.Context(), k, update{}.set(name, n), condition{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, change := range changes {
		if (update{}).addAll(change.changes).nonEmpty || len(change.greatest) > 0 {
			transaction := s.beginWithoutMarker()
			transaction.count(change, notFound)
			if err := s.commit(t.Context(), transaction); err != nil {
				return nil, false
			}
		}
	}
	found, err := s.get(t.Context(), consistent, k)
	if err != nil {
		t.Fatal(err)
	}
	return found, true
}

func counterOf(found item) (n int64) {
	if attributevalue.Unmarshal(found["n"], &n) != nil {
		return 0
	}
	return n
}
