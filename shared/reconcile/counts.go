package reconcile

import (
	"fmt"
	"hash/fnv"
	"maps"

	"tenantry/shared/account"
	"tenantry/shared/resource"
)

// Counter identifies counts that are stored together: those of a reseller, or those of a shard of all owners.
type Counter struct {
	Reseller account.ID // if empty, a shard
	Shard    int
}

// String returns the reseller's id, or the number of the shard.
func (c Counter) String() string {
	if c.Reseller != "" {
		return string(c.Reseller)
	}
	return fmt.Sprintf("shard %d of all owners", c.Shard)
}

// Counts are numbers of objects and sums of resources, by name. A name that is missing is 0.
type Counts map[string]int64

// The names of counts. A shard has the first three. A reseller has the customers, the subscriptions, and the sums of
// their allotments: the name of an allotment follows the prefix.
const (
	Customers     = "customers"
	OwnCustomers  = "ownCustomers" // of the administrator
	Resellers     = "resellers"
	Subscriptions = "subscriptions"

	GivenPrefix     = "given."
	UnlimitedPrefix = "unlimited."
)

// Stored is what is stored of a counter.
type Stored struct {
	Counts    Counts `json:"counts"`
	Revision  int64  `json:"revision"`  // grows with each change of the counts
	Transfers int64  `json:"transfers"` // customers that have left the reseller, but not yet with all subscriptions
}

// minus returns the differences that are not 0.
func (c Counts) minus(other Counts) Counts {
	difference := Counts{}
	for name, n := range c {
		difference[name] += n
	}
	for name, n := range other {
		difference[name] -= n
	}
	maps.DeleteFunc(difference, func(_ string, n int64) bool { return n == 0 })
	return difference
}

// tally is what a count has found.
type tally struct {
	Counts      Counts `json:"counts"`
	Fingerprint uint64 `json:"fingerprint"` // of the set of objects
	IsBusy      bool   `json:"isBusy"`      // the subscriptions of a customer are being moved
}

// isSame reports whether both tallies are of the same objects.
func (t *tally) isSame(other tally) bool {
	return t.Fingerprint == other.Fingerprint && len(t.Counts.minus(other.Counts)) == 0
}

func (t *tally) add(name string, n int64) {
	if t.Counts == nil {
		t.Counts = Counts{}
	}
	t.Counts[name] += n
}

// addObject adds an object to the set. The order of objects does not change the fingerprint.
func (t *tally) addObject(id string) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // the hash returns no error
	t.Fingerprint += h.Sum64()
}

// addAccount adds an account of the counter.
func (t *tally) addAccount(counter Counter, a *account.Account) {
	t.addObject(string(a.ID))
	switch {
	case a.Kind == account.Reseller:
		t.add(Resellers, 1)
		return
	case counter.Reseller == "" && a.Owner == account.AdministratorOwner:
		t.add(OwnCustomers, 1)
	}
	t.add(Customers, 1)
}

// addDemand adds what subscriptions demand.
func (t *tally) addDemand(demand resource.Demand) {
	t.add(Subscriptions, demand.Subscriptions)
	for name, n := range demand.Given {
		t.add(GivenPrefix+name, n)
	}
	for name, n := range demand.Unlimited {
		t.add(UnlimitedPrefix+name, n)
	}
}
