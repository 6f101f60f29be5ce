package frontdoor

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// signatureTime is the layout of X-Amz-Date.
const signatureTime = "20060102T150405Z"

// isPresigned reports whether the functions have signed the request's URL for S3 (AWS Signature Version 4), and the
// signature is still valid. ministack does not check signatures. A request is not presigned if it has anything by which
// ministack would send it to another service: an Authorization header, an action, X-Amz-Target or the host of a service.
func (t *Target) isPresigned(r *http.Request) bool {
	host := (&url.URL{Host: r.Host}).Hostname()
	if r.Header.Get("Authorization") != "" || r.Header.Get("X-Amz-Target") != "" || r.URL.Query().Has("Action") ||
		host != "localhost" && net.ParseIP(host) == nil {
		return false
	}
	query := r.URL.Query()
	signed, err := time.Parse(signatureTime, query.Get("X-Amz-Date"))
	lifetime, err2 := strconv.Atoi(query.Get("X-Amz-Expires"))
	key, scope, found := strings.Cut(query.Get("X-Amz-Credential"), "/")
	scopes := strings.Split(scope, "/") // date, region, service, aws4_request
	if err != nil || err2 != nil || !found || len(scopes) != 4 || scopes[2] != "s3" ||
		time.Since(signed) > time.Duration(lifetime)*time.Second {
		return false
	}
	return t.matchesSignature(r, aws.Credentials{
		AccessKeyID: key, SecretAccessKey: t.Secret, SessionToken: query.Get("X-Amz-Security-Token"),
	}, scopes[1], signed)
}

// matchesSignature signs the request's URL again and compares the signatures.
func (t *Target) matchesSignature(
	r *http.Request, credentials aws.Credentials, region string, signed time.Time,
) bool {
	query := r.URL.Query()
	signature := query.Get("X-Amz-Signature")
	headers := strings.Split(query.Get("X-Amz-SignedHeaders"), ";")
	for _, name := range []string{
		"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Signature", "X-Amz-SignedHeaders",
	} {
		query.Del(name)
	}
	unsigned := *r.URL
	unsigned.Scheme, unsigned.Host, unsigned.RawQuery = "http", r.Host, query.Encode()
	request := &http.Request{Method: r.Method, URL: &unsigned, Host: r.Host, Header: http.Header{}}
	for name, values := range r.Header {
		switch lower := strings.ToLower(name); {
		case slices.Contains(headers, lower):
			request.Header[name] = values
		case strings.HasPrefix(lower, "x-amz-"): // would make another request of it, such as a copy; S3 refuses it too
			return false
		}
	}
	if slices.Contains(headers, "content-length") {
		request.ContentLength = r.ContentLength
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }) // as S3 signs
	address, _, err := signer.PresignHTTP(r.Context(), credentials, request, "UNSIGNED-PAYLOAD", "s3", region, signed)
	if err != nil {
		return false
	}
	again, err := url.Parse(address)
	if err != nil {
		return false
	}
	want := again.Query()
	return subtle.ConstantTimeCompare([]byte(signature), []byte(want.Get("X-Amz-Signature"))) == 1
}

// protectDownload makes browsers save an object of a bucket and not show it: it would run in the service's origin.
func protectDownload(r *http.Response) error {
	r.Header.Set("Content-Disposition", "attachment")
	r.Header.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	r.Header.Set("X-Content-Type-Options", "nosniff")
	return nil
}
