// Package backup is about backups in the internal storage: declared first, uploaded straight to the storage by an address that
// is good for one upload of the declared size, and ready when the storage says that it has them.
package backup

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/request"
)

// IDPrefix begins the ids of backups.
const IDPrefix = "bak_"

// AddressLifetime is how long an address of an upload or a download is good.
const AddressLifetime = 10 * time.Minute

// State tells whether the storage has a backup.
type State string

// The states of a backup.
const (
	Uploading State = "uploading"
	Ready     State = "ready"
)

// Backup is one backup of a subscription. Who made it decides what becomes of it when the customer is removed. AdministratorOwner has
// made what all administrators have taken over.
type Backup struct {
	ID           string
	Subscription string
	Customer     account.ID
	Creator      account.ID
	Size         int64 // bytes, as declared
	State        State
	CreatedAt    time.Time
	Version      int64
}

// Key is where the storage has the backup: below its customer, so that all of a customer's can be found.
func (b *Backup) Key() string { return "backups/" + string(b.Customer) + "/" + b.ID }

// Record is a backup as a caller sees it.
type Record struct {
	ID           string     `json:"id" example:"bak_01JDB6X0C7V8Y9Z0A1B2C3D4E5"`
	Subscription string     `json:"subscription" doc:"Id of the subscription. The subscription may have been removed."`
	Size         int64      `json:"size" doc:"Size in bytes."`
	State        State      `json:"state" enum:"uploading,ready" doc:"A backup is ready when the storage has received all of it."`
	Creator      account.ID `json:"createdBy" doc:"Id of the account that created the backup. The word administrator if that account was removed and the administrators took over the backup."`
	CreatedAt    time.Time  `json:"createdAt"`
	Version      int64      `json:"version"`
	DownloadURL  string     `json:"downloadUrl,omitempty" doc:"Where to download a backup that is ready. Valid for ten minutes."`
}

func view(b *Backup) Record {
	return Record{ID: b.ID, Subscription: b.Subscription, Size: b.Size, State: b.State, Creator: b.Creator, CreatedAt: b.CreatedAt, Version: b.Version}
}

// Upload is where to send a backup that was declared.
type Upload struct {
	ID        string    `json:"id"`
	UploadURL string    `json:"uploadUrl" doc:"Where to upload the backup, in one PUT request of exactly the declared size."`
	ExpiresAt time.Time `json:"expiresAt"`
}

// Storage keeps the backups themselves.
type Storage interface {
	// UploadURL returns an address for one upload of a size.
	UploadURL(ctx context.Context, key string, size int64) (string, error)
	// DownloadURL returns an address for a download.
	DownloadURL(ctx context.Context, key string) (string, error)
	// Length tells how many bytes an object has; false when there is none.
	Length(ctx context.Context, key string) (int64, bool, error)
	// Erase forgets an object with all of its versions; none is no error.
	Erase(ctx context.Context, key string) error
}

// BackupChange is a change of a backup with everything that is written in the same transaction. Before is nil for a new backup, After
// for one that is deleted. Judged is the customer as it was when a new backup was judged: its kind and its owner must still be the same.
type BackupChange struct {
	Before, After *Backup
	Judged        *account.Account
	Tombstone     *Tombstone // of a deleted backup
	Event         event.Event
	Record        *idempotency.Record
}

// Found is what a backup hangs together with.
type Found struct {
	Backup *Backup             // nil when there is none
	Chain  hosting.Chain       // of its customer; empty when that is gone
	First  *idempotency.Record // of the request, when it has taken effect before
}

// Store keeps what is known of backups.
type Store interface {
	edit.Records
	TombstoneStore
	// ReadSubscription reads, consistently, a subscription and what it hangs together with.
	ReadSubscription(ctx context.Context, id string, key idempotency.Key) (hosting.Found, error)
	// ReadBackup reads, consistently, a backup and what it hangs together with.
	ReadBackup(ctx context.Context, id string, key idempotency.Key) (Found, error)
	// WriteBackup writes a change. A new backup needs a subscription that stays and a customer that is ready. Errors: NotFound when
	// the subscription is gone or goes; Busy when the customer is not ready; VersionMismatch, also when what Judged says has changed
	// meanwhile; *idempotency.Replayed.
	WriteBackup(ctx context.Context, change BackupChange) error
	// ListBackups returns a subscription's backups in order of creation, after one, and whether there may be more.
	ListBackups(ctx context.Context, subscription, after string, limit int) ([]Backup, bool, error)
	// ListCreated returns what somebody created, newest first, before one ("" for all), and whether there may be more.
	ListCreated(ctx context.Context, creator account.ID, before string, limit int) ([]Backup, bool, error)
}

// Backups declares, shows and deletes backups.
type Backups struct {
	Store   Store
	Storage Storage
	NewID   func(prefix string) string
	Cursors *page.Sealer
	Now     func() time.Time
}

func (b Backups) event(name event.Name, of *account.Account, caller access.Caller, meta request.Metadata, about *Backup, now time.Time) event.Event {
	happened := event.New(b.NewID, name, of, caller.Account.ID, meta.ID, now)
	happened.Subject = about.ID
	happened.Changes = []account.FieldChange{{Field: "backup", New: about.Size}}
	return happened
}

func (b Backups) editor() edit.Editor { return edit.Editor{Records: b.Store, Now: b.Now} }

// find reads a backup in the caller's view: of a customer that the caller sees now, or, if the customer is gone, one that the caller
// created. If the request has taken effect, only its record is returned. It returns fault.NotFound if there is no such backup.
func (b Backups) find(ctx context.Context, caller access.Caller, id string, key idempotency.Key) (Found, error) {
	found, err := b.Store.ReadBackup(ctx, id, key)
	if err == nil && found.First == nil && (found.Backup == nil || !sees(caller, found)) {
		err = access.NotInView()
	}
	return found, err
}

func sees(caller access.Caller, found Found) bool {
	if len(found.Chain) == 0 {
		return caller.IsAdministrator() || found.Backup.Creator == caller.Account.ID
	}
	return hosting.Sees(caller, found.Chain)
}
