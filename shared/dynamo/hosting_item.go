package dynamo

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/resource"
)

// setItem is a set of resources.
type setItem struct {
	Allotments   map[string]int64 `dynamodbav:"allotments,omitempty"`
	Permissions  []string         `dynamodbav:"permissions,omitempty"`
	Applications []string         `dynamodbav:"applications,omitempty"`
}

func newSetItem(s resource.Set) setItem {
	return setItem{Allotments: s.Allotments, Permissions: slices.Sorted(maps.Keys(s.Permissions)), Applications: s.Applications}
}

func (s setItem) set() resource.Set {
	set := resource.Set{Allotments: s.Allotments, Permissions: map[string]bool{}, Applications: s.Applications}
	for _, name := range s.Permissions {
		set.Permissions[name] = true
	}
	return set
}

// child is what puts an item into the list of its parent.
type child struct {
	Parent      partition `dynamodbav:"parent"`
	ParentOrder sortKey   `dynamodbav:"parentOrder"`
}

// planItem is a service plan or a reseller plan.
type planItem struct {
	keyed
	child
	Owner     account.ID `dynamodbav:"owner"`
	Name      string     `dynamodbav:"name"`
	Resources setItem    `dynamodbav:"resources"`
	Oversell  bool       `dynamodbav:"oversell,omitempty"`
	Uses      int64      `dynamodbav:"uses"`
	Synced    int64      `dynamodbav:"synced"`
	CreatedAt time.Time  `dynamodbav:"createdAt"`
	Version   int64      `dynamodbav:"version"`
}

func newPlanItem(p *plan.Plan) planItem {
	return planItem{
		keyed: planKey(p.ID).fields(), child: child{planListPartition(p.Owner, string(p.ID)[:len(plan.ServicePrefix)]), sortKey(p.ID)}, Owner: p.Owner,
		Name: p.Name, Resources: newSetItem(p.Resources), Oversell: p.Oversell, Uses: p.Uses, Synced: p.Synced,
		CreatedAt: p.CreatedAt.UTC(), Version: p.Version,
	}
}

func readPlan(from item) (*plan.Plan, error) {
	if from == nil {
		return nil, nil
	}
	var stored planItem
	err := attributevalue.UnmarshalMap(from, &stored)
	return &plan.Plan{
		ID: plan.ID(strings.TrimPrefix(string(stored.PK), planPrefix)), Owner: stored.Owner, Name: stored.Name,
		Resources: stored.Resources.set(), Oversell: stored.Oversell, Uses: stored.Uses, Synced: stored.Synced,
		CreatedAt: stored.CreatedAt, Version: stored.Version,
	}, err
}

// subscriptionItem is a subscription.
type subscriptionItem struct {
	keyed
	child
	dueKeys
	Plan      plan.ID      `dynamodbav:"plan,omitempty"`
	PlanOrder sortKey      `dynamodbav:"planOrder,omitempty"`
	Customer  account.ID   `dynamodbav:"customer"`
	Domain    string       `dynamodbav:"domain"`
	Link      hosting.Link `dynamodbav:"link"`
	Resources setItem      `dynamodbav:"resources"`
	Holds     []holdItem   `dynamodbav:"holds,omitempty"`
	LiftedAt  *time.Time   `dynamodbav:"liftedAt,omitempty"`
	ExpiresAt *time.Time   `dynamodbav:"expiresAt,omitempty"`
	Websites  int64        `dynamodbav:"websites"`
	Removing  bool         `dynamodbav:"removing,omitempty"`
	Removal   *removalItem `dynamodbav:"removal,omitempty"`
	Transfer  string       `dynamodbav:"transfer,omitempty"`
	CreatedAt time.Time    `dynamodbav:"createdAt"`
	Version   int64        `dynamodbav:"version"`
}

func newSubscriptionItem(s *hosting.Subscription) subscriptionItem {
	stored := subscriptionItem{
		keyed: subscriptionKey(s.ID).fields(), child: child{subscriptionListPartition(s.Customer), sortKey(s.ID)}, dueKeys: newDueKeys(s.ID, s.DueAt), Plan: s.Plan, Customer: s.Customer,
		Domain: s.Domain, Link: s.Link, Resources: newSetItem(s.Resources), LiftedAt: s.LiftedAt, ExpiresAt: s.ExpiresAt, Websites: s.Websites,
		Removing: s.Removing, Removal: newRemovalItem(s.Removal), Holds: newHoldItems(s.Holds), Transfer: s.Transfer, CreatedAt: s.CreatedAt.UTC(), Version: s.Version,
	}
	if s.Plan != "" {
		stored.PlanOrder = sortKey(s.ID)
	}
	return stored
}

func readSubscription(from item) (*hosting.Subscription, error) {
	if from == nil {
		return nil, nil
	}
	var stored subscriptionItem
	err := attributevalue.UnmarshalMap(from, &stored)
	s := &hosting.Subscription{
		ID: strings.TrimPrefix(string(stored.PK), subscriptionPrefix), Customer: stored.Customer, Domain: stored.Domain, Plan: stored.Plan,
		Link: stored.Link, Resources: stored.Resources.set(), LiftedAt: stored.LiftedAt, ExpiresAt: stored.ExpiresAt, Websites: stored.Websites,
		Removing: stored.Removing, Holds: readHolds(stored.Holds), Transfer: stored.Transfer, CreatedAt: stored.CreatedAt, Version: stored.Version, DueAt: stored.time(),
	}
	if stored.Removal != nil {
		s.Removal = hosting.Removal(*stored.Removal)
	}
	return s, err
}

// removalItem is the request that removes a subscription.
type removalItem struct {
	Actor     account.ID `dynamodbav:"actor"`
	RequestID string     `dynamodbav:"requestId,omitempty"`
}

func newRemovalItem(r hosting.Removal) *removalItem {
	if r == (hosting.Removal{}) {
		return nil
	}
	stored := removalItem(r)
	return &stored
}

// websiteItem is a website.
type websiteItem struct {
	keyed
	child
	Subscription string     `dynamodbav:"subscription"`
	Customer     account.ID `dynamodbav:"customer"`
	Domain       string     `dynamodbav:"domain"`
	Holds        []holdItem `dynamodbav:"holds,omitempty"`
	LiftedAt     *time.Time `dynamodbav:"liftedAt,omitempty"`
	CreatedAt    time.Time  `dynamodbav:"createdAt"`
	Version      int64      `dynamodbav:"version"`
}

func newWebsiteItem(w *hosting.Website) websiteItem {
	return websiteItem{
		keyed: websiteKey(w.ID).fields(), child: child{websiteListPartition(w.Subscription), sortKey(w.ID)}, Subscription: w.Subscription,
		Customer: w.Customer, Domain: w.Domain, Holds: newHoldItems(w.Holds), LiftedAt: w.LiftedAt, CreatedAt: w.CreatedAt.UTC(), Version: w.Version,
	}
}

func readWebsite(from item) (*hosting.Website, error) {
	if from == nil {
		return nil, nil
	}
	var stored websiteItem
	err := attributevalue.UnmarshalMap(from, &stored)
	w := &hosting.Website{
		ID: strings.TrimPrefix(string(stored.PK), websitePrefix), Subscription: stored.Subscription, Customer: stored.Customer,
		Domain: stored.Domain, Holds: readHolds(stored.Holds), LiftedAt: stored.LiftedAt, CreatedAt: stored.CreatedAt, Version: stored.Version,
	}
	return w, err
}

// domainItem says which website has a domain, with what it hangs from as it was when the domain was taken.
type domainItem struct {
	keyed
	Website      string     `dynamodbav:"website"`
	Subscription string     `dynamodbav:"subscription"`
	Customer     account.ID `dynamodbav:"customer"`
	Owner        account.ID `dynamodbav:"owner,omitempty"`
}
