package storage_test

import (
	"encoding/xml"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tenantry/shared/meter"
	"tenantry/shared/storage"
)

const object = "backups/cus_1/bak_1"

func config(endpoint *string) aws.Config {
	return aws.Config{
		Region:           "eu-central-1",
		BaseEndpoint:     endpoint,
		Credentials:      credentials.NewStaticCredentialsProvider("id", "secret", "session"),
		RetryMaxAttempts: 1,
	}
}

// parseURL parses a presigned URL.
func parseURL(t *testing.T, text string, err error) *url.URL {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestURLsAreS3sOwn(t *testing.T) {
	bucket := storage.Open(config(nil), "kept", "")
	ctx, counted := meter.With(t.Context())
	text, headers, err := bucket.UploadURL(ctx, object, 5)
	upload := parseURL(t, text, err)
	if !maps.Equal(headers, map[string]string{"If-None-Match": "*"}) {
		t.Errorf("the upload must have the headers %v, want If-None-Match with *", headers)
	}
	text, err = bucket.DownloadURL(ctx, object, "shop.example-2026-11-29.tar.gz")
	download := parseURL(t, text, err)
	if got, want := download.Query().
		Get("response-content-disposition"),
		"attachment; filename=shop.example-2026-11-29.tar.gz"; got != want {
		t.Errorf("the download has the Content-Disposition %q, want %q", got, want)
	}
	for _, c := range []struct {
		url    *url.URL
		signed string
	}{{upload, "content-length;host;if-none-match"}, {download, "host"}} {
		query := c.url.Query()
		if c.url.Scheme != "https" || c.url.Host != "kept.s3.eu-central-1.amazonaws.com" || c.url.Path != "/"+object {
			t.Errorf("got the URL %s, want one of the bucket", c.url)
		}
		if query.Get("X-Amz-Expires") != "600" || query.Get("X-Amz-SignedHeaders") != c.signed {
			t.Errorf("got the parameters %v, want ten minutes and the headers %s signed", query, c.signed)
		}
		for name := range query { // the SDK would add the checksum of an empty upload
			if strings.Contains(strings.ToLower(name), "checksum") {
				t.Errorf("got the parameter %s, want no checksum", name)
			}
		}
	}
	want := []string{"s3:PutObject BackupBucket/*", "s3:GetObject BackupBucket/*"}
	if calls := counted.Figures().Calls; !slices.Equal(calls, want) {
		t.Errorf("counted %v, want %v", calls, want)
	}
}

func TestUploadURLIsSignedForTheSize(t *testing.T) {
	bucket := storage.Open(config(nil), "kept", "")
	signatures := map[string]bool{}
	for _, size := range []int64{5, 6} {
		text, _, err := bucket.UploadURL(t.Context(), object, size)
		signatures[parseURL(t, text, err).Query().Get("X-Amz-Signature")] = true
	}
	if len(signatures) != 2 {
		t.Error("got one signature for two sizes, want two")
	}
}

func TestURLsHaveThePublicAddress(t *testing.T) {
	internal := "http://127.0.0.1:1"
	text, _, err := storage.Open(config(&internal), "kept", "http://localhost:8080").UploadURL(t.Context(), object, 5)
	if got := parseURL(t, text, err); got.Host != "localhost:8080" || got.Path != "/kept/"+object {
		t.Errorf("got the URL %s, want one at localhost:8080", got)
	}
}

// bucketStub is a stand-in for an S3 bucket.
type bucketStub struct {
	t        *testing.T
	size     int // of the object; 0 if it does not exist, negative to forbid reading it
	versions []version
	keeps    string // the id of a version that cannot be deleted
	pageSize int
}

type version struct {
	Key       string
	VersionID string `xml:"VersionId"`
	marker    bool
}

func (b *bucketStub) open() *storage.Bucket {
	server := httptest.NewServer(b)
	b.t.Cleanup(server.Close)
	return storage.Open(config(&server.URL), "kept", server.URL)
}

func (b *bucketStub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	w.Header().Set("Content-Type", "application/xml")
	switch {
	case r.Method == http.MethodHead && r.URL.Path == "/kept/"+object:
		b.head(w)
	case r.Method == http.MethodGet && r.URL.Path == "/kept" && query.Has("versions"):
		b.list(w, query)
	case r.Method == http.MethodPost && r.URL.Path == "/kept" && query.Has("delete"):
		b.remove(w, r)
	default:
		b.t.Errorf("unexpected request: %s %s", r.Method, r.URL)
		w.WriteHeader(http.StatusNotImplemented)
	}
}

func (b *bucketStub) head(w http.ResponseWriter) {
	switch {
	case b.size < 0:
		w.WriteHeader(http.StatusForbidden)
	case b.size == 0:
		w.WriteHeader(http.StatusNotFound)
	default:
		w.Header().Set("Content-Length", fmt.Sprint(b.size))
	}
}

// list sends the page after the marker, of the versions that exist now.
func (b *bucketStub) list(w http.ResponseWriter, query url.Values) {
	marker := query.Get("key-marker") + " " + query.Get("version-id-marker")
	var page []version
	for _, v := range b.versions {
		if strings.HasPrefix(v.Key, query.Get("prefix")) && (marker == " " || v.Key+" "+v.VersionID > marker) {
			page = append(page, v)
		}
	}
	isTruncated := len(page) > b.pageSize
	if isTruncated {
		page = page[:b.pageSize]
	}
	_, _ = fmt.Fprintf(w, "<ListVersionsResult><IsTruncated>%t</IsTruncated>", isTruncated)
	if isTruncated {
		last := page[len(page)-1]
		_, _ = fmt.Fprintf(w, "<NextKeyMarker>%s</NextKeyMarker><NextVersionIdMarker>%s</NextVersionIdMarker>",
			last.Key, last.VersionID)
	}
	for _, v := range page {
		element := "Version"
		if v.marker {
			element = "DeleteMarker"
		}
		_, _ = fmt.Fprintf(w, "<%s><Key>%s</Key><VersionId>%s</VersionId></%s>", element, v.Key, v.VersionID, element)
	}
	_, _ = fmt.Fprint(w, "</ListVersionsResult>")
}

func (b *bucketStub) remove(w http.ResponseWriter, r *http.Request) {
	var input struct{ Object []version }
	if err := xml.NewDecoder(r.Body).Decode(&input); err != nil {
		b.t.Error(err)
	}
	_, _ = fmt.Fprint(w, "<DeleteResult>")
	for _, o := range input.Object {
		if o.VersionID == b.keeps {
			_, _ = fmt.Fprintf(w, "<Error><Key>%s</Key><VersionId>%s</VersionId><Code>AccessDenied</Code></Error>",
				o.Key, o.VersionID)
			continue
		}
		isDeleted := func(v version) bool { return v.Key == o.Key && v.VersionID == o.VersionID }
		b.versions = slices.DeleteFunc(b.versions, isDeleted)
	}
	_, _ = fmt.Fprint(w, "</DeleteResult>")
}

func TestLength(t *testing.T) {
	for _, c := range []struct {
		size   int
		length int64
		exists bool
		fails  bool
	}{{size: 7, length: 7, exists: true}, {size: 0}, {size: -1, fails: true}} {
		ctx, counted := meter.With(t.Context())
		length, exists, err := (&bucketStub{t: t, size: c.size}).open().Length(ctx, object)
		if length != c.length || exists != c.exists || (err != nil) != c.fails {
			t.Errorf("an object of %d bytes: got %d, %t, %v, want %d, %t, error %t",
				c.size, length, exists, err, c.length, c.exists, c.fails)
		}
		if figures := counted.Figures(); figures.Trips != 1 ||
			!slices.Equal(figures.Calls, []string{"s3:GetObject BackupBucket/*", "s3:ListBucket BackupBucket"}) {
			t.Errorf("counted %+v, want one trip", figures)
		}
	}
}

func TestErase(t *testing.T) {
	other := version{Key: object + "0", VersionID: "9"}
	stub := &bucketStub{t: t, pageSize: 2, versions: []version{
		{Key: object, VersionID: "1"}, {Key: object, VersionID: "2", marker: true}, {Key: object, VersionID: "3"}, other,
	}}
	ctx, counted := meter.With(t.Context())
	bucket := stub.open()
	for range 2 { // erasing again does nothing
		if err := bucket.Erase(ctx, object); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(stub.versions, []version{other}) {
		t.Errorf("got the versions %+v, want only %+v", stub.versions, other)
	}
	if calls := counted.Figures().Calls; !slices.Contains(calls, "s3:ListBucketVersions BackupBucket") ||
		!slices.Contains(calls, "s3:DeleteObjectVersion BackupBucket/*") {
		t.Errorf("counted %v, want the calls that list and delete versions", calls)
	}
}

func TestEraseFailsIfAVersionIsNotDeleted(t *testing.T) {
	stub := &bucketStub{
		t:        t,
		pageSize: 10,
		keeps:    "2",
		versions: []version{{Key: object, VersionID: "1"}, {Key: object, VersionID: "2"}},
	}
	if err := stub.open().Erase(t.Context(), object); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("got %v, want the code AccessDenied", err)
	}
}

// A file name comes from a caller, and must not end the header or start another parameter.
func TestDownloadNameIsEscaped(t *testing.T) {
	bucket := storage.Open(config(nil), "kept", "")
	for _, name := range []string{`a "quoted"; name.zip`, "Müller & Söhne.tar.gz", "日本.bin"} {
		text, err := bucket.DownloadURL(t.Context(), object, name)
		disposition := parseURL(t, text, err).Query().Get("response-content-disposition")
		kind, parameters, err := mime.ParseMediaType(disposition)
		if err != nil || kind != "attachment" || len(parameters) != 1 || parameters["filename"] != name {
			t.Errorf("the Content-Disposition of %q is %q: %s %v, error %v", name, disposition, kind, parameters, err)
		}
	}
}
