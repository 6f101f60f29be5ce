// Package backup manages backups in the internal storage. A caller first declares a backup and its size. The caller
// then uploads the backup straight to the storage, with an address that is valid for that size. The backup is ready
// once the storage reports it.
package backup

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/request"
	"tenantry/shared/resource"
)

// IDPrefix begins the ids of backups.
const IDPrefix = "bak_"

// AddressLifetime is how long an address for an upload or a download is valid.
const AddressLifetime = 10 * time.Minute

// UploadState says whether the storage has received a backup.
type UploadState string

// The states of a backup.
const (
	Uploading UploadState = "uploading"
	Ready     UploadState = "ready"
)

// Backup is one backup of a subscription. Its creator decides whether it is erased when the customer is removed (guide:
// Removing Accounts). The creator AdministratorOwner stands for all administrators, who have taken the backup over.
type Backup struct {
	ID           string
	Subscription string
	Customer     account.ID
	Creator      account.ID
	Size         int64  // bytes, as declared
	FileName     string // of the uploaded file; "" if the caller did not say
	State        UploadState
	CreatedAt    time.Time
	Version      int64
}

// Key returns the backup's key in the storage. It begins with the customer, so that all backups of a customer can be
// listed.
func (b *Backup) Key() string { return "backups/" + string(b.Customer) + "/" + b.ID }

// BackupView is the view of a backup.
type BackupView struct {
	ID           string      `json:"id" example:"bak_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
	Subscription string      `json:"subscription" doc:"Id of the subscription. The subscription may have been removed."`
	Size         int64       `json:"size" doc:"Size in bytes."`
	FileName     string      `json:"fileName,omitempty" doc:"Name of the uploaded file, if it was given."`
	State        UploadState `json:"state" enum:"uploading,ready" doc:"A backup is ready when the storage has received all of it."`
	Creator      account.ID  `json:"createdBy" doc:"Id of the account that created the backup. The word administrator if that account was removed and the administrators took over the backup."`
	CreatedAt    time.Time   `json:"createdAt"`
	Version      int64       `json:"version"`
	DownloadURL  string      `json:"downloadUrl,omitempty" doc:"Where to download a backup that is ready. Valid for ten minutes."`
}

func view(b *Backup) BackupView {
	return BackupView{
		ID:           b.ID,
		Subscription: b.Subscription,
		Size:         b.Size,
		FileName:     b.FileName,
		State:        b.State,
		Creator:      b.Creator,
		CreatedAt:    b.CreatedAt,
		Version:      b.Version,
	}
}

// Upload says where to upload a declared backup.
type Upload struct {
	ID        string            `json:"id"`
	UploadURL string            `json:"uploadUrl" doc:"Where to upload the backup, in one PUT request of exactly the declared size. Only the first upload is accepted."`
	Headers   map[string]string `json:"headers" doc:"Headers that the upload must have."`
	ExpiresAt time.Time         `json:"expiresAt"`
}

// Storage keeps the contents of backups.
type Storage interface {
	// UploadURL returns an address for one upload of a size, and the headers that the upload must have. The storage
	// rejects an upload if there is an object with the key.
	UploadURL(ctx context.Context, key string, size int64) (string, map[string]string, error)
	// DownloadURL returns an address for a download, which browsers save under the file name and do not show.
	DownloadURL(ctx context.Context, key, fileName string) (string, error)
	// Length returns the number of bytes of an object, and reports whether the object exists.
	Length(ctx context.Context, key string) (int64, bool, error)
	// Erase deletes all versions of an object. It returns nil if there are none.
	Erase(ctx context.Context, key string) error
}

// BackupChange is a change of a backup with everything that is written in the same transaction. Before is nil for a new
// backup, After for a deleted one. ExpectedCustomer is the customer that the rules were checked against: its kind and
// its owner must be unchanged.
type BackupChange struct {
	Before, After    *Backup
	ExpectedCustomer *account.Account
	Limits           Allowance  // of a new backup
	HasSubscription  bool       // whether a deleted backup is counted on its subscription, which must exist
	HasCreator       bool       // whether the backup is counted on its creator, which must exist
	Tombstone        *Tombstone // of a deleted backup
	Event            event.Event
	Record           *idempotency.Record
}

// Allowance is what the plan of a subscription allows for its backups together. Number and Size can be resource.Unlimited.
type Allowance struct {
	SubscriptionVersion int64 // the version of the subscription that the limits were read with
	Number              int64
	Size                int64 // bytes
}

// limitsOf returns the limits of a subscription's backups.
func limitsOf(found hosting.SubscriptionContext) Allowance {
	set := found.Subscription.EffectiveResources(found.Plan)
	return Allowance{
		SubscriptionVersion: found.Subscription.Version,
		Number:              set.Allotment(resource.Backups),
		Size:                set.Allotment(resource.BackupSize),
	}
}

// Check returns fault.LimitExceeded if the subscription cannot have another backup of the size.
func (l Allowance) Check(subscription *hosting.Subscription, size int64) error {
	if l.Number != resource.Unlimited && subscription.Backups >= l.Number {
		return resource.Exceeded(resource.Backups, 1, l.Number-subscription.Backups)
	}
	if l.Size != resource.Unlimited && subscription.BackupSize+size > l.Size {
		return resource.Exceeded(resource.BackupSize, size, l.Size-subscription.BackupSize)
	}
	return nil
}

// BackupContext is a backup with what access to it depends on.
type BackupContext struct {
	Backup *Backup             // nil if there is none
	Chain  hosting.Chain       // of the customer; empty if the customer is gone
	First  *idempotency.Record // the record of the request; nil if the request has not taken effect

	HasSubscription bool   // whether the subscription exists
	Domain          string // the primary domain of the subscription; "" if there is none
	HasCreator      bool   // whether the account that created the backup exists
}

// Store keeps the metadata of backups.
type Store interface {
	edit.Records
	TombstoneStore
	// ReadSubscription reads a subscription with its context, consistently.
	ReadSubscription(ctx context.Context, id string, key idempotency.Key) (hosting.SubscriptionContext, error)
	// ReadBackup reads a backup with its context, consistently.
	ReadBackup(ctx context.Context, id string, key idempotency.Key) (BackupContext, error)
	// WriteBackup writes a change, and counts a new or deleted backup on its subscription and its creator. Errors for a
	// new backup: fault.NotFound if the subscription is gone or being removed; fault.LimitExceeded; fault.Busy if the
	// customer is not ready; fault.VersionMismatch if the customer differs from ExpectedCustomer or the subscription has
	// changed. Errors for all changes: fault.VersionMismatch if the backup has changed; *idempotency.Replayed.
	WriteBackup(ctx context.Context, change BackupChange) error
	// ListBackups returns a subscription's backups in order of creation, those after an id only, and reports whether there
	// may be more.
	ListBackups(ctx context.Context, subscription, after string, limit int) ([]Backup, bool, error)
	// ListCreated returns a creator's backups, newest first, those before an id only ("" for all), and reports whether
	// there may be more.
	ListCreated(ctx context.Context, creator account.ID, before string, limit int) ([]Backup, bool, error)
}

// Backups declares, reads, lists and deletes backups.
type Backups struct {
	Store   Store
	Storage Storage
	NewID   func(prefix string) string
	Cursors *page.Sealer
	Now     func() time.Time
}

// event returns an event about a backup, in the trail of an account.
func (b Backups) event(
	name event.Name, trail *account.Account, caller access.Caller, meta request.Metadata, backup *Backup, now time.Time,
) event.Event {
	described := event.New(b.NewID, name, trail, caller.Account.ID, meta.ID, now)
	described.Subject = backup.ID
	described.Changes = []account.FieldChange{{Field: "backup", New: backup.Size}}
	return described
}

func (b Backups) editor() edit.Editor { return edit.Editor{Records: b.Store, Now: b.Now} }

// find reads a backup in the caller's view: of a customer that the caller sees now, or, if the customer is gone, one
// that the caller created. If the request has taken effect, only its record is returned. It returns fault.NotFound if
// there is no such backup.
func (b Backups) find(
	ctx context.Context,
	caller access.Caller,
	id string,
	key idempotency.Key,
) (BackupContext, error) {
	found, err := b.Store.ReadBackup(ctx, id, key)
	if err == nil && found.First == nil && (found.Backup == nil || !sees(caller, found)) {
		err = fault.NotInView()
	}
	return found, err
}

// sees reports whether the caller may see a backup: by the customer, or as its creator once the customer is gone.
func sees(caller access.Caller, found BackupContext) bool {
	if len(found.Chain) == 0 {
		return caller.IsAdministrator() || found.Backup.Creator == caller.Account.ID
	}
	return hosting.Sees(caller, found.Chain)
}
