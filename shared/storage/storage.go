// Package storage keeps backups in an S3 bucket.
package storage

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tenantry/shared/backup"
	"tenantry/shared/meter"
)

// Bucket is a bucket of backups. The bucket is versioned, so erasing an object deletes all of its versions.
type Bucket struct {
	name   string
	client *s3.Client
	signer *s3.PresignClient
}

// Open returns the bucket with a name. Callers reach the bucket at publicURL; empty is S3's own address.
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

// The resources of the permissions, as the template names them.
const (
	inBucket  = " BackupBucket"
	onObjects = " BackupBucket/*"
)

// count records calls, for the log line of the request and the check of roles.
func count(ctx context.Context, calls ...string) { meter.From(ctx).AddTrip(0, 0, calls...) }

// UploadURL returns an address for an upload. The size is part of the signature.
func (b *Bucket) UploadURL(ctx context.Context, key string, size int64) (string, error) {
	count(ctx, "s3:PutObject"+onObjects)
	signed, err := b.signer.PresignPutObject(
		ctx,
		&s3.PutObjectInput{Bucket: &b.name, Key: &key, ContentLength: &size},
		lifetime,
	)
	if err != nil {
		return "", err
	}
	return signed.URL, nil
}

// DownloadURL returns an address for a download.
func (b *Bucket) DownloadURL(ctx context.Context, key string) (string, error) {
	count(ctx, "s3:GetObject"+onObjects)
	signed, err := b.signer.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &b.name, Key: &key}, lifetime)
	if err != nil {
		return "", err
	}
	return signed.URL, nil
}

// Length returns the number of bytes of an object, and reports whether the object exists.
func (b *Bucket) Length(ctx context.Context, key string) (int64, bool, error) {
	count(
		ctx,
		"s3:GetObject"+onObjects,
		"s3:ListBucket"+inBucket,
	) // without ListBucket, S3 answers a missing object as a forbidden one
	head, err := b.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.name, Key: &key})
	switch _, missing := errors.AsType[*types.NotFound](err); {
	case missing:
		return 0, false, nil
	case err != nil:
		return 0, false, err
	}
	return aws.ToInt64(head.ContentLength), true, nil
}

// eraseTimeout is the time limit for erasing one object, which has few versions.
const eraseTimeout = 10 * time.Second

// Erase deletes all versions and delete markers of an object.
func (b *Bucket) Erase(ctx context.Context, key string) error {
	ctx, cancel := context.WithTimeout(ctx, eraseTimeout)
	defer cancel()
	pages := s3.NewListObjectVersionsPaginator(b.client, &s3.ListObjectVersionsInput{Bucket: &b.name, Prefix: &key})
	for pages.HasMorePages() {
		count(ctx, "s3:ListBucketVersions"+inBucket)
		found, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		gone := versionsOf(key, found)
		if len(gone) == 0 {
			continue
		}
		count(ctx, "s3:DeleteObjectVersion"+onObjects)
		done, err := b.client.DeleteObjects(
			ctx,
			&s3.DeleteObjectsInput{Bucket: &b.name, Delete: &types.Delete{Objects: gone, Quiet: aws.Bool(true)}},
		)
		if err != nil {
			return err
		}
		if len(done.Errors) > 0 {
			return errors.New("the storage kept a version: " + aws.ToString(done.Errors[0].Code))
		}
	}
	return nil
}

// versionsOf returns the versions and delete markers of one key on a page. The page may hold longer keys with the same
// prefix.
func versionsOf(key string, page *s3.ListObjectVersionsOutput) []types.ObjectIdentifier {
	var all []types.ObjectIdentifier
	for _, v := range page.Versions {
		if aws.ToString(v.Key) == key {
			all = append(all, types.ObjectIdentifier{Key: v.Key, VersionId: v.VersionId})
		}
	}
	for _, m := range page.DeleteMarkers {
		if aws.ToString(m.Key) == key {
			all = append(all, types.ObjectIdentifier{Key: m.Key, VersionId: m.VersionId})
		}
	}
	return all
}
