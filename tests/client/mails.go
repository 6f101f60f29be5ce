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

// Mail is a mail that the local stack sent.
type Mail struct {
	ID      string `json:"MessageId"`
	Source  string
	To      []string
	Subject string
	Text    string `json:"BodyText"`
	HTML    string `json:"BodyHtml"`
}

// Mails returns the mails that the local stack sent to an address, oldest first.
func (s Stack) Mails(t testing.TB, address string) []Mail {
	t.Helper()
	var sent struct{ Messages map[string][]Mail }
	emulator := Caller{Name: "mail emulator", URL: s.Emulator}
	if err := json.Unmarshal(
		[]byte(emulator.Get(t, "/_ministack/ses/messages").Want(http.StatusOK).Text),
		&sent,
	); err != nil {
		t.Fatal(err)
	}
	var mails []Mail
	for _, messages := range sent.Messages {
		for _, mail := range messages {
			if slices.ContainsFunc(mail.To, func(recipient string) bool { return strings.EqualFold(recipient, address) }) {
				mails = append(mails, mail)
			}
		}
	}
	return mails
}

// WaitForMails waits until the local stack has sent at least count mails to an address, and returns them.
func (s Stack) WaitForMails(t testing.TB, address string, count int) []Mail {
	t.Helper()
	for range 300 {
		if mails := s.Mails(t, address); len(mails) >= count {
			return mails
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatalf("got %d mails to %s after a minute, want %d", len(s.Mails(t, address)), address, count)
	return nil
}

var link = regexp.MustCompile(`https?://\S+/reset-password\?lang=[^#\s]*#(\S+)`)

// Link returns the reset link in a text, and the token of the link, which is everything after "#".
func Link(t testing.TB, text string) (url, token string) {
	t.Helper()
	match := link.FindStringSubmatch(text)
	if match == nil {
		t.Fatalf("no link in %s", text)
	}
	return match[0], match[1]
}

// Invoke calls a function of the local stack with an event. The function is the logical id in the template.
func (s Stack) Invoke(t testing.TB, function string, event any) Response {
	t.Helper()
	emulator := Caller{Name: "AWS", URL: s.Emulator}
	var listed struct {
		Functions []struct{ FunctionName string }
	}
	emulator.Get(t, "/2015-03-31/functions/?MaxItems=1000").Want(http.StatusOK).Into(&listed)
	for _, f := range listed.Functions {
		if strings.HasPrefix(f.FunctionName, "tenantry-"+function+"-") { // not of another stage, see tests/deploy
			response := emulator.Post(t, "/2015-03-31/functions/"+f.FunctionName+"/invocations", event).Want(http.StatusOK)
			if failure := response.Header.Get("X-Amz-Function-Error"); failure != "" {
				t.Fatalf("invoking %s: %s: %s", function, failure, response.Text)
			}
			return response
		}
	}
	t.Fatalf("the stack has no function %s", function)
	return Response{}
}
