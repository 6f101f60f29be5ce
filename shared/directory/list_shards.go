package directory

import "time"

// ListShardsAge is the longest time for which the store remembers how lists are divided.
const ListShardsAge = 30 * time.Second

// ListShards says how the lists of an owner, or the list of all owners, are divided into shards, each with the
// throughput of one index partition. While the number of shards grows, readers read the target shards after the others,
// so that they find accounts that move from these to the targets meanwhile (ADR 44).
type ListShards struct {
	Shards    int    // the shards in which all accounts are that do not move
	Target    int    // readers read these shards; equal to Shards unless the list grows
	IsMoving  bool   // new accounts go to the target shards, and the others move there
	Position  string // how far the accounts have moved: "" before the first one
	ChangedAt time.Time
	Version   int64 // 0 for the one shard that each list has first
}

// ForNew returns the number of shards for new accounts. Readers read all of them, even if what they know of the shards
// is outdated.
func (l ListShards) ForNew() int {
	if l.IsMoving {
		return l.Target
	}
	return l.Shards
}

// IsGrowing reports whether the number of shards is growing.
func (l ListShards) IsGrowing() bool { return l.Target != l.Shards }

// Equal reports whether both are the same.
func (l ListShards) Equal(other ListShards) bool {
	isSameTime := l.ChangedAt.Equal(other.ChangedAt)
	l.ChangedAt, other.ChangedAt = time.Time{}, time.Time{}
	return isSameTime && l == other
}

// MovedRows is the result of moving a page of accounts to their shards.
type MovedRows struct {
	Read, Moved int
	Next        string // position of the last account if there may be more
}
