package dynamo

import (
	"context"
	"math"
	"strings"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/directory"
)

// List returns a page of the selected accounts. It merges ranges of an index, one for each shard and status. Round
// trips: 1, with all ranges read concurrently, and 1 more if a range has more rows on the page than were read ahead. A list
// takes 1 more while its shards grow, and if it has several and this is not known.
func (s *Store) List(ctx context.Context, selection directory.Selection) (directory.Rows, error) {
	owner := selection.Owner
	if owner == allOwners && selection.Kind == account.Reseller {
		owner = account.AdministratorOwner // the owner of all resellers
	}
	isByCreated := directory.Sort(strings.TrimPrefix(string(selection.Sort), "-")) == directory.ByCreated
	rows, err := s.ownerRows(ctx, selection, owner, listIndex(owner, isByCreated))
	return newRows(rows, selection.Limit, err)
}

// listIndex returns the index that has the list of an owner, or of all owners.
func listIndex(owner account.ID, isByCreated bool) index {
	switch {
	case owner == allOwners && isByCreated:
		return byShardCreated
	case owner == allOwners:
		return byShardName
	case isByCreated:
		return byOwnerCreated
	}
	return byOwnerName
}

// newRows returns the page that begins with the rows. There are more if there are more rows than the limit.
func newRows(rows []accountRow, limit int, err error) (directory.Rows, error) {
	if err != nil {
		return directory.Rows{}, err
	}
	page, next := cutPage(rows, limit)
	items := make([]item, len(page))
	for i, row := range page {
		items[i] = row.item
	}
	accounts, err := readAll(items, readAccount)
	return directory.Rows{Accounts: accounts, Next: next}, err
}

// cutPage returns the first rows, and the position of the last one if there are more.
func cutPage(rows []accountRow, limit int) (page []accountRow, next string) {
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], string(rows[limit-1].position)
}

// mergeRows returns the first rows of the partitions in the order of the selection: one more than its limit, if there
// are so many.
func (s *Store) mergeRows(
	ctx context.Context, selection directory.Selection, ix index, partitions []partition,
) (rows []accountRow, err error) {
	ranges := s.listRanges(selection, ix, partitions)
	wanted := selection.Limit + 1 // one more row than the page shows whether there is another page
	for len(rows) < wanted {
		if err := readRanges(ctx, ranges, wanted-len(rows)); err != nil {
			return nil, err
		}
		merged := takeMerged(ranges, wanted-len(rows))
		if len(merged) == 0 {
			break
		}
		rows = append(rows, merged...)
	}
	return rows, nil
}

// listRanges returns the ranges of the partitions that contain the selected accounts.
func (s *Store) listRanges(selection directory.Selection, ix index, partitions []partition) []*listRange {
	descending := strings.HasPrefix(string(selection.Sort), "-")
	statuses := []account.Status{account.Active, account.Suspended}
	if selection.Status != "" {
		statuses = []account.Status{selection.Status}
	}
	var ranges []*listRange
	for _, status := range statuses {
		share := 1 / float64(len(partitions))
		if selection.Status == "" && status == account.Suspended {
			share *= suspendedShare
		}
		for _, p := range partitions {
			ranges = append(ranges, &listRange{
				store: s, index: ix, partition: p, status: status, descending: descending,
				after: position(selection.After), readAhead: readAhead(selection.Limit+1, share), hasMore: true,
			})
		}
	}
	return ranges
}

// suspendedShare is the expected share of suspended accounts in a list.
const suspendedShare = 1.0 / 8

// readAhead returns the number of rows to read first from a range that contains a share of the wanted rows. It is two
// standard deviations above the mean: a second read is rare, and few rows are read for nothing.
func readAhead(wanted int, share float64) int {
	mean := float64(wanted) * share
	return min(wanted, int(math.Ceil(mean+2*math.Sqrt(mean))))
}

// readRanges reads rows of the ranges that have none left, concurrently.
func readRanges(ctx context.Context, ranges []*listRange, limit int) error {
	var reads errgroup.Group
	for _, r := range ranges {
		if len(r.rows) == 0 && r.hasMore {
			reads.Go(func() error { return r.read(ctx, limit) })
		}
	}
	return reads.Wait()
}

// takeMerged takes rows from the ranges in the order of the list. It stops at the limit, or at a range that must be
// read.
func takeMerged(ranges []*listRange, limit int) (rows []accountRow) {
	for len(rows) < limit {
		var first *listRange
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
