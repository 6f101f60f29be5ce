package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// account is an AWS account with a bucket and a function, as far as replay uses it.
type account struct {
	objects  map[string]string // by key
	invoked  []string          // the payloads
	response string
	parks    bool // the function parks the records again
	failed   bool // the function ends with an error
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	key := strings.TrimPrefix(r.URL.Path, "/parked/")
	switch {
	case strings.HasPrefix(r.URL.Path, "/2015-03-31/functions/arn:f/"):
		a.invoked = append(a.invoked, string(body))
		for name := range a.objects {
			if a.parks {
				a.objects[name] = strings.Replace(a.objects[name], "RecordAgeExceeded", "RecordUnreadable", 1)
			}
		}
		if a.failed {
			w.Header().Set("X-Amz-Function-Error", "Unhandled")
		}
		_, _ = io.WriteString(w, a.response)
	case r.URL.Query().Has("list-type"):
		_, _ = io.WriteString(w, "<ListBucketResult>")
		for name := range a.objects {
			if strings.HasPrefix(name, r.URL.Query().Get("prefix")) {
				_, _ = io.WriteString(w, "<Contents><Key>"+name+"</Key></Contents>")
			}
		}
		_, _ = io.WriteString(w, "</ListBucketResult>")
	case r.Method == http.MethodDelete:
		delete(a.objects, key)
		w.WriteHeader(http.StatusNoContent)
	default:
		_, _ = io.WriteString(w, a.objects[key])
	}
}

func replay(t *testing.T, a *account, prefix string, list bool) (string, error) {
	t.Helper()
	server := httptest.NewServer(a)
	defer server.Close()
	config := aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
	var out bytes.Buffer
	r := replayer{
		objects:   s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }),
		functions: lambda.NewFromConfig(config), bucket: "parked", prefix: prefix, list: list, out: &out,
	}
	err := r.run(t.Context())
	return out.String(), err
}

const records = `{"Records":[{"eventID":"1"}]}`

// object returns a parked object with records.
func object(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"requestContext": map[string]string{"functionArn": "arn:f", "condition": "RecordAgeExceeded"}, "payload": records,
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReplayPassesRecordsAndDeletesTheObject(t *testing.T) {
	a := &account{objects: map[string]string{"aws/lambda/1": object(t), "unreadable/2": object(t)}, response: `{}`}
	out, err := replay(t, a, "aws/", false)
	if err != nil || len(a.objects) != 1 || len(a.invoked) != 1 || a.invoked[0] != records {
		t.Errorf("objects %v, invoked with %v, error %v; want one object deleted", a.objects, a.invoked, err)
	}
	if !strings.Contains(out, "1 objects replayed") {
		t.Errorf("printed %q, want the number of objects", out)
	}
}

func TestReplayKeepsWhatFails(t *testing.T) {
	for name, a := range map[string]*account{
		"an error of the function": {response: `{"errorMessage":"no"}`, failed: true},
		"a record that fails":      {response: `{"batchItemFailures":[{"itemIdentifier":"1"}]}`},
		"no answer":                {response: ``},
		"records parked again":     {response: `{}`, parks: true},
	} {
		t.Run(name, func(t *testing.T) {
			a.objects = map[string]string{"1": object(t)}
			if _, err := replay(t, a, "", false); err == nil || len(a.objects) != 1 {
				t.Errorf("objects %v, error %v; want the object to stay and an error", a.objects, err)
			}
		})
	}
	a := &account{objects: map[string]string{"1": `{"requestContext":{"functionArn":"arn:f"}}`}, response: `{}`}
	if _, err := replay(t, a, "", false); err == nil || len(a.objects) != 1 || len(a.invoked) != 0 {
		t.Errorf("an object without records: objects %v, error %v; want it to stay", a.objects, err)
	}
}

func TestListChangesNothing(t *testing.T) {
	a := &account{objects: map[string]string{"1": object(t)}}
	out, err := replay(t, a, "", true)
	if err != nil || len(a.objects) != 1 || len(a.invoked) != 0 || !strings.Contains(out, "RecordAgeExceeded arn:f 1") {
		t.Errorf("printed %q, objects %v, error %v; want a list and no change", out, a.objects, err)
	}
}
