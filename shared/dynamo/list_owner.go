package dynamo

import (
	"context"
	"strings"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/directory"
)

// ownerRows returns the first rows of the list of an owner or of all owners, as mergeRows. If it is not known how the list
// is divided, it reads the first shard meanwhile: most lists have no other.
func (s *Store) ownerRows(
	ctx context.Context, selection directory.Selection, owner account.ID, ix index,
) (rows []accountRow, err error) {
	if !hasShards(selection.Kind) {
		return s.mergeRows(ctx, selection, ix, ownerPartitions(owner, selection.Kind, 0, 1))
	}
	shards, isKnown := s.shards.get(owner, s.now())
	first := 0
	if !isKnown {
		first = 1
		var reads errgroup.Group
		reads.Go(func() (err error) {
			shards, err = s.ReadListShards(ctx, owner)
			return err
		})
		reads.Go(func() (err error) {
			rows, err = s.mergeRows(ctx, selection, ix, ownerPartitions(owner, selection.Kind, 0, first))
			return err
		})
		if err := reads.Wait(); err != nil {
			return nil, err
		}
	}
	// The target shards are read after the others, because accounts move from these to the targets.
	for _, end := range []int{shards.Shards, shards.Target} {
		if first >= end {
			continue
		}
		more, err := s.mergeRows(ctx, selection, ix, ownerPartitions(owner, selection.Kind, first, end))
		if err != nil {
			return nil, err
		}
		rows, first = union(rows, more, selection), end
	}
	return rows, nil
}

// ownerPartitions returns the partitions of the shards from first to end, without end.
func ownerPartitions(owner account.ID, kind account.Kind, first, end int) (partitions []partition) {
	for shard := first; shard < end; shard++ {
		partitions = append(partitions, accountListPartition(owner, kind, shard))
	}
	return partitions
}

// union returns the first rows of two parts of a list, one more than the limit of the selection. An account that is in
// both parts has moved between the reads.
func union(a, b []accountRow, selection directory.Selection) (rows []accountRow) {
	isDescending := strings.HasPrefix(string(selection.Sort), "-")
	for len(rows) <= selection.Limit && len(a)+len(b) > 0 {
		switch {
		case len(b) == 0:
			rows, a = append(rows, a[0]), a[1:]
		case len(a) == 0:
			rows, b = append(rows, b[0]), b[1:]
		case a[0].position == b[0].position:
			rows, a, b = append(rows, b[0]), a[1:], b[1:]
		case a[0].position < b[0].position != isDescending:
			rows, a = append(rows, a[0]), a[1:]
		default:
			rows, b = append(rows, b[0]), b[1:]
		}
	}
	return rows
}
