package httpapi_test

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

type textOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Text string `json:"text"`
	}
}

// respondWith returns the response of an operation with a text to a request.
func respondWith(
	t *testing.T, spec httpapi.Spec, text, etag string, err error, header map[string]string,
) events.APIGatewayV2HTTPResponse {
	t.Helper()
	return requestTexts(t, serveTexts(spec, func() (*textOutput, error) {
		out := &textOutput{ETag: etag}
		out.Body.Text = text
		return out, err
	}), header)
}

// serveTexts returns a function with one operation.
func serveTexts(spec httpapi.Spec, read func() (*textOutput, error)) httpapi.Function {
	spec.ID, spec.Method, spec.Path = "listTexts", http.MethodGet, "/v1/texts"
	return httpapi.Handler(httpapi.Config{}, httpapi.Public(spec,
		func(context.Context, httpapi.Call, *struct{}) (*textOutput, error) { return read() }))
}

func requestTexts(t *testing.T, serve httpapi.Function, header map[string]string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	event := events.APIGatewayV2HTTPRequest{RawPath: "/v1/texts", Headers: header}
	event.RequestContext.HTTP.Method = http.MethodGet
	response, err := serve(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

func TestLargeListsAreCompressed(t *testing.T) {
	large := strings.Repeat("Ada Lovelace ", 100)
	list, gzipped := httpapi.Spec{Compress: true}, map[string]string{"accept-encoding": "br;q=1, gzip;q=0.8"}
	for name, c := range map[string]struct {
		spec       httpapi.Spec
		text, etag string
		err        error
		header     map[string]string
		compressed bool
	}{
		"a large list":                  {list, large, "", nil, gzipped, true},
		"a small list":                  {list, "Ada", "", nil, gzipped, false},
		"a caller that accepts no gzip": {list, large, "", nil, map[string]string{"accept-encoding": "gzip;q=0, br"}, false},
		"a caller that says nothing":    {list, large, "", nil, nil, false},
		"a list with an entity tag":     {list, large, `"1"`, nil, gzipped, false},
		"another operation":             {httpapi.Spec{}, large, "", nil, gzipped, false},
		"a problem": {
			httpapi.Spec{Compress: true, Faults: []fault.Code{fault.Conflict}},
			"", "",
			fault.New(fault.Conflict, "%s", large), gzipped, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			response := respondWith(t, c.spec, c.text, c.etag, c.err, c.header)
			if got := response.Headers["Content-Encoding"] == "gzip"; got != c.compressed {
				t.Fatalf("compressed is %v, want %v", got, c.compressed)
			}
			varies := response.Headers["Vary"] == "Accept-Encoding"
			if want := c.spec.Compress && c.err == nil; varies != want {
				t.Errorf("Vary: %q, want it for each success of an operation that compresses", response.Headers["Vary"])
			}
			if body := plain(t, response); !strings.Contains(body, c.text) || c.compressed && len(response.Body) > 200 {
				t.Errorf("the body of %d bytes says %.50s…", len(response.Body), body)
			}
		})
	}
}

// A function compresses many responses with one writer.
func TestCompressedResponsesAreIndependent(t *testing.T) {
	header, text := map[string]string{"accept-encoding": "gzip"}, ""
	serve := serveTexts(httpapi.Spec{Compress: true}, func() (*textOutput, error) {
		out := &textOutput{}
		out.Body.Text = text
		return out, nil
	})
	for _, word := range []string{"first ", "second "} {
		text = strings.Repeat(word, 500)
		if want := `{"text":"` + text + `"}`; strings.TrimSpace(plain(t, requestTexts(t, serve, header))) != want {
			t.Errorf("the response to the %srequest is another one", word)
		}
	}
}

// plain returns the body of a response as the caller reads it.
func plain(t *testing.T, response events.APIGatewayV2HTTPResponse) string {
	t.Helper()
	body := response.Body
	if response.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			t.Fatal(err)
		}
		body = string(decoded)
	}
	if response.Headers["Content-Encoding"] != "gzip" {
		return body
	}
	reader, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
