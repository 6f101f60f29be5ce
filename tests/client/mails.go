package client

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// Mail is a mail that the local stack has sent.
type Mail struct {
	ID      string `json:"MessageId"`
	Source  string
	To      []string
	Subject string
	Text    string `json:"BodyText"`
	HTML    string `json:"BodyHtml"`
}

// Mails returns the mails to an address, oldest first, as the local emulator keeps them.
func (s Stack) Mails(t testing.TB, to string) []Mail {
	t.Helper()
	var kept struct{ Messages map[string][]Mail }
	emulator := Caller{Name: "post office", URL: s.Emulator}
	if err := json.Unmarshal([]byte(emulator.Get(t, "/_ministack/ses/messages").Want(http.StatusOK).Text), &kept); err != nil {
		t.Fatal(err)
	}
	var found []Mail
	for _, mails := range kept.Messages {
		for _, mail := range mails {
			if slices.ContainsFunc(mail.To, func(at string) bool { return strings.EqualFold(at, to) }) {
				found = append(found, mail)
			}
		}
	}
	return found
}

// WaitForMails waits until there are so many mails to an address, and returns them.
func (s Stack) WaitForMails(t testing.TB, to string, count int) []Mail {
	t.Helper()
	for range 300 {
		if mails := s.Mails(t, to); len(mails) >= count {
			return mails
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatalf("there are %d mails to %s after a minute, want %d", len(s.Mails(t, to)), to, count)
	return nil
}

var link = regexp.MustCompile(`https?://\S+/reset-password#(\S+)`)

// Link returns the reset link in a text, and the token in it.
func Link(t testing.TB, text string) (url, token string) {
	t.Helper()
	match := link.FindStringSubmatch(text)
	if match == nil {
		t.Fatalf("no link in %s", text)
	}
	token, _, _ = strings.Cut(match[1], "&")
	return match[0], token
}

// Invoke hands an event to one of the local stack's functions, as AWS does, by its name in the template.
func (s Stack) Invoke(t testing.TB, function string, event any) Answer {
	t.Helper()
	emulator := Caller{Name: "AWS", URL: s.Emulator}
	var listed struct {
		Functions []struct{ FunctionName string }
	}
	emulator.Get(t, "/2015-03-31/functions/?MaxItems=1000").Want(http.StatusOK).Into(&listed)
	for _, f := range listed.Functions {
		if strings.Contains(f.FunctionName, "-"+function+"-") {
			answer := emulator.Post(t, "/2015-03-31/functions/"+f.FunctionName+"/invocations", event).Want(http.StatusOK)
			if failed := answer.Header.Get("X-Amz-Function-Error"); failed != "" {
				t.Fatalf("%s: %s: %s", function, failed, answer.Text)
			}
			return answer
		}
	}
	t.Fatalf("there is no function %s", function)
	return Answer{}
}
