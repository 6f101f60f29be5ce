package backup

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// Create declares a backup of a subscription and returns where to upload it. Errors: fault.NotFound, fault.Forbidden,
// fault.InvalidRequest, fault.LimitExceeded if the plan does not allow so many or so large backups, fault.Busy,
// fault.SecretShownOnce.
func (b Backups) Create(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	subscription string,
	size int64,
) (Upload, error) {
	if size < 1 || size > resource.MaxUploadSize {
		return Upload{}, fault.Invalid(
			fault.Field{Pointer: "/size", Code: "out-of-range", Detail: "A backup must have at least 1 byte and at most 5 GiB."},
		)
	}
	return edit.Update(
		ctx,
		b.editor(),
		meta,
		b.readSubscription(caller, meta.Key, subscription),
		func(found hosting.SubscriptionContext, now time.Time) (edit.Outcome[Upload], error) {
			limits := limitsOf(found)
			if err := limits.Check(found.Subscription, size); err != nil {
				return edit.Outcome[Upload]{}, err
			}
			created := &Backup{
				ID: b.NewID(IDPrefix), Subscription: subscription, Customer: found.Subscription.Customer,
				Creator: caller.Account.ID, Size: size, State: Uploading, CreatedAt: now, Version: 1,
			}
			url, headers, err := b.Storage.UploadURL(ctx, created.Key(), size)
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
