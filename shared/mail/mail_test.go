package mail_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
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

// sendRequest is a request to SES to send a mail.
type sendRequest struct {
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

// post is a mail.Post that sends to a stand-in for SES. The stand-in records the requests.
type post struct {
	*mail.Post

	requests []sendRequest
	log      bytes.Buffer
}

// newPost returns a post whose stand-in for SES sends the response for every request.
func newPost(t *testing.T, from string, status int, response string) *post {
	t.Helper()
	p := &post{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		var request sendRequest
		if err != nil || json.Unmarshal(text, &request) != nil || r.URL.Path != "/v2/email/outbound-emails" {
			t.Errorf("unexpected request to SES: %s %s: %s", r.Method, r.URL.Path, text)
		}
		p.requests = append(p.requests, request)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, response)
	}))
	t.Cleanup(server.Close)
	p.Post = mail.Open(aws.Config{
		Region:           "us-east-1",
		BaseEndpoint:     &server.URL,
		Credentials:      credentials.NewStaticCredentialsProvider("a", "b", ""),
		RetryMaxAttempts: 2,
	}, mail.Settings{
		From:             from,
		ConfigurationSet: "tenantry-mail",
		PublicURL:        "https://panel.example",
		Logger:           slog.New(slog.NewJSONHandler(&p.log, nil)),
	})
	return p
}

const (
	secret   = "https://panel.example/reset-password?lang=en#tny_secret"
	accepted = `{"MessageId":"0100-message"}`
)

func envelope(to string) outbox.Envelope {
	now := time.Date(2026, time.November, 24, 9, 0, 0, 0, time.UTC)
	return outbox.Envelope{To: to, Account: "cus_01J0000000000000000000000A", Letter: outbox.Letter{
		Kind:      event.ForgottenMail,
		Locale:    "en",
		Name:      "Ada",
		Login:     "ada",
		URL:       secret,
		Lifetime:  30 * time.Minute,
		ExpiresAt: now.Add(30 * time.Minute),
		At:        now,
	}}
}

func TestSend(t *testing.T) {
	p := newPost(t, "Hosting Łódź <no-reply@mail.example>", http.StatusOK, accepted)
	ctx, calls := meter.With(t.Context())
	id, err := p.Send(ctx, envelope("ada@bücher.example"))
	if err != nil || id != "0100-message" || len(p.requests) != 1 {
		t.Fatalf("got %q, %v after %d requests, want 0100-message after one request", id, err, len(p.requests))
	}
	got := p.requests[0]
	if got.FromEmailAddress != "=?utf-8?q?Hosting_=C5=81=C3=B3d=C5=BA?= <no-reply@mail.example>" {
		t.Errorf("sender: got %s, want Hosting Łódź encoded for a mail header", got.FromEmailAddress)
	}
	recipients := got.Destination
	others := len(recipients.CcAddresses) + len(recipients.BccAddresses)
	if !slices.Equal(recipients.ToAddresses, []string{"ada@xn--bcher-kva.example"}) || others > 0 {
		t.Errorf("recipients: got %+v, want ada@xn--bcher-kva.example only", recipients)
	}
	simple := got.Content.Simple
	if simple.Subject.Data != "Reset your password for Hosting Łódź" ||
		!strings.Contains(simple.Body.Text.Data, secret+"\n") ||
		!strings.Contains(simple.Body.HTML.Data, "<table") {
		t.Errorf("content: got %+v, want the subject of Hosting Łódź, the link in the text and a table in HTML", simple)
	}
	if simple.Subject.Charset != "UTF-8" || simple.Body.Text.Charset != "UTF-8" || simple.Body.HTML.Charset != "UTF-8" {
		t.Errorf("charset: got %+v, want UTF-8", simple)
	}
	if len(simple.Headers) != 1 || simple.Headers[0].Name != "Auto-Submitted" ||
		simple.Headers[0].Value != "auto-generated" {
		t.Errorf("headers: got %+v, want Auto-Submitted: auto-generated", simple.Headers)
	}
	if tracking := got.ConfigurationOverrides.Tracking; tracking.ClickTrackingEnabled != "DISABLED" ||
		tracking.OpenTrackingEnabled != "DISABLED" {
		t.Errorf("tracking: got %+v, want all disabled", tracking)
	}
	tags := map[string]string{}
	for _, tag := range got.EmailTags {
		tags[tag.Name] = tag.Value
	}
	if got.ConfigurationSetName != "tenantry-mail" || tags["account"] != "cus_01J0000000000000000000000A" ||
		tags["kind"] != "forgotten" {
		t.Errorf("configuration set and tags: got %q, %v", got.ConfigurationSetName, tags)
	}
	if calls := calls.Figures().Calls; len(calls) != 2 {
		t.Errorf("recorded calls: got %v, want two", calls)
	}
	if p.log.Len() > 0 {
		t.Errorf("log: got %s, want nothing", p.log.String())
	}
}

func TestMailsNameTheDomainIfTheSenderHasNoName(t *testing.T) {
	p := newPost(t, "no-reply@mail.example", http.StatusOK, accepted)
	if _, err := p.Send(t.Context(), envelope("ada@example.com")); err != nil {
		t.Fatal(err)
	}
	if got := p.requests[0]; got.FromEmailAddress != "<no-reply@mail.example>" ||
		got.Content.Simple.Subject.Data != "Reset your password for mail.example" {
		t.Errorf("got %+v, want mail.example as the name of the service", got)
	}
}

func TestSendReturnsUnsentForMailsThatCanNeverBeSent(t *testing.T) {
	const from, rejected = "no-reply@mail.example", "SES does not accept this address"
	for name, c := range map[string]struct{ from, to, reason string }{
		"a stack that sends no mail": {"", "ada@example.com", "MAIL_FROM is empty"},
		"a domain in full width":     {from, "ada@\uff45xample.com", rejected},
		"a local part beyond ASCII":  {from, "adä@example.com", rejected},
		"two addresses":              {from, "ada@example.com, eve@example.com", rejected},
		"a header":                   {from, "ada@example.com\r\nBcc: eve@example.com", rejected},
		"a name":                     {from, "Ada <ada@example.com>", rejected},
		"two at signs":               {from, "ada@eve@example.com", rejected},
		"no address":                 {from, "", rejected},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t, c.from, http.StatusOK, accepted)
			id, err := p.Send(t.Context(), envelope(c.to))
			want := outbox.BadAddress
			if c.from == "" {
				want = outbox.NoSender
			}
			if !errors.Is(err, want) || id != "" || len(p.requests) != 0 {
				t.Errorf("got %q, %v after %d requests, want %v without a request", id, err, len(p.requests), want)
			}
			log := p.log.String()
			if c.from == "" {
				start, rest, _ := strings.Cut(log, "\n")
				if !strings.Contains(start, `"level":"WARN","msg":"MAIL_FROM is empty`) {
					t.Errorf("log of the start: got %s, want a warning about MAIL_FROM", start)
				}
				log = rest
			}
			if strings.Count(log, "\n") != 1 || !strings.Contains(log, c.reason) || strings.Contains(log, "example.com") ||
				strings.Contains(log, "tny_") {
				t.Errorf("log: got %s, want one line with %q and without addresses and secrets", log, c.reason)
			}
		})
	}
}

// A mail is sent again at once only if SES has certainly not accepted it.
func TestSendErrorsHaveTheCodeOfSESAndNoAddress(t *testing.T) {
	for status, code := range map[int]string{
		http.StatusBadRequest:          "MessageRejected",
		http.StatusTooManyRequests:     "TooManyRequestsException",
		http.StatusNotFound:            "NotFoundException",
		http.StatusInternalServerError: "InternalServiceErrorException",
	} {
		response := `{"__type":"` + code + `","message":"Email address is not verified: ada@example.com"}`
		p := newPost(t, "no-reply@mail.example", status, response)
		_, err := p.Send(t.Context(), envelope("ada@example.com"))
		if err == nil || err.Error() != "SES rejected the mail: "+code {
			t.Errorf("got %v, want the code %s only", err, code)
		}
		if isRepeated := len(p.requests) > 1; isRepeated != (status == http.StatusTooManyRequests) {
			t.Errorf("%d requests after %s", len(p.requests), code)
		}
	}
}

func TestSendFailsIfSESIsUnreachable(t *testing.T) {
	unreachable := mail.Open(aws.Config{
		Region:           "us-east-1",
		BaseEndpoint:     aws.String("http://127.0.0.1:1"),
		Credentials:      credentials.NewStaticCredentialsProvider("a", "b", ""),
		RetryMaxAttempts: 1,
	}, mail.Settings{From: "no-reply@mail.example", Logger: slog.New(slog.DiscardHandler)})
	_, err := unreachable.Send(t.Context(), envelope("ada@example.com"))
	if err == nil || strings.Contains(err.Error(), "ada") || strings.Contains(err.Error(), "tny_") {
		t.Errorf("got %v, want an error without the address and the secret", err)
	}
}

func TestSendFailsIfMailFromIsInvalid(t *testing.T) {
	p := newPost(t, "no-reply at mail.example", http.StatusOK, accepted)
	if _, err := p.Send(t.Context(), envelope("ada@example.com")); err == nil || errors.Is(err, outbox.ErrLeased) {
		t.Errorf("got %v, want an error that leads to a retry", err)
	}
}
