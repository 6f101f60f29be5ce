package search

import (
	"testing"

	"tenantry/shared/account"
)

const costOwner, costCustomer account.ID = "res_01JDB6X0C7V8Y9Z0A1B2C3D4E5", "cus_01JDB6X0C7V8Y9Z0A1B2C3D4E5"

// costs are the rows that changes of a customer with one domain write and delete.
type costs struct{ create, domain, rename, move, stay int }

// costsOf returns the costs of a customer.
func costsOf(a account.Account, domain string, endings ...string) (c costs) {
	state := State{Kind: account.Customer, Owner: costOwner, Login: string(a.Login), Texts: TextsOf(&a), Endings: endings}
	site := Website{ID: "web_01JDB6X0C7V8Y9Z0A1B2C3D4E5", Domain: domain}
	change := func(next State) int {
		d := &Document{Account: costCustomer, Earlier: []State{state}, Current: &next}
		rows := newDifference()
		rows.addState(d, true, func(s *State) []Row {
			return append(s.textRows(costCustomer), s.domainRows(costCustomer, site)...)
		})
		return len(rows.added) + len(rows.deleted)
	}
	c.create, c.domain = len(state.textRows(costCustomer)), len(state.domainRows(costCustomer, site))
	renamed, moved := state, state
	a.Contact.Name = "Maximilian Bauer"
	renamed.Texts = TextsOf(&a)
	moved.Owner, moved.Endings = "res_01JDB6X0C7V8Y9Z0A1B2C3D4E6", nil
	c.rename, c.move, c.stay = change(renamed), change(moved), change(state)
	return c
}

// TestRowsOfCustomers holds the figures of the decision about search (docs/adr/0042-search.md).
func TestRowsOfCustomers(t *testing.T) {
	for name, c := range map[string]struct {
		got, want costs
	}{
		"a person with a common mail host": {costsOf(account.Account{
			Login: "anna.mueller", ExternalID: "C-102938",
			Contact: account.Contact{Name: "Anna Müller", Company: "Müller & Söhne GmbH", Email: "anna.mueller@gmail.com"},
		}, "mueller-soehne.com"), costs{76, 38, 28, 114, 0}},
		"a person with an address of the reseller": {costsOf(account.Account{
			Login: "kunde4711", Contact: account.Contact{Name: "Jan Kowalski", Email: "kunde4711@hoster.example"},
		}, "kunde4711.hoster.example", "hoster.example"), costs{60, 40, 50, 100, 0}},
		"a company with an own domain": {costsOf(account.Account{
			Login:   "info@blumen-schmidt.de",
			Contact: account.Contact{Name: "Petra Schmidt", Company: "Blumen Schmidt", Email: "info@blumen-schmidt.de"},
		}, "blumen-schmidt.de"), costs{62, 38, 38, 100, 0}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", name, c.got, c.want)
		}
	}
}
