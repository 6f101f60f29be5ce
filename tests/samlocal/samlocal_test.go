// Package samlocal tests the functions under the real `sam local`, in Docker. They share the table of a running local
// stack.
package samlocal

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// customer has the fields of a customer that this test checks.
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
	"description": "created by sam local",
}

func TestInvoke(t *testing.T) {
	s, stack := newSAM(t), client.Running(t)
	output := s.invoke(t, "CreateAdministratorFunction", map[string]any{
		"login": "second", "contact": map[string]string{"name": "Second", "email": "second@example.com"},
	})
	var failure struct{ ErrorMessage, ErrorType string }
	err := json.Unmarshal([]byte(output), &failure)
	if err != nil || !strings.Contains(failure.ErrorMessage+failure.ErrorType, "conflict") {
		t.Errorf("creating a second administrator returned %q, want a conflict", output)
	}

	signIn := readResponse(t, s.invoke(t, "CreateSessionFunction", request(http.MethodPost, "/v1/sessions",
		map[string]string{"login": stack.Login, "password": stack.Password})))
	var session struct{ Token string }
	err = json.Unmarshal([]byte(signIn.Body), &session)
	if err != nil || signIn.StatusCode != http.StatusCreated || session.Token == "" {
		t.Errorf("sign-in returned %d %s, want 201 with a token", signIn.StatusCode, signIn.Body)
	}

	withoutToken := readResponse(t, s.invoke(t, "GetCustomerFunction",
		request(http.MethodGet, "/v1/customers/login:nobody", nil)))
	if withoutToken.StatusCode != http.StatusUnauthorized ||
		!strings.Contains(withoutToken.Body, `"code":"unauthenticated"`) {
		t.Errorf("a request without a token returned %d %s, want 401", withoutToken.StatusCode, withoutToken.Body)
	}
}

func TestStartAPI(t *testing.T) {
	s, stack := newSAM(t), client.Running(t)
	inSAM := stack
	inSAM.URL = s.startAPI(t)
	inSAM.Anonymous().Post(t, "/v1/sessions", map[string]string{"login": stack.Login, "password": "not the password"}).
		WantProblem(http.StatusUnauthorized, "unauthenticated")
	admin := inSAM.Administrator(t)

	var created, read customer
	response := admin.Post(t, "/v1/customers", newCustomer).Want(http.StatusCreated).Into(&created)
	if response.Header.Get("Location") != "/v1/customers/"+created.ID {
		t.Errorf("Location %q, want that of %s", response.Header.Get("Location"), created.ID)
	}
	admin.Post(t, "/v1/customers", newCustomer).WantProblem(http.StatusConflict, "login-taken")
	admin.Get(t, "/v1/customers/"+created.ID).Want(http.StatusOK).Into(&read)
	if read != created || read.Login != "sam.local" || read.Contact.Name != "O'Neil <b>x 李小龍" ||
		read.Owner.Kind != "administrator" {
		t.Errorf("read %+v, created %+v", read, created)
	}
	var list struct{ Items []customer }
	admin.Get(t, "/v1/customers?limit=10&sort=-created").Want(http.StatusOK).Into(&list)
	if len(list.Items) != 1 || list.Items[0] != created {
		t.Errorf("listed %+v, want only %+v", list.Items, created)
	}

	suspendAndActivate(t, admin, inSAM.Anonymous(), created.ID)

	// The running stack has the same table, so it returns the customer that was created under sam local.
	admin.Get(t, "/v1/customers/"+created.ID).Want(http.StatusOK).Into(&created)
	admin.URL = stack.URL
	admin.Get(t, "/v1/customers/login:sam.local").Want(http.StatusOK).Into(&read)
	if read != created {
		t.Errorf("the stack returns %+v, want %+v as created under sam local", read, created)
	}
}

// suspendAndActivate suspends the customer, sets another password with a reset link, activates the customer and signs
// in with the new password.
func suspendAndActivate(t *testing.T, admin, anonymous client.Caller, id string) {
	t.Helper()
	path := "/v1/customers/" + id
	plan := admin.Post(t, "/v1/service-plans", map[string]any{
		"name": "Small", "allotments": map[string]any{"max_site": 1},
	}).Want(http.StatusCreated).JSON()
	subscription := map[string]any{"domain": "sam-local.example", "servicePlan": plan["id"]}
	admin.Post(t, path+"/subscriptions", subscription).Want(http.StatusCreated)
	gate := func() any {
		return admin.Get(t, "/v1/gate/sam-local.example").Want(http.StatusOK).JSON()["open"]
	}
	if gate() != true {
		t.Error("the gate is closed before the suspension")
	}
	link := admin.Post(t, path+"/reset-link", nil).Want(http.StatusCreated).JSON()
	_, token := client.Link(t, link["url"].(string))
	hold := map[string]any{"reason": "a test", "publicMessage": "Back soon."}
	suspended := admin.Post(t, path+"/suspend", hold).Want(http.StatusOK)
	if suspended.JSON()["status"] != "suspended" {
		t.Errorf("suspending returned %s, want the status suspended", suspended.Text)
	}
	if gate() != false {
		t.Error("the gate is open for a suspended customer")
	}
	reset := map[string]string{"token": token, "password": "set under sam local"}
	anonymous.Post(t, "/v1/password-resets", reset).Want(http.StatusNoContent)
	anonymous.Post(t, "/v1/password-resets", reset).WantProblem(http.StatusGone, "link-expired")
	credentials := map[string]string{"login": "sam.local", "password": "set under sam local"}
	problem := anonymous.Post(t, "/v1/sessions", credentials).WantProblem(http.StatusForbidden, "account-suspended")
	if problem.Detail != "Back soon." {
		t.Errorf("the suspended customer gets the detail %q, want the public message", problem.Detail)
	}
	admin.Post(t, path+"/activate", nil).Want(http.StatusOK)
	anonymous.Post(t, "/v1/sessions", credentials).Want(http.StatusCreated)
}
