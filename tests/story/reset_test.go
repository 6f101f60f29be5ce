package story

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/tests/client"
)

// address returns an e-mail address that only this run uses.
func (s *story) address(name string) string { return name + "." + s.run + "@example.com" }

// reachable creates a customer with its own e-mail address.
func (s *story) reachable(t *testing.T, name string, more ...any) customer {
	t.Helper()
	contact := map[string]any{"name": "Ms " + name + " <b>x", "email": s.address(name), "locale": "en"}
	return s.newCustomer(t, s.north, name, append(more, "contact", contact)...)
}

func (s *story) redeem(t *testing.T, token, password string) client.Response {
	t.Helper()
	return s.stack.Anonymous().Post(t, "/v1/password-resets", map[string]any{"token": token, "password": password})
}

func passwordsAreReset(t *testing.T, s *story) {
	c := s.reachable(t, "forgetful")
	signedIn := s.stack.SignIn(t, "customer", c.Login, s.password)
	show := func() string {
		shown := s.north.Post(t, c.path("/reset-link"), nil).Want(http.StatusCreated)
		_, token := client.Link(t, shown.JSON()["url"].(string))
		return token
	}
	page := s.stack.Anonymous().Get(t, "/reset-password").Want(http.StatusOK)
	if page.Header.Get("Referrer-Policy") != "no-referrer" ||
		!strings.Contains(page.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("got the headers %v, want no-referrer and a strict content security policy", page.Header)
	}
	// Programs that check the links in mails send HEAD requests.
	if head := s.stack.Anonymous().Do(t, http.MethodHead, "/reset-password", nil).Want(http.StatusOK); head.Text != "" {
		t.Errorf("HEAD returned the body %s, want none", head.Text)
	}
	oldest, first, second, third := show(), show(), show(), show()
	s.redeem(t, oldest, "a long enough password").WantProblem(http.StatusGone, "link-expired")
	for password, code := range map[string]string{"short": "too-short", "1234567890qwertyuiop": "too-common"} {
		problem := s.redeem(t, first, password).WantProblem(http.StatusUnprocessableEntity, "invalid-request")
		if problem.Errors[0].Pointer != "/password" || problem.Errors[0].Code != code {
			t.Errorf("password %s: got the errors %v, want the code %s", password, problem.Errors, code)
		}
	}
	signedIn.Get(t, "/v1/me").Want(http.StatusOK)
	// If several callers use a link at the same time, only one sets the password.
	statuses := make([]int, 4)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() { statuses[i] = s.redeem(t, first, "a long enough password").Status })
	}
	group.Wait()
	slices.Sort(statuses)
	if !slices.Equal(statuses, []int{http.StatusNoContent, http.StatusGone, http.StatusGone, http.StatusGone}) {
		t.Errorf("four uses of one link: got the statuses %v, want 204 once and 410 three times", statuses)
	}
	for _, expired := range []string{first, second, third} {
		s.redeem(t, expired, "yet another password").WantProblem(http.StatusGone, "link-expired")
	}
	for _, malformed := range []string{"nonsense", first[:len(first)-5], "tny_"} {
		s.redeem(t, malformed, "yet another password").WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	}
	signedIn.Get(t, "/v1/me").WantProblem(http.StatusUnauthorized, "unauthenticated")
	s.stack.SignIn(t, "customer", c.Login, "a long enough password")
	notice := s.stack.WaitForMails(t, s.address("forgetful"), 1)[0]
	if strings.Contains(notice.Text+notice.HTML, "a long enough password") || strings.Contains(notice.HTML, "<b>x") {
		t.Errorf("got the notice %s, want it without the password and with an escaped name", notice.HTML)
	}

	for _, path := range []string{"/reset-link", "/reset-link/send"} {
		stale := client.Header{"If-Match", `"9999"`}
		s.north.Post(t, c.path(path), nil, stale).WantProblem(http.StatusPreconditionFailed, "version-mismatch")
	}
	key := client.Header{"Idempotency-Key", "link-" + s.run}
	s.north.Post(t, c.path("/reset-link"), nil, key).Want(http.StatusCreated)
	s.north.Post(t, c.path("/reset-link"), nil, key).WantProblem(http.StatusConflict, "secret-shown-once")
	for name, change := range map[string]func(){
		"a new login": func() {
			s.north.Do(t, http.MethodPut, c.path("/login"), map[string]any{"login": s.login("forgetful-2")}).Want(http.StatusOK)
		},
		"a new password": func() {
			s.north.Do(t, http.MethodPut, c.path("/login"), map[string]any{"password": "one more long password"}).Want(http.StatusOK)
		},
		"a new address": func() {
			s.north.Do(t, http.MethodPatch, c.path("/contact"), map[string]any{"email": s.address("moved")}).Want(http.StatusOK)
		},
	} {
		token := show()
		change()
		if response := s.redeem(t, token, "a long enough password"); response.Status != http.StatusGone {
			t.Errorf("link after %s: got %d, want 410", name, response.Status)
		}
	}
}

// mailsAreLimited orders more mails to one address than the limit of its kind allows. The refused requests change
// nothing.
func mailsAreLimited(t *testing.T, s *story) {
	t.Helper()
	flooded := s.reachable(t, "flooded")
	for i := range 5 {
		body := map[string]any{"login": s.login(fmt.Sprintf("flooded-%d", i)), "notify": true}
		s.north.Do(t, http.MethodPut, flooded.path("/login"), body).Want(http.StatusOK)
	}
	body := map[string]any{"login": s.login("flooded-more"), "notify": true}
	refused := s.north.Do(t, http.MethodPut, flooded.path("/login"), body)
	refused.WantProblem(http.StatusTooManyRequests, "too-many-requests")
	if refused.Header.Get("Retry-After") == "" {
		t.Errorf("got the headers %v, want Retry-After", refused.Header)
	}
	current := s.north.Get(t, flooded.path("")).Want(http.StatusOK).JSON()
	if current["login"] != s.login("flooded-4") {
		t.Errorf("got the login %v after a refused change, want the login before", current["login"])
	}
	s.north.Do(t, http.MethodPut, flooded.path("/login"), map[string]any{"login": s.login("flooded-quiet")}).
		Want(http.StatusOK)
}

func resetLinksAreMailed(t *testing.T, s *story) {
	c := s.reachable(t, "mailed")
	ordered := s.north.Post(t, c.path("/reset-link/send"), nil).Want(http.StatusAccepted)
	if ordered.JSON()["to"] != s.address("mailed") {
		t.Errorf("got %s, want the customer's address", ordered.Text)
	}
	mail := s.stack.WaitForMails(t, s.address("mailed"), 1)[0]
	url, token := client.Link(t, mail.Text)
	if !strings.HasPrefix(url, s.stack.URL+"/reset-password?lang=en#") || strings.Contains(mail.HTML, "<b>x") ||
		!strings.Contains(mail.Text, "Ms mailed <b>x") {
		t.Errorf("got the mail %s, want a link to this stack and the name as typed", mail.Text)
	}
	s.redeem(t, token, "set by the mailed link").Want(http.StatusNoContent)
	s.stack.SignIn(t, "customer", c.Login, "set by the mailed link")

	mailsAreLimited(t, s)

	// A customer that is created without a password gets a mail with a link to set one.
	body := s.person(
		"welcome",
		"Welcome",
		"contact",
		map[string]any{"name": "Willkommen", "email": s.address("welcome"), "locale": "de-AT"},
	)
	delete(body, "password")
	s.north.Post(t, "/v1/customers", body).Want(http.StatusCreated)
	welcome := s.stack.WaitForMails(t, s.address("welcome"), 1)[0]
	if !strings.Contains(welcome.Text, "Passwort") {
		t.Errorf("got the mail %s, want it in German", welcome.Text)
	}
	_, token = client.Link(t, welcome.Text)
	s.redeem(t, token, "mein erstes Passwort").Want(http.StatusNoContent)
	s.stack.SignIn(t, "customer", s.login("welcome"), "mein erstes Passwort")

	// The customer gets a notice of a changed login only with notify.
	s.north.Do(t, http.MethodPut, c.path("/login"), map[string]any{"login": s.login("mailed-2")}).Want(http.StatusOK)
	s.north.Do(t, http.MethodPut, c.path("/login"), map[string]any{"login": s.login("mailed-3"), "notify": true}).
		Want(http.StatusOK)
	last := s.stack.WaitForMails(t, s.address("mailed"), 3)[2] // after the link and the notice of its use
	if !strings.Contains(last.Text, s.login("mailed-3")) || !strings.Contains(last.Text, s.login("mailed-2")) {
		t.Errorf("got the notice %s, want the old and the new login", last.Text)
	}
}

func forgottenPasswordsAreReset(t *testing.T, s *story) {
	c := s.reachable(t, "forgot")
	anonymous := s.stack.Anonymous()
	ask := func(login, email string, headers ...client.Header) client.Response {
		return anonymous.Post(t, "/v1/password-reset-requests", map[string]any{"login": login, "email": email}, headers...).
			Want(http.StatusAccepted)
	}
	retried := s.reachable(t, "retried")
	for range 3 { // the same request, repeated
		ask(retried.Login, s.address("retried"), client.Header{"Idempotency-Key", "forgot-" + s.run})
	}
	known := ask(c.Login, s.address("forgot"))
	unknown := ask(s.login("nobody"), s.address("nobody"))
	wrong := ask(c.Login, s.address("stranger"))
	if known.Text != unknown.Text || known.Text != wrong.Text || len(known.Header) != len(unknown.Header) {
		t.Errorf("the responses show whether the account exists: %q, %q, %q", known.Text, unknown.Text, wrong.Text)
	}
	first := s.stack.WaitForMails(t, s.address("forgot"), 1)[0]
	_, token := client.Link(t, first.Text)
	for range 5 { // a stranger who knows the login and the address repeats the request
		ask(strings.ToUpper(c.Login), strings.ToUpper(s.address("forgot")))
	}
	s.stack.WaitForMails(t, s.address("forgot"), 3)
	marker := s.reachable(t, "marker") // its mail is sent after all mails of the requests above
	s.north.Post(t, marker.path("/reset-link/send"), nil).Want(http.StatusAccepted)
	s.stack.WaitForMails(t, s.address("marker"), 1)
	if mails := s.stack.Mails(t, s.address("forgot")); len(mails) != 3 {
		t.Errorf("got %d mails, want 3: an account has at most three valid links", len(mails))
	}
	if mails := s.stack.Mails(t, s.address("retried")); len(mails) != 1 {
		t.Errorf("got %d mails for one repeated request, want 1", len(mails))
	}
	for _, name := range []string{"nobody", "stranger"} {
		if mails := s.stack.Mails(t, s.address(name)); len(mails) != 0 {
			t.Errorf("got %d mails to %s, want none", len(mails), name)
		}
	}
	s.redeem(t, token, "remembered from now on").Want(http.StatusNoContent) // the first link still works
	s.stack.SignIn(t, "customer", c.Login, "remembered from now on")
}

// bouncesAreRecorded shows to the managers of a customer that its mail bounced. The local mail emulator delivers every
// mail, so the chapter calls the function with the event that SES would send.
func bouncesAreRecorded(t *testing.T, s *story) {
	c := s.reachable(t, "bounced")
	now := time.Now().UTC()
	s.stack.Invoke(t, "NoteReturnedMailFunction", map[string]any{
		"id": "report", "source": "aws.ses", "detail-type": "Email Bounced", "time": now,
		"detail": map[string]any{
			"eventType": "Bounce",
			"bounce": map[string]any{
				"bounceType": "Permanent", "bounceSubType": "General", "timestamp": now, "feedbackId": "f",
				"bouncedRecipients": []any{map[string]any{"emailAddress": s.address("bounced")}},
			},
			"mail": map[string]any{
				"timestamp": now, "messageId": "m", "source": "x", "destination": []string{s.address("bounced")},
				"tags": map[string]any{"ses:configuration-set": []string{"tenantry-mail"}, "account": []string{c.ID}},
			},
		},
	})
	eventually(t, "the customer shows the bounce", func() bool {
		return strings.Contains(s.north.Get(t, c.path("")).Text, `"mailTrouble":{"kind":"bounce"`)
	})
	own := s.stack.SignIn(t, "customer", c.Login, s.password)
	if strings.Contains(own.Get(t, c.path("")).Text, "mailTrouble") {
		t.Error("the customer sees mailTrouble, which only its managers may see")
	}
	s.north.Do(t, http.MethodPatch, c.path("/contact"), map[string]any{"email": s.address("another")}).Want(http.StatusOK)
	if strings.Contains(s.north.Get(t, c.path("")).Text, "mailTrouble") {
		t.Error("mailTrouble stays after a change of the address")
	}
}
