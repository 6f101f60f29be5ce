package flowtest

import (
	"fmt"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// AddHosting gives a customer of North a panel user and three subscriptions with 1, 2 and 3 websites: two on a plan of
// North, one without a plan. Each subscription has a backup that the customer created and one that North created.
func (s *Scene) AddHosting(id account.ID) {
	s.tb.Helper()
	name := strings.ToLower(strings.TrimPrefix(string(id), account.CustomerPrefix))
	plans := plan.Plans{Prefix: plan.ServicePrefix, Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	shared, err := plans.Create(s.tb.Context(), s.Caller(s.North), request.Metadata{}, plan.Input{
		Name: &name, Allotments: map[string]int64{"disk_space": 100},
	})
	s.must(err)
	own := &resource.Set{Allotments: map[string]int64{"disk_space": 50}}
	s.addSubscription(id, name, 0, string(shared.ID), nil)
	s.addSubscription(id, name, 1, string(shared.ID), nil)
	s.addSubscription(id, name, 2, plan.Custom, own)
	users := directory.PanelUsers{Create: s.Creator(), Store: s.Store}
	_, err = users.Add(s.tb.Context(), s.Caller(s.North), request.Metadata{}, string(id), directory.NewPanelUser{
		Login: "user." + name, Name: "User", Email: "user@example.com",
	})
	s.must(err)
}

// addSubscription adds a subscription with more websites and two backups. The number is part of its domain.
func (s *Scene) addSubscription(
	customer account.ID,
	name string,
	number int,
	servicePlan string,
	resources *resource.Set,
) {
	s.tb.Helper()
	ctx, north := s.tb.Context(), s.Caller(s.North)
	subscriptions := hosting.Subscriptions{Store: s.Store, NewID: s.IDs.New, Now: s.Now}
	backups := backup.Backups{Store: s.Store, Storage: s.Storage, NewID: s.IDs.New, Now: s.Now}
	created, err := subscriptions.Create(ctx, north, request.Metadata{}, string(customer), hosting.NewSubscription{
		Domain: fmt.Sprintf("%d.%s.example", number, name), ServicePlan: servicePlan, Resources: resources,
	})
	s.must(err)
	for site := range number {
		domain := fmt.Sprintf("%d-%d.%s.example", number, site, name)
		_, err := hosting.Websites{Subscriptions: subscriptions}.Add(ctx, north, request.Metadata{}, created.ID, domain)
		s.must(err)
	}
	for _, creator := range []account.ID{customer, s.North} {
		_, err := backups.Create(ctx, s.Caller(creator), request.Metadata{}, created.ID, backup.NewBackup{Size: 5})
		s.must(err)
	}
}
