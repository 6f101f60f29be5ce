package backup

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// NewBackup is the input for a new backup.
type NewBackup struct {
	Size     int64  // bytes
	FileName string // "" if unknown
}

// maxFileName is the number of characters that a file name may have.
const maxFileName = 100

// validate returns fault.InvalidRequest for a bad size or file name.
func (n NewBackup) validate() error {
	var invalid []fault.Field
	if n.Size < 1 || n.Size > resource.MaxUploadSize {
		invalid = append(invalid, fault.Field{
			Pointer: "/size", Code: "out-of-range", Detail: "A backup must have at least 1 byte and at most 5 GiB.",
		})
	}
	isName := utf8.RuneCountInString(n.FileName) <= maxFileName && account.IsPrintable(n.FileName, false) &&
		!strings.ContainsAny(n.FileName, `/\\`) && strings.Trim(n.FileName, ". ") == n.FileName
	if !isName {
		invalid = append(invalid, fault.Field{
			Pointer: "/fileName", Code: "file-name",
			Detail: "Use at most 100 visible characters in a file name, no slashes, and no dot or space at its ends.",
		})
	}
	return fault.Invalid(invalid...)
}

// Create declares a backup of a subscription and returns where to upload it. Errors: fault.NotFound, fault.Forbidden,
// fault.InvalidRequest, fault.LimitExceeded if the plan does not allow so many or so large backups, fault.Busy,
// fault.SecretShownOnce.
func (b Backups) Create(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	subscription string,
	input NewBackup,
) (Upload, error) {
	if err := input.validate(); err != nil {
		return Upload{}, err
	}
	return edit.Update(
		ctx,
		b.editor(),
		meta,
		b.readSubscription(caller, meta.Key, subscription),
		func(found hosting.SubscriptionContext, now time.Time) (edit.Outcome[Upload], error) {
			limits := limitsOf(found)
			if err := limits.Check(found.Subscription, input.Size); err != nil {
				return edit.Outcome[Upload]{}, err
			}
			created := &Backup{
				ID:           b.NewID(IDPrefix),
				Subscription: subscription,
				Customer:     found.Subscription.Customer,
				Creator:      caller.Account.ID,
				Size:         input.Size,
				FileName:     input.FileName,
				State:        Uploading,
				CreatedAt:    now,
				Version:      1,
			}
			url, headers, err := b.Storage.UploadURL(ctx, created.Key(), input.Size)
			if err != nil {
				return edit.Outcome[Upload]{}, err
			}
			change := BackupChange{After: created, ExpectedCustomer: &found.Chain[0], Limits: limits}
			change.Event = b.event(event.BackupCreated, &found.Chain[0], caller, meta, created, now)
			return edit.Outcome[Upload]{
				Answer: Upload{ID: created.ID, UploadURL: url, Headers: headers, ExpiresAt: now.Add(AddressLifetime)},
				Secret: true,
				Write:  b.write(change),
			}, nil
		},
	)
}

// readSubscription returns a read of a subscription in the caller's view. It returns fault.NotFound if there is none,
// also to a repeated request.
func (b Backups) readSubscription(
	caller access.Caller,
	key idempotency.Key,
	id string,
) edit.Read[hosting.SubscriptionContext] {
	return func(ctx context.Context) (edit.Snapshot[hosting.SubscriptionContext], error) {
		found, err := b.Store.ReadSubscription(ctx, id, key)
		if err == nil && (found.Subscription == nil || !hosting.Sees(caller, found.Chain)) {
			err = fault.NotInView()
		}
		return edit.Snapshot[hosting.SubscriptionContext]{Object: found, Record: found.Record}, err
	}
}

// write returns the write of a change.
func (b Backups) write(change BackupChange) func(context.Context, *idempotency.Record) error {
	return func(ctx context.Context, record *idempotency.Record) error {
		change.Record = record
		return b.Store.WriteBackup(ctx, change)
	}
}
