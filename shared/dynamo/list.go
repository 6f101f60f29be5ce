package dynamo

import (
	"context"
	"math"
	"strings"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/directory"
)

// List merges the index ranges that hold the selected accounts: one for each shard and status. Round trips: 1, with the
// ranges read side by side; 1 more where a range turns out to have more of the page than was read ahead of it.
func (s *Store) List(ctx context.Context, selection directory.Selection) (directory.Rows, error) {
	ranges := s.ranges(selection)
	need := selection.Limit + 1 // one more tells whether there is more
	var rows []accountRow
	for len(rows) < need {
		if err := readRanges(ctx, ranges, need-len(rows)); err != nil {
			return directory.Rows{}, err
		}
		part := takeMerged(ranges, need-len(rows))
		if len(part) == 0 {
			break
		}
		rows = append(rows, part...)
	}
	next := ""
	if len(rows) == need {
		rows = rows[:selection.Limit]
		next = string(rows[selection.Limit-1].position)
	}
	return newPage(rows, next)
}

func newPage(rows []accountRow, next string) (directory.Rows, error) {
	list := directory.Rows{Accounts: make([]account.Account, len(rows)), Next: next}
	for i, r := range rows {
		a, err := readAccount(r.item)
		if err != nil {
			return directory.Rows{}, err
		}
		list.Accounts[i] = *a
	}
	return list, nil
}

// ranges are the parts of an index that hold the selected accounts.
func (s *Store) ranges(selection directory.Selection) []*indexRange {
	order, down := strings.CutPrefix(string(selection.Sort), "-")
	partitions, in := partitionsOf(selection, directory.Sort(order))
	statuses := []account.Status{account.Active, account.Suspended}
	if selection.Status != "" {
		statuses = []account.Status{selection.Status}
	}
	var ranges []*indexRange
	for _, status := range statuses {
		share := 1 / float64(len(partitions))
		if selection.Status == "" && status == account.Suspended {
			share *= suspendedShare
		}
		for _, p := range partitions {
			ranges = append(ranges, &indexRange{
				store: s, index: in, partition: p, status: status, descending: down, after: position(selection.After),
				readAhead: readAheadOf(selection.Limit+1, share), hasMore: true,
			})
		}
	}
	return ranges
}

func partitionsOf(selection directory.Selection, order directory.Sort) ([]partition, index) {
	owner, in := selection.Owner, byOwnerName
	if order == directory.ByCreated {
		in = byOwnerCreated
	}
	if owner == "" && selection.Kind == account.Customer {
		in = byShardName
		if order == directory.ByCreated {
			in = byShardCreated
		}
		partitions := make([]partition, globalShards)
		for shard := range partitions {
			partitions[shard] = globalListPartition(selection.Kind, shard)
		}
		return partitions, in
	}
	if owner == "" {
		owner = account.AdministratorOwner // nobody else owns resellers
	}
	partitions := make([]partition, ownerShards)
	for shard := range partitions {
		partitions[shard] = ownerListPartition(owner, selection.Kind, shard)
	}
	return partitions, in
}

// likelySuspended is the part of a list that is expected to be suspended.
const suspendedShare = 1.0 / 8

// expected is how many of the wanted rows to read of a range that holds a share of them: two standard deviations above the
// mean, so that a second read is rare and little is read in vain.
func readAheadOf(wanted int, share float64) int {
	mean := float64(wanted) * share
	return min(wanted, int(math.Ceil(mean+2*math.Sqrt(mean))))
}

// readRanges reads the next rows of all ranges that have none left, concurrently. It reads as many as are needed.
func readRanges(ctx context.Context, ranges []*indexRange, need int) error {
	var reads errgroup.Group
	for _, r := range ranges {
		if len(r.rows) == 0 && r.hasMore {
			reads.Go(func() error { return r.read(ctx, need) })
		}
	}
	return reads.Wait()
}

// merge takes rows in order from the ranges, until it has enough or a range must be read on.
func takeMerged(ranges []*indexRange, need int) (rows []accountRow) {
	for len(rows) < need {
		var first *indexRange
		for _, r := range ranges {
			switch {
			case len(r.rows) == 0 && r.hasMore:
				return rows
			case len(r.rows) > 0 && (first == nil || r.precedes(first)):
				first = r
			}
		}
		if first == nil {
			return rows
		}
		rows = append(rows, first.rows[0])
		first.rows = first.rows[1:]
	}
	return rows
}
