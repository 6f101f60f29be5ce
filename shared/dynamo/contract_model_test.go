package dynamo_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
)

// model is the expected state of the store after random calls.
type model struct {
	*fixture
	owners   []account.ID // the administrator and the resellers
	accounts []account.Account
	logins   map[account.Login]account.ID
}

// checkModel compares the store with the model after random creations, changes and lists.
func checkModel(t *testing.T, open open) {
	t.Helper()
	rapid.Check(t, func(r *rapid.T) {
		m := &model{
			fixture: newFixture(t, open),
			owners:  []account.ID{account.AdministratorOwner},
			logins:  map[account.Login]account.ID{},
		}
		r.Repeat(map[string]func(*rapid.T){
			"create":       m.createOne,
			"create a few": m.createFew,
			"change":       m.changeOne,
			"change login": m.changeLogin,
			"find login":   m.findLogin,
			"list":         m.listSome,
		})
		m.countAll(r)
	})
}

var names = rapid.SampledFrom(append([]string{"Same", "same", "Other"}, unusualNames...))

func (m *model) createOne(r *rapid.T) {
	kind := rapid.SampledFrom([]account.Kind{account.Customer, account.Customer, account.Customer, account.Reseller}).
		Draw(r, "kind")
	owner := account.AdministratorOwner
	if kind == account.Customer {
		owner = rapid.SampledFrom(m.owners).Draw(r, "owner")
	}
	c := m.accountCreation(kind, owner, string(drawLogin(r)))
	c.Account.Contact.Name = names.Draw(r, "name")
	if rapid.IntRange(0, 3).Draw(r, "suspended") == 0 {
		m.suspend(&c.Account)
	}
	err := m.Create(m.ctx, c)
	if m.logins[c.Account.Login] != "" {
		if !fault.Is(err, fault.LoginTaken) {
			r.Fatalf("error = %v, want login-taken", err)
		}
		return
	}
	if err != nil {
		r.Fatalf("create: %v", err)
	}
	m.logins[c.Account.Login] = c.Account.ID
	m.accounts = append(m.accounts, c.Account)
	if kind == account.Reseller {
		m.owners = append(m.owners, c.Account.ID)
	}
}

func drawLogin(r *rapid.T) account.Login {
	return account.Login(fmt.Sprint("login", rapid.IntRange(0, 200).Draw(r, "login")))
}

func (m *model) createFew(r *rapid.T) {
	for range rapid.IntRange(1, 10).Draw(r, "number") {
		m.createOne(r)
	}
}

func (m *model) changeOne(r *rapid.T) {
	if len(m.accounts) == 0 {
		r.Skip("there is no account to change")
	}
	a := &m.accounts[rapid.IntRange(0, len(m.accounts)-1).Draw(r, "account")]
	c := m.change(*a, func(a *account.Account) {
		if rapid.Bool().Draw(r, "rename") {
			a.Contact.Name = names.Draw(r, "name")
			return
		}
		if a.Holds == nil {
			a.Holds = []account.Hold{m.hold()}
		} else {
			a.Holds = nil
		}
	})
	if err := m.ChangeAccount(m.ctx, c); err != nil {
		r.Fatalf("change: %v", err)
	}
	*a = c.After
}

func (m *model) changeLogin(r *rapid.T) {
	if len(m.accounts) == 0 {
		r.Skip("there is no account to change")
	}
	a := &m.accounts[rapid.IntRange(0, len(m.accounts)-1).Draw(r, "account")]
	c := m.change(*a, func(a *account.Account) { a.Login = drawLogin(r) })
	err := m.ChangeAccount(m.ctx, c)
	if holder := m.logins[c.After.Login]; holder != "" && holder != a.ID {
		if !fault.Is(err, fault.LoginTaken) {
			r.Fatalf("error = %v, want login-taken", err)
		}
		return
	}
	if err != nil {
		r.Fatalf("change: %v", err)
	}
	delete(m.logins, a.Login)
	m.logins[c.After.Login] = a.ID
	*a = c.After
}

func (m *model) findLogin(r *rapid.T) {
	login := drawLogin(r)
	m.expectLoginOf(r, login, m.logins[login])
}

func (m *model) listSome(r *rapid.T) {
	query := directory.Selection{
		Kind:   rapid.SampledFrom([]account.Kind{account.Customer, account.Customer, account.Reseller}).Draw(r, "kind"),
		Owner:  rapid.SampledFrom(append([]account.ID{"", ""}, m.owners...)).Draw(r, "owner"),
		Status: rapid.SampledFrom([]account.Status{"", account.Active, account.Suspended}).Draw(r, "status"),
		Sort:   rapid.SampledFrom(orders).Draw(r, "sort"),
		Limit:  rapid.SampledFrom([]int{3, 10, 25, 100}).Draw(r, "limit"),
	}
	m.expectPages(r, query, expectedOrder(m.accounts, query))
}

func (m *model) countAll(r *rapid.T) {
	for _, owner := range append([]account.ID{""}, m.owners...) {
		query := directory.Selection{Kind: account.Customer, Owner: owner}
		m.expectCount(r, account.Customer, owner, int64(len(expectedOrder(m.accounts, query))))
	}
	m.expectCount(r, account.Reseller, account.AdministratorOwner, int64(len(m.owners)-1))
}
