package dynamo

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/hosting"
)

type websiteItem struct {
	keyed
	child
	Subscription string     `dynamodbav:"subscription"`
	Customer     account.ID `dynamodbav:"customer"`
	Domain       string     `dynamodbav:"domain"`
	Registrable  string     `dynamodbav:"registrable,omitempty"`
	Holds        []holdItem `dynamodbav:"holds,omitempty"`
	LiftedAt     *time.Time `dynamodbav:"liftedAt,omitempty"`
	CreatedAt    time.Time  `dynamodbav:"createdAt"`
	Version      int64      `dynamodbav:"version"`
}

func newWebsiteItem(w *hosting.Website) websiteItem {
	return websiteItem{
		keyed:        websiteKey(w.ID).fields(),
		child:        child{websiteListPartition(w.Subscription), sortKey(w.ID)},
		Subscription: w.Subscription, Customer: w.Customer, Domain: w.Domain, Registrable: w.Registrable,
		Holds: newHoldItems(w.Holds), LiftedAt: w.LiftedAt, CreatedAt: w.CreatedAt.UTC(), Version: w.Version,
	}
}

func readWebsite(found item) (*hosting.Website, error) {
	if found == nil {
		return nil, nil
	}
	var stored websiteItem
	err := attributevalue.UnmarshalMap(found, &stored)
	w := &hosting.Website{
		ID:           strings.TrimPrefix(string(stored.PK), websitePrefix),
		Subscription: stored.Subscription, Customer: stored.Customer, Domain: stored.Domain, Registrable: stored.Registrable,
		Holds: readHolds(stored.Holds), LiftedAt: stored.LiftedAt, CreatedAt: stored.CreatedAt, Version: stored.Version,
	}
	return w, err
}

// domainItem is the guard of a domain, with the objects above the website as hints.
type domainItem struct {
	keyed
	Website      string     `dynamodbav:"website"`
	Subscription string     `dynamodbav:"subscription"`
	Customer     account.ID `dynamodbav:"customer"`
	Owner        account.ID `dynamodbav:"owner,omitempty"` // the customer's reseller
}

func newDomainItem(w *hosting.Website, owner account.ID) domainItem {
	stored := domainItem{
		keyed: domainKey(w.Domain).fields(), Website: w.ID, Subscription: w.Subscription, Customer: w.Customer,
	}
	if owner != account.AdministratorOwner {
		stored.Owner = owner
	}
	return stored
}
