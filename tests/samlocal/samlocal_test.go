// Package samlocal drives the functions with the real `sam local`, in Docker, on the same table as a running stack.
package samlocal

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// customer is as much of one as this test looks at.
type customer struct {
	ID      string
	Login   string
	Status  string
	Contact struct{ Name string }
	Owner   struct{ Kind string }
}

var newCustomer = map[string]any{
	"login":       "sam.local",
	"password":    "correct horse battery staple",
	"contact":     map[string]string{"name": "O'Neil <b>x 李小龍", "email": "sam@customer.example"},
	"description": "made by sam local",
}

func TestInvoke(t *testing.T) {
	s, stack := newSAM(t), client.Running(t)
	answer := s.invoke(t, "CreateAdministratorFunction", map[string]any{
		"login": "second", "contact": map[string]string{"name": "Second", "email": "second@example.com"},
	})
	var failure struct{ ErrorMessage, ErrorType string }
	if err := json.Unmarshal([]byte(answer), &failure); err != nil || !strings.Contains(failure.ErrorMessage+failure.ErrorType, "conflict") {
		t.Errorf("a second first administrator was answered %q", answer)
	}

	in := readResponse(t, s.invoke(t, "CreateSessionFunction", request(http.MethodPost, "/v1/sessions",
		map[string]string{"login": stack.Login, "password": stack.Password})))
	var session struct{ Token string }
	if err := json.Unmarshal([]byte(in.Body), &session); err != nil || in.StatusCode != http.StatusCreated || session.Token == "" {
		t.Errorf("sign-in answered %d %s", in.StatusCode, in.Body)
	}

	refused := readResponse(t, s.invoke(t, "GetCustomerFunction", request(http.MethodGet, "/v1/customers/login:nobody", nil)))
	if refused.StatusCode != http.StatusUnauthorized || !strings.Contains(refused.Body, `"code":"unauthenticated"`) {
		t.Errorf("a caller without a token was answered %d %s", refused.StatusCode, refused.Body)
	}
}

func TestStartAPI(t *testing.T) {
	s, stack := newSAM(t), client.Running(t)
	inSAM := stack
	inSAM.URL = s.startAPI(t)
	inSAM.Anonymous().Post(t, "/v1/sessions", map[string]string{"login": stack.Login, "password": "not the password"}).
		WantProblem(http.StatusUnauthorized, "unauthenticated")
	admin := inSAM.Administrator(t)

	var made, read customer
	created := admin.Post(t, "/v1/customers", newCustomer).Want(http.StatusCreated).Into(&made)
	if created.Header.Get("Location") != "/v1/customers/"+made.ID {
		t.Errorf("Location %q of %s", created.Header.Get("Location"), made.ID)
	}
	admin.Post(t, "/v1/customers", newCustomer).WantProblem(http.StatusConflict, "login-taken")
	admin.Get(t, "/v1/customers/"+made.ID).Want(http.StatusOK).Into(&read)
	if read != made || read.Login != "sam.local" || read.Contact.Name != "O'Neil <b>x 李小龍" || read.Owner.Kind != "administrator" {
		t.Errorf("read %+v, made %+v", read, made)
	}
	var list struct{ Items []customer }
	admin.Get(t, "/v1/customers?limit=10&sort=-created").Want(http.StatusOK).Into(&list)
	if len(list.Items) != 1 || list.Items[0] != made {
		t.Errorf("list %+v", list.Items)
	}

	// Suspended, the customer is refused; by a reset link it sets another password; activated, it signs in with that.
	path := "/v1/customers/" + made.ID
	shown := admin.Post(t, path+"/reset-link", nil).Want(http.StatusCreated).JSON()
	_, token := client.Link(t, shown["url"].(string))
	suspended := admin.Post(t, path+"/suspend", map[string]any{"reason": "tried", "publicMessage": "Back soon."}).Want(http.StatusOK)
	if suspended.JSON()["status"] != "suspended" {
		t.Errorf("suspended: %s", suspended.Text)
	}
	anonymous := inSAM.Anonymous()
	anonymous.Post(t, "/v1/password-resets", map[string]string{"token": token, "password": "set under sam local"}).Want(http.StatusNoContent)
	anonymous.Post(t, "/v1/password-resets", map[string]string{"token": token, "password": "set under sam local"}).WantProblem(http.StatusGone, "link-expired")
	in := map[string]string{"login": "sam.local", "password": "set under sam local"}
	if problem := anonymous.Post(t, "/v1/sessions", in).WantProblem(http.StatusForbidden, "account-suspended"); problem.Detail != "Back soon." {
		t.Errorf("the suspended customer reads %q", problem.Detail)
	}
	admin.Post(t, path+"/activate", nil).Want(http.StatusOK)
	anonymous.Post(t, "/v1/sessions", in).Want(http.StatusCreated)
	admin.Get(t, path).Want(http.StatusOK).Into(&made)

	// The running stack has the same table: what one made the other one shows.
	admin.URL = stack.URL
	admin.Get(t, "/v1/customers/login:sam.local").Want(http.StatusOK).Into(&read)
	if read != made {
		t.Errorf("the stack shows %+v, sam local made %+v", read, made)
	}
}
