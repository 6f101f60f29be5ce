package dynamo

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/idgen"
)

// Numbers of shards.
const (
	globalShards    = 8 // of the counters of all owners
	operationShards = 4 // of the list of all operations
	dueShards       = 4 // of the due items
)

// shardOf returns the shard of an object, by the hash of its id.
func shardOf[ID ~string](id ID, shards int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))             // the hash returns no error
	return int(h.Sum32() % uint32(shards)) //nolint:gosec // a small number
}

// allOwners is the owner of the list of all customers, as in directory.Selection.
const allOwners account.ID = ""

// accountListPartition returns the partition of an owner's accounts of one kind, or of the accounts of all owners.
func accountListPartition(owner account.ID, kind account.Kind, shard int) partition {
	if owner == allOwners {
		owner = "ALL"
	}
	return partition(string(owner) + "#" + string(kind) + "#" + strconv.Itoa(shard))
}

// planListPartition returns the partition of an owner's plans whose ids have the prefix.
func planListPartition(owner account.ID, prefix string) partition {
	return partition(string(owner) + "#plan#" + strings.TrimSuffix(prefix, "_"))
}

// subscriptionListPartition returns the partition of a customer's subscriptions.
func subscriptionListPartition(customer account.ID) partition {
	return partition(string(customer) + "#subscription")
}

// websiteListPartition returns the partition of a subscription's websites.
func websiteListPartition(subscription string) partition { return partition(subscription + "#website") }

// backupListPartition returns the partition of a subscription's backups.
func backupListPartition(subscription string) partition { return partition(subscription + "#backup") }

// operationListPartition returns the partition of an originator's operations, or of its previews.
func operationListPartition(originator account.ID, arePreviews bool) partition {
	if arePreviews {
		return partition(string(originator) + "#preview")
	}
	return partition(string(originator) + "#operation")
}

// globalOperationListPartition returns the partition of one shard of all operations, or of all previews.
func globalOperationListPartition(shard int, arePreviews bool) partition {
	if arePreviews {
		return partition(fmt.Sprintf("PREVIEWS#%d", shard))
	}
	return partition(fmt.Sprintf("OPERATIONS#%d", shard))
}

// duePartition returns the partition of one shard of the due items.
func duePartition(shard int) partition { return partition("DUE#" + strconv.Itoa(shard)) }

// position is the place of an account in a list. It does not depend on the account's status, shard and owner.
type position string

// maxSortNameLength limits the code points of a name in a position. Folding can make a name longer.
const maxSortNameLength = 100

// namePosition returns the position of an account in a list by name. Accounts of the same name are in the order of
// their creation.
func namePosition(name string, id account.ID) position {
	folded := []rune(account.SortName(name))
	if len(folded) > maxSortNameLength {
		folded = folded[:maxSortNameLength]
	}
	return position(string(folded) + "\x01" + idgen.ULIDOf(id))
}

// createdPosition returns the position of an account in a list by creation time.
func createdPosition(id account.ID) position { return position(idgen.ULIDOf(id)) }

// next returns a position after p, with no account between the two: all positions end in a ULID of the same length.
func (p position) next() position { return p[:len(p)-1] + position(p[len(p)-1]+1) }

// previous returns a position before p, with no account between the two.
func (p position) previous() position { return p[:len(p)-1] + position(p[len(p)-1]-1) }

// statusLetters begin the sort keys of accounts in lists.
var statusLetters = map[account.Status]string{account.Active: "a", account.Suspended: "s"}

// sortKey returns the sort key of an account of the status at the position.
func (p position) sortKey(status account.Status) sortKey {
	return sortKey(statusLetters[status] + "#" + string(p))
}

// listEnd returns a sort key after all accounts of the status.
func listEnd(status account.Status) sortKey { return sortKey(statusLetters[status] + "$") }

// positionOf returns the position in a sort key.
func positionOf(sort sortKey) position {
	_, rest, _ := strings.Cut(string(sort), "#")
	return position(rest)
}
