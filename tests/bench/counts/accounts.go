package counts

import (
	"context"
	"fmt"
)

// scenePassword is the password of everybody.
const scenePassword = "a password for the counts"

// listed is the number of customers of the reseller, which has as many when its lists are measured.
const listed = 1000

// play runs all operations.
func (s *scene) play() {
	s.run("createAdministrator", s.createAdministrator)
	admin := s.signIn("boss")
	s.playAccounts(admin)
}

// signIn signs in and returns the token.
func (s *scene) signIn(login string) string {
	s.t.Helper()
	return s.text(s.send("", "createSession", object{"login": login, "password": scenePassword}), "token")
}

// newAccount returns the body of a new account.
func newAccount(login string) object {
	return object{"login": login, "password": scenePassword, "contact": object{
		"name": "Customer " + login, "email": login + "@example.com", "company": "A company", "phone": "+353 1 234 5678",
		"city": "Dublin", "country": "IE",
	}}
}

// createCustomers creates customers without a password, and returns their ids.
func (s *scene) createCustomers(token, prefix string, count int) []string {
	ids := make([]string, count)
	for n := range ids {
		body := newAccount(fmt.Sprintf("%s%04d", prefix, n))
		delete(body, "password")
		ids[n] = s.text(s.send(token, "createCustomer", body), "id")
	}
	return ids
}

func (s *scene) playAccounts(admin string) {
	s.measure("", "createSession", object{"login": "boss", "password": scenePassword})
	s.measure(admin, "createReseller", newAccount("north"))
	north := s.signIn("north")
	s.createCustomers(north, "listed", listed)
	s.measure(admin, "listCustomers?limit=25&sort=name", nil)
	fmt.Printf("%+v\n", s.costs)
	_ = context.Background
}
