package apigateway

import (
	"crypto/rand"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// newEvent makes the event of a request with its decoded path, in version 2.0 of the payload (AWS: Create AWS Lambda
// proxy integrations for HTTP APIs).
func newEvent(
	api string, r *http.Request, path string, body []byte, route string, params map[string]string, now time.Time,
) *events.APIGatewayV2HTTPRequest {
	domain := hostname(r.Host)
	prefix, _, _ := strings.Cut(domain, ".")
	event := &events.APIGatewayV2HTTPRequest{
		Version:               "2.0",
		RouteKey:              route,
		RawPath:               path,
		RawQueryString:        r.URL.RawQuery,
		Cookies:               cookies(r.Header),
		Headers:               headers(r),
		QueryStringParameters: queryParameters(r.URL.RawQuery),
		PathParameters:        params,
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			AccountID:    "000000000000",
			APIID:        api,
			DomainName:   domain,
			DomainPrefix: prefix,
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method:    r.Method,
				Path:      path,
				Protocol:  r.Proto,
				SourceIP:  hostname(r.RemoteAddr),
				UserAgent: r.UserAgent(),
			},
			RequestID: rand.Text(),
			RouteKey:  route,
			Stage:     "$default",
			Time:      now.UTC().Format("02/Jan/2006:15:04:05 -0700"),
			TimeEpoch: now.UnixMilli(),
		},
	}
	if isText(r.Header.Get("Content-Type")) {
		event.Body = strings.ToValidUTF8(string(body), "\uFFFD")
	} else if len(body) > 0 {
		event.Body, event.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return event
}

// isText reports whether API Gateway passes bodies of this content type as text. It encodes all others in base64. The
// list is not documented; others have found it by trying.
func isText(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	switch mediaType = strings.ToLower(strings.TrimSpace(mediaType)); mediaType {
	case "application/json", "application/javascript", "application/xml":
		return true
	}
	return strings.HasPrefix(mediaType, "text/")
}

// headers returns the headers of an event: their names in lower case, repeated headers joined by commas, without cookies.
func headers(r *http.Request) map[string]string {
	joined := make(map[string]string, len(r.Header)+4)
	for name, values := range r.Header {
		if name != "Cookie" {
			joined[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	address := hostname(r.RemoteAddr)
	if earlier := joined["x-forwarded-for"]; earlier != "" {
		address = earlier + ", " + address
	}
	_, port, _ := net.SplitHostPort(r.Host)
	joined["host"], joined["x-forwarded-for"] = r.Host, address
	joined["x-forwarded-port"], joined["x-forwarded-proto"] = port, "http"
	return joined
}

func cookies(header http.Header) (all []string) {
	for _, line := range header["Cookie"] {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				all = append(all, cookie)
			}
		}
	}
	return all
}

// queryParameters returns the decoded parameters, the values of repeated ones joined by commas.
func queryParameters(query string) map[string]string {
	values, _ := url.ParseQuery(query) // malformed pairs are left out; the function reads the raw query
	if len(values) == 0 {
		return nil
	}
	joined := make(map[string]string, len(values))
	for name, all := range values {
		joined[name] = strings.Join(all, ",")
	}
	return joined
}

// decodePath decodes the escapes of a path, except for %25, as HTTP APIs do: a%252Fb stays a%252Fb.
func decodePath(escaped string) string {
	const percent = "%25"
	parts := strings.Split(escaped, percent)
	for i, part := range parts {
		if decoded, err := url.PathUnescape(part); err == nil {
			parts[i] = strings.ToValidUTF8(decoded, "\uFFFD")
		}
	}
	return strings.Join(parts, percent)
}

// hostname returns the host of an address without its port.
func hostname(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}
