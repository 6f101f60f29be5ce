package storage_test

import (
	"encoding/xml"
	"fmt"
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

// address parses a presigned one.
func address(t *testing.T, text string, err error) *url.URL {
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

func TestAddressesAreS3sOwn(t *testing.T) {
	bucket := storage.Open(config(nil), "kept", "")
	ctx, counted := meter.With(t.Context())
	text, err := bucket.UploadURL(ctx, object, 5)
	upload := address(t, text, err)
	text, err = bucket.DownloadURL(ctx, object)
	download := address(t, text, err)
	for _, c := range []struct {
		of     *url.URL
		signed string
	}{{upload, "content-length;host"}, {download, "host"}} {
		query := c.of.Query()
		if c.of.Scheme != "https" || c.of.Host != "kept.s3.eu-central-1.amazonaws.com" || c.of.Path != "/"+object {
			t.Errorf("leads to %s", c.of)
		}
		if query.Get("X-Amz-Expires") != "600" || query.Get("X-Amz-SignedHeaders") != c.signed {
			t.Errorf("signed %v", query)
		}
		for name := range query { // a checksum would be that of an empty upload
			if strings.Contains(strings.ToLower(name), "checksum") {
				t.Errorf("asks for %s", name)
			}
		}
	}
	if calls := counted.Figures().Calls; !slices.Equal(
		calls,
		[]string{"s3:PutObject BackupBucket/*", "s3:GetObject BackupBucket/*"},
	) {
		t.Errorf("counted %v", calls)
	}
}

func TestTheSizeIsSigned(t *testing.T) {
	bucket := storage.Open(config(nil), "kept", "")
	signatures := map[string]bool{}
	for _, size := range []int64{5, 6} {
		text, err := bucket.UploadURL(t.Context(), object, size)
		signatures[address(t, text, err).Query().Get("X-Amz-Signature")] = true
	}
	if len(signatures) != 2 {
		t.Error("the signature does not depend on the size")
	}
}

func TestAddressesLeadToThePublicURL(t *testing.T) {
	internal := "http://127.0.0.1:1"
	text, err := storage.Open(config(&internal), "kept", "http://localhost:8080").UploadURL(t.Context(), object, 5)
	if to := address(t, text, err); to.Host != "localhost:8080" || to.Path != "/kept/"+object {
		t.Errorf("leads to %s", to)
	}
}

// bucket is an S3 bucket with versions of objects.
type bucket struct {
	t        *testing.T
	size     int // of the object; 0 for none, negative for a failure
	versions []version
	keeps    string // a version that it does not delete
	pageSize int
}

type version struct {
	Key       string
	VersionID string `xml:"VersionId"`
	marker    bool
}

func (b *bucket) open() *storage.Bucket {
	server := httptest.NewServer(b)
	b.t.Cleanup(server.Close)
	return storage.Open(config(&server.URL), "kept", server.URL)
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
		b.t.Errorf("unexpected %s %s", r.Method, r.URL)
		w.WriteHeader(http.StatusNotImplemented)
	}
}

func (b *bucket) head(w http.ResponseWriter) {
	switch {
	case b.size < 0:
		w.WriteHeader(http.StatusForbidden)
	case b.size == 0:
		w.WriteHeader(http.StatusNotFound)
	default:
		w.Header().Set("Content-Length", fmt.Sprint(b.size))
	}
}

// list answers a page after the marker, as S3 does: by what is there now.
func (b *bucket) list(w http.ResponseWriter, query url.Values) {
	after := query.Get("key-marker") + " " + query.Get("version-id-marker")
	var page []version
	for _, v := range b.versions {
		if strings.HasPrefix(v.Key, query.Get("prefix")) && (after == " " || v.Key+" "+v.VersionID > after) {
			page = append(page, v)
		}
	}
	cut := len(page) > b.pageSize
	if cut {
		page = page[:b.pageSize]
	}
	_, _ = fmt.Fprintf(w, "<ListVersionsResult><IsTruncated>%t</IsTruncated>", cut)
	if cut {
		last := page[len(page)-1]
		_, _ = fmt.Fprintf(
			w,
			"<NextKeyMarker>%s</NextKeyMarker><NextVersionIdMarker>%s</NextVersionIdMarker>",
			last.Key,
			last.VersionID,
		)
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

func (b *bucket) remove(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Object []version }
	if err := xml.NewDecoder(r.Body).Decode(&asked); err != nil {
		b.t.Error(err)
	}
	_, _ = fmt.Fprint(w, "<DeleteResult>")
	for _, o := range asked.Object {
		if o.VersionID == b.keeps {
			_, _ = fmt.Fprintf(
				w,
				"<Error><Key>%s</Key><VersionId>%s</VersionId><Code>AccessDenied</Code></Error>",
				o.Key,
				o.VersionID,
			)
			continue
		}
		b.versions = slices.DeleteFunc(
			b.versions,
			func(v version) bool { return v.Key == o.Key && v.VersionID == o.VersionID },
		)
	}
	_, _ = fmt.Fprint(w, "</DeleteResult>")
}

func TestLength(t *testing.T) {
	for _, c := range []struct {
		size   int
		length int64
		there  bool
		fails  bool
	}{{size: 7, length: 7, there: true}, {size: 0}, {size: -1, fails: true}} {
		ctx, counted := meter.With(t.Context())
		length, there, err := (&bucket{t: t, size: c.size}).open().Length(ctx, object)
		if length != c.length || there != c.there || (err != nil) != c.fails {
			t.Errorf("of %d: got %d, %t, %v", c.size, length, there, err)
		}
		if figures := counted.Figures(); figures.Trips != 1 ||
			!slices.Equal(figures.Calls, []string{"s3:GetObject BackupBucket/*", "s3:ListBucket BackupBucket"}) {
			t.Errorf("counted %+v", figures)
		}
	}
}

func TestErase(t *testing.T) {
	other := version{Key: object + "0", VersionID: "9"}
	in := &bucket{t: t, pageSize: 2, versions: []version{
		{Key: object, VersionID: "1"}, {Key: object, VersionID: "2", marker: true}, {Key: object, VersionID: "3"}, other,
	}}
	ctx, counted := meter.With(t.Context())
	kept := in.open()
	for range 2 { // what is gone may be erased again
		if err := kept.Erase(ctx, object); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(in.versions, []version{other}) {
		t.Errorf("left %+v", in.versions)
	}
	if calls := counted.Figures().Calls; !slices.Contains(calls, "s3:ListBucketVersions BackupBucket") ||
		!slices.Contains(calls, "s3:DeleteObjectVersion BackupBucket/*") {
		t.Errorf("counted %v", calls)
	}
}

func TestAVersionThatStaysIsAnError(t *testing.T) {
	in := &bucket{
		t:        t,
		pageSize: 10,
		keeps:    "2",
		versions: []version{{Key: object, VersionID: "1"}, {Key: object, VersionID: "2"}},
	}
	if err := in.open().Erase(t.Context(), object); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
		t.Errorf("got %v", err)
	}
}
