package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/httpapi"
)

// An operation gets the id of the account that a reference in its path names, and account.Nobody if there is none. The
// service is not asked about ids and about texts that are too long.
func TestReferenceBecomesID(t *testing.T) {
	w := newWorld(t)
	spec := w.get().Spec
	spec.Path = "/v1/customers/{customerId}/things"
	type input struct {
		CustomerID string `path:"customerId" maxLength:"100"`
	}
	got, asked := "", 0
	operation := httpapi.New(spec, func(_ context.Context, _ httpapi.Call, in *input) (*struct{}, error) {
		got = in.CustomerID
		return nil, nil
	})
	config := w.config()
	config.Resolve = func(_ context.Context, caller access.Caller, reference string) (account.ID, error) {
		asked++
		switch {
		case caller.Account.Kind != account.Reseller:
			t.Errorf("the caller is a %s, want the reseller", caller.Account.Kind)
		case reference == "login:ada@home":
			return "cus_01JZ0000000000000000000001", nil
		case reference == "login:broken":
			return "", errors.New("the store is down")
		}
		return account.Nobody, nil
	}
	long := "login:" + strings.Repeat("a", 100)
	for _, c := range []struct {
		reference, want string
		status, asked   int
	}{
		{"cus_01JZ0000000000000000000001", "cus_01JZ0000000000000000000001", http.StatusOK, 0},
		{"login:ada@home", "cus_01JZ0000000000000000000001", http.StatusOK, 1},
		{"login%3Aada%40home", "login%3Aada%40home", http.StatusOK, 0}, // sent as login%253Aada%2540home
		{"external:4711", string(account.Nobody), http.StatusOK, 1},
		{"login:broken", "", http.StatusInternalServerError, 1},
		{long, "", http.StatusUnprocessableEntity, 0},
	} {
		got, asked = "", 0
		event := request(http.MethodGet, "/v1/customers/"+c.reference+"/things", bearer(w.reseller))
		response, err := httpapi.Handler(config, operation)(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != c.status || got != c.want || asked != c.asked {
			t.Errorf("%s: status %d, id %q after %d questions; want %d, %q and %d",
				c.reference, response.StatusCode, got, asked, c.status, c.want, c.asked)
		}
	}
}
