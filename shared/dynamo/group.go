package dynamo

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// groups commits transactions that change the same counters one after another. Those that wait are committed together.
// Otherwise the items of a batch compete for one item, such as the usage of their reseller (ADR 39).
type groups struct {
	mu      sync.Mutex
	waiting map[key][]*member // has a key while a transaction that changes its item is being committed
}

// member is a transaction that waits for its turn.
type member struct {
	transaction *transaction
	turn        chan turn
}

// turn is what happens to a transaction after it has waited.
type turn struct {
	leads bool  // it is committed, together with those that wait; otherwise another one has led its group
	err   error // of the group; nil if it is committed
}

// errRefused is the error of a group if a condition of one of its members has failed.
var errRefused = errors.New("the group cannot be committed")

// persistent is the patience of groups. Their transactions are short, so many short pauses are best: with long pauses a
// group would always find that others are faster.
var persistent = patience{attempts: 40, longestPause: 100 * time.Millisecond}

// GroupWrites makes the store commit transactions together that change the same counters at the same time. It is for
// functions that process many items of one owner in parallel. It returns the store.
func (s *Store) GroupWrites() *Store {
	s.groups = &groups{waiting: map[key][]*member{}}
	return s
}

// commitInGroup commits the transaction when it is its turn. Each attempt takes in the transactions that wait by then,
// except after an unknown outcome, when it sends the same group with the same token. If a condition has failed, all
// members are committed one by one, so that each gets its own error. If the group was committed by an attempt without
// an answer, they find this out by their markers.
func (s *Store) commitInGroup(ctx context.Context, t *transaction) error {
	mine := s.groups.wait(t)
	if mine.leads {
		defer s.groups.pass(t.counters)
		mine.err = s.lead(ctx, t)
	}
	if errors.Is(mine.err, errRefused) {
		return s.commitAlone(ctx, t)
	}
	return mine.err
}

// lead commits a transaction together with those that wait.
func (s *Store) lead(ctx context.Context, t *transaction) error {
	merged, isUnknown := t, false
	var others []*member
	err := s.retry(ctx, persistent, func() (done bool, err error) {
		if !isUnknown {
			var joined []*member
			merged, joined = s.groups.join(merged)
			others = append(others, joined...)
		}
		err = s.send(ctx, merged)
		switch outcomeOf(err) {
		case succeeded:
			return true, nil
		case conditionFailed, invalid:
			return true, errRefused
		case unknown:
			isUnknown = true
		case retryable:
		}
		return false, fmt.Errorf("write: %w", err)
	})
	for _, other := range others {
		other.turn <- turn{err: err}
	}
	return err
}

// wait returns at once if no other transaction with the same counters is being committed. Otherwise it waits.
func (g *groups) wait(t *transaction) turn {
	g.mu.Lock()
	waiting, isBusy := g.waiting[t.counters]
	if !isBusy {
		g.waiting[t.counters] = nil
		g.mu.Unlock()
		return turn{leads: true}
	}
	m := &member{transaction: t, turn: make(chan turn, 1)}
	g.waiting[t.counters] = append(waiting, m)
	g.mu.Unlock()
	return <-m.turn
}

// join merges the transactions that wait into a group. It returns the group and those that have joined it.
func (g *groups) join(group *transaction) (merged *transaction, joined []*member) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var remaining []*member
	for _, m := range g.waiting[group.counters] {
		if next := merge(group, m.transaction); next != nil {
			group, joined = next, append(joined, m)
		} else {
			remaining = append(remaining, m)
		}
	}
	g.waiting[group.counters] = remaining
	return group, joined
}

// pass ends the turn of a group, and begins the turn of the first transaction that waits.
func (g *groups) pass(counters key) {
	g.mu.Lock()
	defer g.mu.Unlock()
	waiting := g.waiting[counters]
	if len(waiting) == 0 {
		delete(g.waiting, counters)
		return
	}
	g.waiting[counters] = waiting[1:]
	waiting[0].turn <- turn{leads: true}
}

// maxWrites is DynamoDB's limit for the number of writes in a transaction.
const maxWrites = 100

// merge returns a transaction that writes what two transactions write, as if the second followed the first. It returns
// nil if they cannot be merged: a transaction can have one write for each item, except that changes of counters are
// added and equal checks are dropped.
func merge(first, second *transaction) *transaction {
	merged := &transaction{table: first.table, token: newToken(), counters: first.counters}
	merged.writes = append(merged.writes, first.writes...)
	merged.counts = append(merged.counts, first.counts...)
	positions := map[key]int{}
	for i, write := range first.writes {
		positions[keyOfWrite(write)] = i
	}
	for i, write := range second.writes {
		position, isTaken := positions[keyOfWrite(write)]
		switch {
		case !isTaken:
			merged.writes = append(merged.writes, write)
			merged.counts = append(merged.counts, second.counts[i])
		case merged.counts[position] != nil && second.counts[i] != nil:
			sum := merged.counts[position].plus(*second.counts[i])
			merged.counts[position] = &sum
			merged.writes[position] = merged.buildCount(sum)
		case write.ConditionCheck != nil && reflect.DeepEqual(write, merged.writes[position]):
		default:
			return nil
		}
	}
	if len(merged.writes) > maxWrites || merged.err != nil {
		return nil
	}
	return merged
}

// keyOfWrite returns the key of the item that a write names.
func keyOfWrite(write types.TransactWriteItem) key {
	_, named := describeWrite(write)
	return keyOf(named)
}
