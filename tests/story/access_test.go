package story

import (
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/tests/client"
)

func theServiceResponds(t *testing.T, s *story) {
	anonymous := s.stack.Anonymous()
	if status := anonymous.Get(t, "/v1/health").Want(http.StatusOK).JSON()["status"]; status != "ok" {
		t.Errorf("got the status %v, want ok", status)
	}
	if version := anonymous.Get(t, "/v1/openapi.json").Want(http.StatusOK).JSON()["openapi"]; version != "3.1.0" {
		t.Errorf("got an OpenAPI %v document, want 3.1.0", version)
	}
	anonymous.Get(t, "/v1/nothing").WantProblem(http.StatusNotFound, "not-found")
	for _, method := range []string{http.MethodDelete, http.MethodOptions} {
		anonymous.Do(t, method, "/v1/health", nil).WantProblem(http.StatusNotFound, "not-found")
	}
	head := anonymous.Do(t, http.MethodHead, "/v1/health", nil).Want(http.StatusNotFound)
	if head.Text != "" || head.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf(
			"HEAD: got %q with the body %q, want a problem document without a body",
			head.Header.Get("Content-Type"),
			head.Text,
		)
	}
	// The panel answers these paths. The emulators behind the front door are not reachable.
	for _, path := range []string{"/health", "/_ministack/health", "/_local/save", "/tenantry-backups/x"} {
		if text := anonymous.Get(t, path).Want(http.StatusOK).Text; !strings.Contains(text, `<div id="root">`) {
			t.Errorf("GET %s: got %q, want the document of the panel", path, text)
		}
	}
}

// The panel has all addresses outside the API, with a strict policy. Only files with a hash in their names are cached.
func thePanelIsServed(t *testing.T, s *story) {
	anonymous := s.stack.Anonymous()
	document := anonymous.Get(t, "/").Want(http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache", "Referrer-Policy": "no-referrer",
	} {
		if got := document.Header.Get(name); got != want {
			t.Errorf("the panel's header %s is %q, want %q", name, got, want)
		}
	}
	policy := document.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "require-trusted-types-for 'script'") {
		t.Errorf("the panel's policy is %q, want one with trusted types", policy)
	}
	script := regexp.MustCompile(`/assets/[^"]+\.js`).FindString(document.Text)
	file := anonymous.Get(t, script).Want(http.StatusOK)
	if got := file.Header.Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("Cache-Control of %s is %q, want immutable", script, got)
	}
	anonymous.Get(t, "/assets/gone.js").WantProblem(http.StatusNotFound, "not-found")
	if head := anonymous.Do(t, http.MethodHead, "/customers", nil).Want(http.StatusOK); head.Text != "" {
		t.Errorf("HEAD /customers has the body %q, want none", head.Text)
	}
}

func theAdministratorSignsIn(t *testing.T, s *story) {
	anonymous := s.stack.Anonymous()
	wrong := anonymous.Post(t, "/v1/sessions", map[string]any{"login": s.stack.Login, "password": "wrong password, sorry"}).
		WantProblem(http.StatusUnauthorized, "unauthenticated")
	unknown := anonymous.Post(t, "/v1/sessions", map[string]any{"login": s.login("nobody"), "password": "wrong password, sorry"}).
		WantProblem(http.StatusUnauthorized, "unauthenticated")
	if wrong.Detail != unknown.Detail || wrong.Title != unknown.Title {
		t.Errorf("the responses show whether the login exists: %q, %q", wrong.Detail, unknown.Detail)
	}
	s.admin = s.stack.Administrator(t)
	me := s.admin.Get(t, "/v1/me").Want(http.StatusOK).JSON()
	account := me["account"].(map[string]any)
	if account["kind"] != "administrator" || account["login"] != s.stack.Login || me["csrfToken"] != nil {
		t.Errorf("got %v, want the administrator without a CSRF token", me)
	}

	other := s.stack.Administrator(t)
	other.Do(t, http.MethodDelete, "/v1/session", nil).Want(http.StatusNoContent)
	other.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	s.admin.Get(t, "/v1/me").Want(http.StatusOK)
}

// aBrowserSignsIn keeps the session in a cookie and sends the CSRF token with every write.
func aBrowserSignsIn(t *testing.T, s *story) {
	browser := s.stack.Anonymous()
	response := browser.Post(t, "/v1/sessions", map[string]any{"login": s.northLogin, "password": s.password, "cookie": true}).
		Want(http.StatusCreated)
	cookie, _, _ := strings.Cut(response.Header.Get("Set-Cookie"), ";")
	for _, part := range []string{"__Host-session=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(response.Header.Get("Set-Cookie"), part) {
			t.Errorf("the cookie lacks %s: %s", part, response.Header.Get("Set-Cookie"))
		}
	}
	if response.JSON()["token"] != nil {
		t.Error("the response has the token, want it in the cookie only")
	}
	withCookie := client.Header{"Cookie", cookie}
	csrf, _ := browser.Get(t, "/v1/me", withCookie).Want(http.StatusOK).JSON()["csrfToken"].(string)
	patch := map[string]any{"phone": "+353 1 555"}
	own, token := client.Header{"Origin", s.stack.URL}, client.Header{"X-CSRF-Token", csrf}
	for name, headers := range map[string][]client.Header{
		"without both":          {withCookie},
		"without the token":     {withCookie, own},
		"without the origin":    {withCookie, token},
		"from another origin":   {withCookie, token, {"Origin", "https://evil.example"}},
		"with a wrong token":    {withCookie, own, {"X-CSRF-Token", csrf + "x"}},
		"with an opaque origin": {withCookie, token, {"Origin", "null"}},
	} {
		t.Run(name, func(t *testing.T) {
			browser.Do(t, http.MethodPatch, "/v1/me/contact", patch, headers...).WantProblem(http.StatusForbidden, "forbidden")
		})
	}
	browser.Do(t, http.MethodPatch, "/v1/me/contact", patch, withCookie, own, token).Want(http.StatusOK)
	out := browser.Do(t, http.MethodDelete, "/v1/session", nil, withCookie, own, token).Want(http.StatusNoContent)
	if !strings.Contains(out.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("signing out: got the cookie %s, want it to be deleted", out.Header.Get("Set-Cookie"))
	}
	browser.Get(t, "/v1/me", withCookie).WantProblem(http.StatusUnauthorized, "unauthenticated")
}

func callersChangeTheirContactAndPassword(t *testing.T, s *story) {
	one := s.stack.SignIn(t, "north", s.northLogin, s.password)
	two := s.stack.SignIn(t, "north elsewhere", s.northLogin, s.password)

	tag := one.Get(t, "/v1/me").Want(http.StatusOK).Header.Get("ETag")
	changed := one.Do(t, http.MethodPatch, "/v1/me/contact", map[string]any{"company": "North & Sons", "phone": nil}, client.Header{"If-Match", tag}).
		Want(http.StatusOK)
	contact := changed.JSON()["contact"].(map[string]any)
	if contact["company"] != "North & Sons" || contact["phone"] != nil || contact["name"] == nil {
		t.Errorf("got the contact %v, want the new company, no phone and the same name", contact)
	}
	one.Do(t, http.MethodPatch, "/v1/me/contact", map[string]any{"company": "Late"}, client.Header{"If-Match", tag}).
		WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	one.Do(t, http.MethodPatch, "/v1/me/contact", map[string]any{"name": nil}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")

	// No concurrent change is lost, and a repeated request takes effect once.
	var group sync.WaitGroup
	for _, change := range []string{"phone", "fax", "city", "state"} {
		group.Go(func() {
			response := one.Do(t, http.MethodPatch, "/v1/me/contact", map[string]any{change: "1"})
			if response.Status != http.StatusOK {
				t.Errorf("change of %s: got %d %s, want 200", change, response.Status, response.Text)
			}
		})
	}
	group.Wait()
	key := client.Header{"Idempotency-Key", "contact-" + s.run}
	first := one.Do(t, http.MethodPatch, "/v1/me/contact", map[string]any{"company": "Once"}, key).Want(http.StatusOK)
	again := one.Do(t, http.MethodPatch, "/v1/me/contact", map[string]any{"company": "Once"}, key).Want(http.StatusOK)
	if again.Text != first.Text {
		t.Errorf("the repeated request returned %s, want %s", again.Text, first.Text)
	}
	contact = first.JSON()["contact"].(map[string]any)
	if contact["phone"] != "1" || contact["fax"] != "1" || contact["city"] != "1" || contact["state"] != "1" {
		t.Errorf("got the contact %v, want all four concurrent changes", contact)
	}

	next := "another password for it"
	path := "/v1/me/password"
	for _, invalid := range []map[string]any{
		{"current": "wrong password, sorry", "password": next},
		{"current": s.password, "password": "short"},
		{"current": s.password, "password": "passwordpassword"},
		{"current": s.password, "password": s.northLogin},
	} {
		one.Do(t, http.MethodPut, path, invalid).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	}
	change := map[string]any{"current": s.password, "password": next}
	key = client.Header{"Idempotency-Key", "password-" + s.run}
	one.Do(t, http.MethodPut, path, change, key).Want(http.StatusNoContent)
	one.Do(t, http.MethodPut, path, change, key).Want(http.StatusNoContent)
	one.Get(t, "/v1/me").Want(http.StatusOK)
	two.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	s.north.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	s.stack.Anonymous().Post(t, "/v1/sessions", map[string]any{"login": s.northLogin, "password": s.password}).
		WantProblem(http.StatusUnauthorized, "unauthenticated")
	s.north = s.stack.SignIn(t, "north", s.northLogin, next)
}

// signInAttemptsAreLimited locks a login after too many wrong passwords. Other logins are not locked.
func signInAttemptsAreLimited(t *testing.T, s *story) {
	s.admin.Post(t, "/v1/customers", s.person("guessed", "G. Uess")).Want(http.StatusCreated)
	anonymous := s.stack.Anonymous()
	guess := map[string]any{"login": s.login("guessed"), "password": "is it this one, perhaps"}
	// lock sends wrong passwords until the login is locked, and returns for how many seconds it stays locked. A window of
	// attempts can end meanwhile, so that lock needs up to twice as many attempts.
	lock := func() int {
		t.Helper()
		const limit = 10
		for failed := 0; ; failed++ {
			response := anonymous.Post(t, "/v1/sessions", guess)
			if response.Status == http.StatusUnauthorized && failed < 2*limit {
				continue
			}
			response.WantProblem(http.StatusTooManyRequests, "too-many-requests")
			seconds, err := strconv.Atoi(response.Header.Get("Retry-After"))
			if failed < limit || err != nil || seconds < 1 || seconds > 15*60 {
				t.Errorf("locked after %d failures with Retry-After %q, want at least %d failures and at most 15 minutes",
					failed, response.Header.Get("Retry-After"), limit)
			}
			return seconds
		}
	}
	if seconds := lock(); seconds < 30 { // too short for the requests below
		time.Sleep(time.Duration(seconds+1) * time.Second)
		lock()
	}
	right := map[string]any{"login": s.login("guessed"), "password": s.password}
	anonymous.Post(t, "/v1/sessions", right).WantProblem(http.StatusTooManyRequests, "too-many-requests")
	s.stack.SignIn(t, "south", s.login("south"), s.password) // other logins are not locked
}

// signInsAreSeen looks at sign-ins as the account itself and as those above it.
func signInsAreSeen(t *testing.T, s *story) {
	c := s.newCustomer(t, s.north, "watched")
	agent := client.Header{"User-Agent", "story/" + s.run}
	session := func(password string, status int) client.Response {
		t.Helper()
		body := map[string]any{"login": c.Login, "password": password}
		return s.stack.Anonymous().Post(t, "/v1/sessions", body, agent).Want(status)
	}
	session("wrong password, sorry", http.StatusUnauthorized)
	token, _ := session(s.password, http.StatusCreated).JSON()["token"].(string)
	own := client.Caller{Name: "watched", URL: s.stack.URL, Token: token, ID: c.ID, Password: s.password}
	signIns := func(caller client.Caller, path string) (names []string) {
		t.Helper()
		response := caller.Get(t, path+"?limit=100").Want(http.StatusOK)
		for _, item := range response.JSON()["items"].([]any) {
			entry := item.(map[string]any)
			if entry["userAgent"] == agent[1] && entry["address"] != nil {
				names = append(names, entry["event"].(string))
			}
		}
		if strings.Contains(response.Text, "sorry") || strings.Contains(response.Text, s.password) {
			t.Errorf("%s reads a password: %s", caller.Name, response.Text)
		}
		return names
	}
	want := []string{"account.signed-in", "account.sign-in-failed"}
	for _, view := range []struct {
		caller client.Caller
		path   string
	}{{own, "/v1/me/events"}, {s.north, c.path("/events")}, {s.admin, c.path("/events")}} {
		if got := signIns(view.caller, view.path); !slices.Equal(got, want) {
			t.Errorf("%s reads the sign-ins %v at %s, want %v", view.caller.Name, got, view.path, want)
		}
	}
	s.south.Get(t, c.path("/events")).WantProblem(http.StatusNotFound, "not-found")
	assertPages(t, own, "/v1/me/events")
	assertPages(t, s.north, c.path("/events"))

	user := map[string]any{"login": s.login("watched-user"), "password": s.password, "name": "W", "email": "w@example.com"}
	id, _ := own.Post(t, c.path("/panel-users"), user).Want(http.StatusCreated).JSON()["id"].(string)
	credentials := map[string]any{"login": s.login("watched-user"), "password": s.password}
	s.stack.Anonymous().Post(t, "/v1/sessions", credentials, agent).Want(http.StatusCreated)
	for _, caller := range []client.Caller{own, s.north, s.admin} {
		if got := signIns(caller, "/v1/panel-users/"+id+"/events"); !slices.Equal(got, want[:1]) {
			t.Errorf("%s reads the sign-ins %v of the panel user, want one", caller.Name, got)
		}
	}
	s.south.Get(t, "/v1/panel-users/"+id+"/events").WantProblem(http.StatusNotFound, "not-found")
	s.stack.Anonymous().Post(t, "/v1/sessions", credentials, agent).Want(http.StatusCreated) // the second event
	assertPages(t, own, "/v1/panel-users/"+id+"/events")
}

// assertPages checks that a list of at least two items has pages of one item.
func assertPages(t *testing.T, caller client.Caller, path string) {
	t.Helper()
	first := caller.Get(t, path+"?limit=1").Want(http.StatusOK).JSON()
	cursor, _ := first["nextCursor"].(string)
	second := caller.Get(t, path+"?limit=1&cursor="+cursor).Want(http.StatusOK).JSON()
	if cursor == "" || len(second["items"].([]any)) != 1 || reflect.DeepEqual(first["items"], second["items"]) {
		t.Errorf("got the pages %v and %v of %s, want one item each", first["items"], second["items"], path)
	}
}
