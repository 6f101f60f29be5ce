package mail_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tenantry/shared/event"
	"tenantry/shared/mail"
	"tenantry/shared/meter"
	"tenantry/shared/outbox"
)

// sent is the request that SES is sent.
type sent struct {
	FromEmailAddress     string
	ConfigurationSetName string
	Destination          struct{ ToAddresses, CcAddresses, BccAddresses []string }
	Content              struct {
		Simple struct {
			Subject struct{ Data, Charset string }
			Body    struct {
				Text, HTML struct{ Data, Charset string }
			}
			Headers []struct{ Name, Value string }
		}
	}
	ConfigurationOverrides struct {
		Tracking struct{ ClickTrackingEnabled, OpenTrackingEnabled string }
	}
	EmailTags []struct{ Name, Value string }
}

// post is a post whose SES is this test's own: it answers with the status and body, and keeps what it was sent.
type post struct {
	*mail.Post

	got []sent
	log bytes.Buffer
}

func newPost(t *testing.T, from string, status int, answer string) *post {
	t.Helper()
	p := &post{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		var one sent
		if err != nil || json.Unmarshal(text, &one) != nil || r.URL.Path != "/v2/email/outbound-emails" {
			t.Errorf("%s %s: %s", r.Method, r.URL.Path, text)
		}
		p.got = append(p.got, one)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	p.Post = mail.Open(aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""), RetryMaxAttempts: 1,
	}, mail.Settings{
		From: from, ConfigurationSet: "tenantry-mail", PublicURL: "https://panel.example", Logger: slog.New(slog.NewJSONHandler(&p.log, nil)),
	})
	return p
}

const (
	secret = "https://panel.example/reset-password#tny_secret&lang=en"
	taken  = `{"MessageId":"0100-message"}`
)

func envelope(to string) outbox.Envelope {
	now := time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)
	return outbox.Envelope{To: to, Account: "cus_01J0000000000000000000000A", Letter: outbox.Letter{
		Kind: event.ForgottenMail, Locale: "en", Name: "Ada", Login: "ada", URL: secret, Lifetime: 30 * time.Minute, ExpiresAt: now.Add(30 * time.Minute), At: now,
	}}
}

func TestSend(t *testing.T) {
	p := newPost(t, "Hosting Łódź <no-reply@mail.example>", http.StatusOK, taken)
	ctx, counted := meter.With(t.Context())
	id, err := p.Send(ctx, envelope("ada@bücher.example"))
	if err != nil || id != "0100-message" || len(p.got) != 1 {
		t.Fatalf("got %q, %v after %d requests", id, err, len(p.got))
	}
	got := p.got[0]
	if got.FromEmailAddress != "=?utf-8?q?Hosting_=C5=81=C3=B3d=C5=BA?= <no-reply@mail.example>" {
		t.Errorf("from %s", got.FromEmailAddress)
	}
	if to := got.Destination; len(to.ToAddresses) != 1 || to.ToAddresses[0] != "ada@xn--bcher-kva.example" || len(to.CcAddresses)+len(to.BccAddresses) > 0 {
		t.Errorf("to %+v", to)
	}
	simple := got.Content.Simple
	if simple.Subject.Data != "Reset your password for Hosting Łódź" || !strings.Contains(simple.Body.Text.Data, secret+"\n") || !strings.Contains(simple.Body.HTML.Data, "<table") {
		t.Errorf("it says %+v", simple)
	}
	if simple.Subject.Charset != "UTF-8" || simple.Body.Text.Charset != "UTF-8" || simple.Body.HTML.Charset != "UTF-8" {
		t.Errorf("in %+v", simple)
	}
	if len(simple.Headers) != 1 || simple.Headers[0].Name != "Auto-Submitted" || simple.Headers[0].Value != "auto-generated" {
		t.Errorf("with the headers %+v", simple.Headers)
	}
	if tracking := got.ConfigurationOverrides.Tracking; tracking.ClickTrackingEnabled != "DISABLED" || tracking.OpenTrackingEnabled != "DISABLED" {
		t.Errorf("tracked: %+v", tracking)
	}
	tags := map[string]string{}
	for _, tag := range got.EmailTags {
		tags[tag.Name] = tag.Value
	}
	if got.ConfigurationSetName != "tenantry-mail" || tags["account"] != "cus_01J0000000000000000000000A" || tags["kind"] != "forgotten" {
		t.Errorf("by %q, tagged %v", got.ConfigurationSetName, tags)
	}
	if calls := counted.Figures().Calls; len(calls) != 2 {
		t.Errorf("counted %v", calls)
	}
	if p.log.Len() > 0 {
		t.Errorf("logged %s", p.log.String())
	}
}

func TestTheServiceIsCalledByItsDomainWhenItHasNoName(t *testing.T) {
	p := newPost(t, "no-reply@mail.example", http.StatusOK, taken)
	if _, err := p.Send(t.Context(), envelope("ada@example.com")); err != nil {
		t.Fatal(err)
	}
	if got := p.got[0]; got.FromEmailAddress != "<no-reply@mail.example>" || got.Content.Simple.Subject.Data != "Reset your password for mail.example" {
		t.Errorf("got %+v", got)
	}
}

func TestWhatCanNeverBeSentIsNotTriedAgain(t *testing.T) {
	for name, c := range map[string]struct{ from, to, why string }{
		"a stack that sends no mail": {"", "ada@example.com", "MAIL_FROM is empty"},
		"a domain in full width":     {"no-reply@mail.example", "ada@\uff45xample.com", "the address is none"},
		"a local part beyond ASCII":  {"no-reply@mail.example", "adä@example.com", "the address is none"},
		"two addresses":              {"no-reply@mail.example", "ada@example.com, eve@example.com", "the address is none"},
		"a header":                   {"no-reply@mail.example", "ada@example.com\r\nBcc: eve@example.com", "the address is none"},
		"a name":                     {"no-reply@mail.example", "Ada <ada@example.com>", "the address is none"},
		"two at signs":               {"no-reply@mail.example", "ada@eve@example.com", "the address is none"},
		"none":                       {"no-reply@mail.example", "", "the address is none"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t, c.from, http.StatusOK, taken)
			id, err := p.Send(t.Context(), envelope(c.to))
			want := outbox.BadAddress
			if c.from == "" {
				want = outbox.NoSender
			}
			if !errors.Is(err, want) || id != "" || len(p.got) != 0 {
				t.Errorf("got %q, %v after %d requests", id, err, len(p.got))
			}
			log := p.log.String()
			if c.from == "" {
				started, rest, _ := strings.Cut(log, "\n")
				if !strings.Contains(started, `"level":"WARN","msg":"MAIL_FROM is empty`) {
					t.Errorf("logged at the start: %s", started)
				}
				log = rest
			}
			if strings.Count(log, "\n") != 1 || !strings.Contains(log, c.why) || strings.Contains(log, "example.com") || strings.Contains(log, "tny_") {
				t.Errorf("logged %s", log)
			}
		})
	}
}

func TestARefusalComesAgainAndNamesNobody(t *testing.T) {
	for status, code := range map[int]string{
		http.StatusBadRequest:      "MessageRejected",
		http.StatusTooManyRequests: "TooManyRequestsException",
		http.StatusNotFound:        "NotFoundException",
	} {
		p := newPost(t, "no-reply@mail.example", status, `{"__type":"`+code+`","message":"Email address is not verified: ada@example.com"}`)
		_, err := p.Send(t.Context(), envelope("ada@example.com"))
		if err == nil || err.Error() != "SES refused the mail: "+code {
			t.Errorf("got %v", err)
		}
	}
}

func TestASilentSESComesAgain(t *testing.T) {
	gone := mail.Open(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1:1"), Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""), RetryMaxAttempts: 1,
	}, mail.Settings{From: "no-reply@mail.example", Logger: slog.New(slog.DiscardHandler)})
	_, err := gone.Send(t.Context(), envelope("ada@example.com"))
	if err == nil || strings.Contains(err.Error(), "ada") || strings.Contains(err.Error(), "tny_") {
		t.Errorf("got %v", err)
	}
}

func TestAWrongMailFromComesAgain(t *testing.T) {
	p := newPost(t, "no-reply at mail.example", http.StatusOK, taken)
	if _, err := p.Send(t.Context(), envelope("ada@example.com")); err == nil || errors.Is(err, outbox.ErrLeased) {
		t.Errorf("got %v", err)
	}
}
