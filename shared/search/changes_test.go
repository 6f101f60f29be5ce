package search_test

import (
	"fmt"
	"maps"
	"slices"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/flowtest"
	"tenantry/shared/hosting"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

func (m *model) contact() account.Contact {
	m.number++
	c := account.Contact{
		Name:  pick(m, firstNames) + " " + pick(m, lastNames),
		Email: fmt.Sprintf("%s%d@%s", pick(m, []string{"anna", "info", "m.muller", "x"}), m.number, pick(m, hosts)),
	}
	if m.random.IntN(2) == 0 {
		c.Company = pick(m, lastNames) + " " + pick(m, []string{"GmbH", "A.Ş.", "株式会社", "Sp. z o.o.", "& Söhne"})
	}
	return c
}

func (m *model) login() string {
	m.number++
	beginning, end := pick(m, []string{"a", "muller", "shop-", "kunde."}), pick(m, []string{"", "x", "@web.de"})
	return fmt.Sprintf("%s%d%s", beginning, m.number, end)
}

func (m *model) create(owner account.ID) {
	m.t.Helper()
	creator := directory.Create{
		Store: m.Store, Mails: m.Store.Mails(), NewID: m.IDs.New, Passwords: plainHasher{}, Policy: noPolicy{}, Now: m.Now,
	}
	secret := "a secret"
	input := directory.NewAccount{Login: m.login(), Password: &secret, Contact: m.contact()}
	if m.random.IntN(3) == 0 {
		input.ExternalID = fmt.Sprintf("C-%d", m.number)
	}
	by := owner
	if owner == account.AdministratorOwner {
		by = m.Admin
	}
	created, err := creator.Customer(m.t.Context(), m.Caller(by), request.Metadata{}, input)
	m.must(err)
	m.customers = append(m.customers, created.ID)
}

type noPolicy struct{}

func (noPolicy) Check(string, string, ...string) *fault.Field { return nil }

// host creates a website of a customer, in a new subscription if it has none.
func (m *model) host(id account.ID) {
	m.t.Helper()
	m.number++
	domain := fmt.Sprintf("%s.%s-%d.%s", pick(m, domains), pick(m, domains), m.number, pick(m, zones))
	ctx, admin := m.t.Context(), m.Caller(m.Admin)
	subscriptions := hosting.Subscriptions{
		Store: m.Store, NewID: m.IDs.New, Now: m.Now, Domains: hosting.DomainRules{Shared: []string{"hosting.example"}},
	}
	if m.subs[id] == "" || m.random.IntN(3) == 0 {
		created, err := subscriptions.Create(ctx, admin, request.Metadata{}, string(id), hosting.NewSubscription{
			Domain: domain, ServicePlan: plan.Custom,
		})
		m.must(err)
		m.subs[id] = created.ID
	} else {
		_, err := hosting.Websites{Subscriptions: subscriptions}.Add(ctx, admin, request.Metadata{}, m.subs[id], domain)
		m.must(err)
	}
	m.readWebsites(id)
}

// readWebsites reads the websites of a customer for the model.
func (m *model) readWebsites(id account.ID) {
	m.t.Helper()
	ids, err := m.Store.ListWebsiteIDs(m.t.Context(), id)
	m.must(err)
	m.websites[id] = nil
	sites, err := m.Store.ReadWebsites(m.t.Context(), ids)
	m.must(err)
	for _, site := range sites {
		m.websites[id] = append(m.websites[id], hosting.WebsiteView{
			ID: site.ID, Domain: hosting.DisplayDomain(site.Domain), Subscription: site.Subscription,
		})
	}
}

func (m *model) unhost(id account.ID) {
	m.t.Helper()
	if len(m.websites[id]) == 0 {
		return
	}
	subscriptions := hosting.Subscriptions{Store: m.Store, NewID: m.IDs.New, Now: m.Now}
	site := pick(m, m.websites[id])
	if m.random.IntN(2) == 0 {
		m.must(subscriptions.Remove(m.t.Context(), m.Caller(m.Admin), request.Metadata{}, site.Subscription))
		if m.subs[id] == site.Subscription {
			delete(m.subs, id)
		}
	} else {
		m.must(hosting.Websites{Subscriptions: subscriptions}.Remove(
			m.t.Context(), m.Caller(m.Admin), request.Metadata{}, site.ID))
	}
	m.readWebsites(id)
}

// operate runs an operation on some customers.
func (m *model) operate(kind operation.Kind, parameters operation.Parameters, ids ...account.ID) {
	m.t.Helper()
	input := operation.NewOperation{Parameters: parameters}
	for _, id := range ids {
		input.Items = append(input.Items, operation.Item{Customer: id, Plan: map[operation.Kind]string{
			operation.Move: plan.Custom, operation.Convert: plan.Custom,
		}[kind]})
	}
	acceptor := operation.Acceptor{Store: m.Store, Processors: m.Processors(), NewID: m.IDs.New, Now: m.Now}
	accepted, err := acceptor.Accept(m.t.Context(), m.Caller(m.Admin), request.Metadata{}, kind, input)
	m.must(err)
	if !(flowtest.Engine{Scene: m.Scene}).Run(accepted.ID) {
		m.t.Fatalf("%s has not ended", kind)
	}
	for _, id := range ids {
		a, err := m.Store.ReadAccount(m.t.Context(), id)
		m.must(err)
		if a != nil && a.Kind == account.Customer {
			continue
		}
		m.customers = slices.DeleteFunc(m.customers, func(customer account.ID) bool { return customer == id })
		if a != nil {
			m.resellers = append(m.resellers, id)
		}
	}
}

// change makes a random change, and returns how many it was.
func (m *model) change() int {
	m.t.Helper()
	id, admin := pick(m, m.customers), m.Caller(m.Admin)
	changer := m.AccountChanger()
	switch n := m.random.IntN(100); {
	case n < 30:
		c := m.contact()
		patch := account.ContactPatch{Name: &c.Name, Email: &c.Email}
		if m.random.IntN(2) == 0 {
			patch = account.ContactPatch{Company: &c.Company}
		}
		_, err := changer.Contact(m.t.Context(), admin, request.Metadata{}, string(id), patch)
		m.must(err)
	case n < 40:
		login := m.login()
		_, err := changer.Login(m.t.Context(), admin, request.Metadata{}, string(id), directory.NewLogin{Login: &login})
		m.must(err)
	case n < 55:
		_, err := changer.Suspend(m.t.Context(), admin, request.Metadata{}, string(id), account.HoldInput{})
		m.must(err)
	case n < 60:
		_, err := changer.Activate(m.t.Context(), admin, request.Metadata{}, string(id), "all")
		m.must(err)
	case n < 80:
		m.host(id)
	case n < 88:
		m.unhost(id)
	case n < 92:
		ids := m.some(4)
		m.operate(operation.Move, operation.Parameters{
			NewOwner: pick(m, []account.ID{m.North, m.South, account.AdministratorOwner}),
		}, ids...)
		return len(ids)
	case n < 93:
		m.operate(operation.Convert, operation.Parameters{}, m.some(1)...)
	case n < 96:
		ids := m.some(3)
		m.operate(operation.Remove, operation.Parameters{}, ids...)
		return len(ids)
	default:
		m.create(pick(m, []account.ID{m.North, m.South, account.AdministratorOwner}))
	}
	return 1
}

// some returns some different customers.
func (m *model) some(n int) []account.ID {
	ids := map[account.ID]bool{}
	for len(ids) < n {
		ids[pick(m, m.customers)] = true
	}
	return slices.Sorted(maps.Keys(ids))
}
