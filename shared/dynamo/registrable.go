package dynamo

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/hosting"
)

// registrableItem is the guard of a registrable domain. It exists while a customer has websites in the domain.
type registrableItem struct {
	keyed
	Customer account.ID `dynamodbav:"customer"`
	Websites int64      `dynamodbav:"websites"`
}

// takeRegistrable counts a new website on its registrable domain. It fails with fault.Conflict if another customer has
// websites there.
func (t *transaction) takeRegistrable(w *hosting.Website) {
	if w.Registrable == "" {
		t.err = errors.Join(t.err, errors.New("a new website has no registrable domain"))
	}
	count := update{}.set("customer", w.Customer).add("websites", 1)
	isOwn := notExists().Or(equals("customer", w.Customer))
	t.update(registrableKey(w.Registrable), count, isOwn, func(item) error { return hosting.DomainTaken() })
}

// deleteWebsites deletes websites with the guards of their domains, and takes them off the counts of their registrable
// domains. It deletes the guard of a registrable domain with its last website. The transaction fails with
// fault.VersionMismatch if a count has changed since it was read. Round trips: 1.
func (s *Store) deleteWebsites(ctx context.Context, t *transaction, websites []hosting.Website) error {
	deleted := map[string]int64{}
	for i := range websites {
		w := &websites[i]
		t.delete(websiteKey(w.ID), atVersion(w.Version), hasChanged)
		t.delete(domainKey(w.Domain), equals("website", w.ID), nil)
		if w.Registrable != "" { // websites from before ADR 31 have none
			deleted[w.Registrable]++
		}
	}
	domains := slices.Sorted(maps.Keys(deleted))
	guards, err := s.getItems(ctx, consistent, keysOf(domains, registrableKey)...)
	if err != nil {
		return err
	}
	for _, domain := range domains {
		t.leaveRegistrable(guards[registrableKey(domain)], registrableKey(domain), deleted[domain])
	}
	return nil
}

// leaveRegistrable takes deleted websites off the count of a registrable domain, as its guard was read.
func (t *transaction) leaveRegistrable(found item, guard key, deleted int64) {
	if found == nil {
		return // the websites are gone as well, which fails the transaction
	}
	var stored registrableItem
	t.err = errors.Join(t.err, attributevalue.UnmarshalMap(found, &stored))
	if stored.Websites <= deleted {
		t.delete(guard, equals("websites", stored.Websites), hasChanged)
		return
	}
	t.update(guard, update{}.add("websites", -deleted), attribute("websites").GreaterThan(value(deleted)), hasChanged)
}
