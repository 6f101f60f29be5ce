package dynamo

import (
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/operation"
)

// AcceptOperation writes an operation with its list of items, its event, and the first change of its account if there
// is one. Round trips: 1.
func (s *Store) AcceptOperation(ctx context.Context, acceptance operation.Acceptance) error {
	t := s.begin(acceptance.Event)
	t.putRecord(acceptance.Record, s.now())
	if acceptance.Start != nil {
		t.writeAccountChange(acceptance.Start)
	}
	t.create(newOperationItem(&acceptance.Operation), nil)
	for i, items := range acceptance.Chunks {
		t.create(newChunkItem(acceptance.Operation.ID, operation.Chunk{Number: int64(i), Items: items}), nil)
	}
	return s.commit(ctx, t)
}

// ReadOperation returns an operation, or nil if it does not exist, and the record of the request. Round trips: 1.
func (s *Store) ReadOperation(
	ctx context.Context, id string, requestKey idempotency.Key,
) (*operation.Operation, *idempotency.Record, error) {
	found, record, err := s.getWithRecord(ctx, requestKey, operationKey(id))
	if err != nil {
		return nil, nil, err
	}
	o, err := readOperation(found[operationKey(id)])
	return o, record, err
}

// ReadWithOriginator returns an operation and an account. Each is nil if it does not exist. Round trips: 1.
func (s *Store) ReadWithOriginator(
	ctx context.Context, id string, originator account.ID,
) (*operation.Operation, *account.Account, error) {
	found, err := s.getItems(ctx, consistent, operationKey(id), accountKey(originator))
	if err != nil {
		return nil, nil, err
	}
	o, err := readOperation(found[operationKey(id)])
	if err != nil {
		return nil, nil, err
	}
	a, err := readAccount(found[accountKey(originator)])
	return o, a, err
}

// UpdateOperation writes the changed attributes of an operation, another chunk of its list if there is one, and the
// release of its account if there is one. It returns fault.VersionMismatch if the operation or the account has changed.
// Round trips: 1.
func (s *Store) UpdateOperation(ctx context.Context, revision operation.Revision) error {
	before, after := &revision.Before, &revision.After
	t := s.beginWithoutMarker()
	if revision.Event != nil {
		t = s.begin(*revision.Event)
	}
	t.putRecord(revision.Record, s.now())
	changes, err := difference(newOperationItem(before), newOperationItem(after))
	t.err = errors.Join(t.err, err)
	t.update(operationKey(after.ID), changes, atVersion(before.Version), operationHasChanged)
	if revision.Release != nil {
		t.writeAccountChange(revision.Release)
	}
	switch chunk := revision.Chunk; {
	case chunk == nil:
	case chunk.Extends:
		t.put(newChunkItem(after.ID, *chunk))
	default:
		t.create(newChunkItem(after.ID, *chunk), operationHasChanged)
	}
	return s.commit(ctx, t)
}

func operationHasChanged(item) error {
	return fault.New(fault.VersionMismatch, "The operation has changed in the meantime. Read it again and retry.")
}

// ListOperations returns the operations, or the previews, of an originator, or of all originators if it is "". It
// returns the newest first, and whether there are more. If before is not "", it continues with the operations before
// this one. Round trips: 1, with all shards read concurrently.
func (s *Store) ListOperations(
	ctx context.Context, originator account.ID, arePreviews bool, before string, limit int,
) ([]operation.Operation, bool, error) {
	ix, partitions := objectsByParent, []partition{operationListPartition(originator, arePreviews)}
	if originator == "" {
		ix, partitions = operationsByShard, make([]partition, operationShards)
		for shard := range partitions {
			partitions[shard] = globalOperationListPartition(shard, arePreviews)
		}
	}
	var reads errgroup.Group
	found := make([][]item, len(partitions))
	for i, p := range partitions {
		reads.Go(func() (err error) {
			found[i], err = s.newest(ctx, ix, p, before, limit+1)
			return err
		})
	}
	if err := reads.Wait(); err != nil {
		return nil, false, err
	}
	all, err := readAll(slices.Concat(found...), readOperation)
	if err != nil {
		return nil, false, err
	}
	slices.SortFunc(all, func(a, b operation.Operation) int { return strings.Compare(b.ID, a.ID) })
	return all[:min(limit, len(all))], len(all) > limit, nil
}
