package backup

import (
	"context"

	"tenantry/shared/access"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// Create declares a backup of a subscription and returns where to send it. Errors: NotFound, Forbidden, InvalidRequest,
// LimitExceeded beyond the subscription's size of a backup, Busy, SecretShownOnce.
func (b Backups) Create(ctx context.Context, caller access.Caller, meta request.Metadata, subscription string, size int64) (Upload, error) {
	if size < 1 || size > resource.MaxUploadSize {
		return Upload{}, fault.Invalid(fault.Field{Pointer: "/size", Code: "out-of-range", Detail: "A backup must have at least 1 byte and at most 5 GiB."})
	}
	for try := 1; ; try++ {
		made, err := b.create(ctx, caller, meta, subscription, size)
		if !fault.Is(err, fault.VersionMismatch) || try == maxTries {
			return made, err
		}
	}
}

// create is one try, on the customer as it is then.
func (b Backups) create(ctx context.Context, caller access.Caller, meta request.Metadata, subscription string, size int64) (Upload, error) {
	found, err := b.Store.ReadSubscription(ctx, subscription, meta.Key)
	if err != nil {
		return Upload{}, err
	}
	if found.First != nil {
		return idempotency.Replay[Upload](*found.First, meta.Key)
	}
	if found.Subscription == nil || !hosting.Sees(caller, found.Chain) {
		return Upload{}, access.NotInView()
	}
	if most := found.Subscription.Effective(found.Plan).Allotment(resource.BackupSize); most != resource.Unlimited && size > most {
		return Upload{}, fault.New(fault.LimitExceeded, "The limit does not allow this. %s: requested %d, available %d.", resource.BackupSize, size, most)
	}
	id := b.NewID(IDPrefix)
	now := b.Now()
	made := &Backup{
		ID: id, Subscription: subscription, Customer: found.Subscription.Customer, Creator: caller.Account.ID, Size: size, State: Uploading,
		CreatedAt: now, Version: 1,
	}
	url, err := b.Storage.UploadURL(ctx, made.Key(), size)
	if err != nil {
		return Upload{}, err
	}
	writing := BackupChange{After: made, Judged: &found.Chain[0], Record: idempotency.SecretRecord(meta.Key, now)}
	writing.Event = b.event(event.BackupCreated, &found.Chain[0], caller, meta, made, now)
	shown := Upload{ID: id, UploadURL: url, ExpiresAt: now.Add(AddressLifetime)}
	return idempotency.Answer(shown, meta.Key, b.Store.WriteBackup(ctx, writing))
}
