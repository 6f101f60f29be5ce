// Package storage keeps backups in an S3 bucket.
package storage

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tenantry/shared/backup"
	"tenantry/shared/meter"
)

// Bucket is a versioned bucket of backups.
type Bucket struct {
	name   string
	client *s3.Client
	signer *s3.PresignClient
}

// Open returns the bucket with the name. Clients reach it at publicURL; "" is S3's own address.
func Open(config aws.Config, name, publicURL string) *Bucket {
	local := func(o *s3.Options) { o.UsePathStyle = publicURL != "" }
	public := func(o *s3.Options) {
		if local(o); publicURL != "" {
			o.BaseEndpoint = &publicURL
		}
	}
	return &Bucket{
		name:   name,
		client: s3.NewFromConfig(config, local),
		signer: s3.NewPresignClient(s3.NewFromConfig(config, public)),
	}
}

func lifetime(o *s3.PresignOptions) { o.Expires = backup.AddressLifetime }

// The resources of calls, as the roles in template.yaml name them.
const (
	inBucket  = " BackupBucket"
	onObjects = " BackupBucket/*"
)

// count counts calls in the meter of the context. From the calls `make roles` writes the roles.
func count(ctx context.Context, calls ...string) { meter.From(ctx).AddTrip(0, 0, calls...) }

// ifNoneMatch is the header by which S3 rejects an upload if there is an object with the key.
const ifNoneMatch = "If-None-Match"

// UploadURL returns a URL for one upload, and the header that makes it the only one. The size and the header are part of
// the signature.
func (b *Bucket) UploadURL(ctx context.Context, key string, size int64) (string, map[string]string, error) {
	count(ctx, "s3:PutObject"+onObjects)
	input := &s3.PutObjectInput{Bucket: &b.name, Key: &key, ContentLength: &size, IfNoneMatch: aws.String("*")}
	signed, err := b.signer.PresignPutObject(ctx, input, lifetime)
	if err != nil {
		return "", nil, err
	}
	return signed.URL, map[string]string{ifNoneMatch: signed.SignedHeader.Get(ifNoneMatch)}, nil
}

// DownloadURL returns a URL for a download, which is saved under the file name. The response has the
// Content-Disposition attachment, so that a browser does not show what a customer has uploaded as a page of the
// storage.
func (b *Bucket) DownloadURL(ctx context.Context, key, fileName string) (string, error) {
	count(ctx, "s3:GetObject"+onObjects)
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": fileName})
	input := &s3.GetObjectInput{Bucket: &b.name, Key: &key, ResponseContentDisposition: &disposition}
	signed, err := b.signer.PresignGetObject(ctx, input, lifetime)
	if err != nil {
		return "", err
	}
	return signed.URL, nil
}

// Length returns the number of bytes of an object, and false if it does not exist.
func (b *Bucket) Length(ctx context.Context, key string) (int64, bool, error) {
	// Without the permission to list the bucket, S3 reports a missing object as forbidden.
	count(ctx, "s3:GetObject"+onObjects, "s3:ListBucket"+inBucket)
	head, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key})
	switch _, isMissing := errors.AsType[*types.NotFound](err); {
	case isMissing:
		return 0, false, nil
	case err != nil:
		return 0, false, err
	}
	return aws.ToInt64(head.ContentLength), true, nil
}

// eraseTimeout is the time for erasing one object, which has few versions.
const eraseTimeout = 10 * time.Second

// Erase deletes all versions and delete markers of an object. It returns nil if there are none.
func (b *Bucket) Erase(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, eraseTimeout)
	defer cancel()
	pages := s3.NewListObjectVersionsPaginator(b.client, &s3.ListObjectVersionsInput{Bucket: &b.name, Prefix: &key})
	for pages.HasMorePages() {
		count(ctx, "s3:ListBucketVersions"+inBucket)
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		versions := versionsOf(key, page)
		if len(versions) == 0 {
			continue
		}
		count(ctx, "s3:DeleteObjectVersion"+onObjects)
		output, err := b.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
			Bucket: &b.name, Delete: &types.Delete{Objects: versions, Quiet: aws.Bool(true)},
		})
		if err != nil {
			return err
		}
		if len(output.Errors) > 0 {
			return fmt.Errorf("S3 did not delete a version: %s", aws.ToString(output.Errors[0].Code))
		}
	}
	return nil
}

// versionsOf returns the versions and delete markers of a key. The page also has other keys that begin with the key.
func versionsOf(key string, page *s3.ListObjectVersionsOutput) []types.ObjectIdentifier {
	var versions []types.ObjectIdentifier
	for _, version := range page.Versions {
		if aws.ToString(version.Key) == key {
			versions = append(versions, types.ObjectIdentifier{Key: version.Key, VersionId: version.VersionId})
		}
	}
	for _, marker := range page.DeleteMarkers {
		if aws.ToString(marker.Key) == key {
			versions = append(versions, types.ObjectIdentifier{Key: marker.Key, VersionId: marker.VersionId})
		}
	}
	return versions
}
