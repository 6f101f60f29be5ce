package story

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tenantry/tests/client"
)

// marker is part of every invalid value. No response may repeat it.
const marker = "mArKeR"

func invalidInputIsRejected(t *testing.T, s *story) {
	before, _ := listAll(t, s.north, "limit=100")
	login := s.login(strings.ToLower(marker))
	contact := `{"name":"` + marker + `","email":"a@example.com"}`
	good := fmt.Sprintf(`{"login":%q,"contact":%s}`, login, contact)
	for name, bad := range map[string]struct {
		body   string
		status int
	}{
		"nothing":              {"", 400},
		"not JSON":             {marker, 400},
		"cut":                  {good[:len(good)-3], 400},
		"two objects":          {good + good, 400},
		"an array":             {"[" + good + "]", 422},
		"null":                 {"null", 422},
		"a number for a text":  {`{"login":12345,"contact":` + contact + `}`, 422},
		"an object for a text": {`{"login":{"` + marker + `":1},"contact":` + contact + `}`, 422},
		"an unknown field":     {`{"login":"x","contact":` + contact + `,"isAdmin":true}`, 422},
		"a server's field":     {`{"login":"x","contact":` + contact + `,"passwordHash":"` + marker + `"}`, 422},
		"no contact":           {fmt.Sprintf(`{"login":%q}`, login), 422},
		"no email":             {`{"login":"x","contact":{"name":"` + marker + `"}}`, 422},
		"a bad email":          {`{"login":"x","contact":{"name":"x","email":"` + marker + `"}}`, 422},
		"a control character":  {`{"login":"x1","contact":{"name":"` + marker + `\u0007","email":"a@example.com"}}`, 422},
		"a null character":     {`{"login":"x1` + `\u0000","contact":` + contact + `}`, 422},
		"a lone surrogate":     {`{"login":"x1","contact":{"name":"` + marker + `\ud800","email":"a@example.com"}}`, 400},
		"deep nesting":         {`{"login":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `}`, 400},
		"the same field twice": {`{"login":"x1","login":"x2","contact":` + contact + `}`, 400},
		"a bad login":          {`{"login":"` + marker + ` <script>","contact":` + contact + `}`, 422},
		"a long login":         {fmt.Sprintf(`{"login":%q,"contact":%s}`, strings.Repeat("x", 61), contact), 422},
		"a reserved login":     {`{"login":"postmaster","contact":` + contact + `}`, 422},
		"a short password":     {`{"login":"x1","password":"` + marker + `","contact":` + contact + `}`, 422},
		"a common password":    {`{"login":"x1","password":"1234567890qwertyuiop","contact":` + contact + `}`, 422},
		"a bad country":        {`{"login":"x1","contact":{"name":"x","email":"a@example.com","country":"Q1"}}`, 422},
		"a bad external id":    {`{"login":"x1","externalId":"` + marker + ` #","contact":` + contact + `}`, 422},
		"a long note":          {`{"login":"x1","description":"` + strings.Repeat("n", 4001) + `","contact":` + contact + `}`, 422},
		"a huge body":          {`{"login":"x1","description":"` + strings.Repeat(marker, 12000) + `"}`, 413},
	} {
		t.Run(name, func(t *testing.T) {
			response := s.north.Post(t, "/v1/customers", bad.body)
			code := "invalid-request"
			if bad.status == http.StatusRequestEntityTooLarge {
				code = "too-large"
			}
			response.WantProblem(bad.status, code)
			if strings.Contains(response.Text, marker) {
				t.Errorf("the response repeats the caller's value: %s", response.Text)
			}
		})
	}
	// Some gateways replace invalid UTF-8 before the service sees it. The service then rejects the replaced value with
	// 422.
	invalid := s.north.Post(
		t,
		"/v1/customers",
		`{"login":"x1","contact":{"name":"`+marker+"\xff"+`","email":"a@example.com"}}`,
	)
	if invalid.Status != http.StatusBadRequest {
		invalid.WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	}
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "application/xml", "application/json; charset=latin1", ""} {
		s.north.Post(t, "/v1/customers", good, client.Header{"Content-Type", kind}).
			WantProblem(http.StatusUnsupportedMediaType, "unsupported-media-type")
	}
	for name, header := range map[string]client.Header{
		"a long key": {"Idempotency-Key", strings.Repeat("k", 256)},
		"an odd key": {"Idempotency-Key", "k\u00e9y"},
	} {
		if response := s.north.Post(t, "/v1/customers", good, header); response.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %s, want 422", name, response.Status, response.Text)
		}
	}
	s.stack.Anonymous().Post(t, "/v1/customers", "not JSON").WantProblem(http.StatusUnauthorized, "unauthenticated")
	after, _ := listAll(t, s.north, "limit=100")
	if len(after) != len(before) {
		t.Errorf("invalid input created %d customers, want none", len(after)-len(before))
	}
	s.north.Get(t, "/v1/customers/login:"+login).WantProblem(http.StatusNotFound, "not-found")
}
