package dynamo

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
)

type subscriptionItem struct {
	keyed
	child
	dueKeys
	Plan       plan.ID          `dynamodbav:"plan,omitempty"`
	PlanOrder  sortKey          `dynamodbav:"planOrder,omitempty"`
	Customer   account.ID       `dynamodbav:"customer"`
	Domain     string           `dynamodbav:"domain"`
	Link       hosting.PlanLink `dynamodbav:"link"`
	Resources  setItem          `dynamodbav:"resources"`
	Holds      []holdItem       `dynamodbav:"holds,omitempty"`
	LiftedAt   *time.Time       `dynamodbav:"liftedAt,omitempty"`
	ExpiresAt  *time.Time       `dynamodbav:"expiresAt,omitempty"`
	Websites   int64            `dynamodbav:"websites"`
	Backups    int64            `dynamodbav:"backups,omitempty"`
	BackupSize int64            `dynamodbav:"backupSize,omitempty"`
	Removing   bool             `dynamodbav:"removing,omitempty"`
	Removal    *removalItem     `dynamodbav:"removal,omitempty"`
	Transfer   string           `dynamodbav:"transfer,omitempty"`
	CreatedAt  time.Time        `dynamodbav:"createdAt"`
	Version    int64            `dynamodbav:"version"`
}

func newSubscriptionItem(s *hosting.Subscription) subscriptionItem {
	stored := subscriptionItem{
		keyed:   subscriptionKey(s.ID).fields(),
		child:   child{subscriptionListPartition(s.Customer), sortKey(s.ID)},
		dueKeys: newDueKeys(s.ID, s.DueAt),
		Plan:    s.Plan, Customer: s.Customer, Domain: s.Domain, Link: s.Link, Resources: newSetItem(s.Resources),
		Holds: newHoldItems(s.Holds), LiftedAt: s.LiftedAt, ExpiresAt: s.ExpiresAt, Websites: s.Websites,
		Backups: s.Backups, BackupSize: s.BackupSize,
		Removing: s.Removing, Removal: newRemovalItem(s.Removal), Transfer: s.Transfer,
		CreatedAt: s.CreatedAt.UTC(), Version: s.Version,
	}
	if s.Plan != "" {
		stored.PlanOrder = sortKey(s.ID)
	}
	return stored
}

func readSubscription(found item) (*hosting.Subscription, error) {
	if found == nil {
		return nil, nil
	}
	var stored subscriptionItem
	err := attributevalue.UnmarshalMap(found, &stored)
	s := &hosting.Subscription{
		ID:   strings.TrimPrefix(string(stored.PK), subscriptionPrefix),
		Plan: stored.Plan, Customer: stored.Customer, Domain: stored.Domain, Link: stored.Link,
		Resources: stored.Resources.set(), Holds: readHolds(stored.Holds), LiftedAt: stored.LiftedAt,
		ExpiresAt: stored.ExpiresAt, DueAt: stored.time(), Websites: stored.Websites, Removing: stored.Removing,
		Backups: stored.Backups, BackupSize: stored.BackupSize,
		Transfer: stored.Transfer, CreatedAt: stored.CreatedAt, Version: stored.Version,
	}
	if stored.Removal != nil {
		s.Removal = hosting.Removal(*stored.Removal)
	}
	return s, err
}

// removalItem is the request that removes the subscription.
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
