// Package backup is about backups in the internal storage: declared first, uploaded straight to the storage by an address that
// is good for one upload of the declared size, and ready when the storage says that it has them.
package backup

import (
	"context"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/change"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/once"
	"tenantry/shared/page"
	"tenantry/shared/resource"
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

// Backup is one backup of a subscription. Who made it decides what becomes of it when the customer is removed.
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
	Subscription string     `json:"subscription"`
	Size         int64      `json:"size" doc:"bytes"`
	State        State      `json:"state" enum:"uploading,ready"`
	Creator      account.ID `json:"creator"`
	CreatedAt    time.Time  `json:"createdAt"`
	DownloadURL  string     `json:"downloadUrl,omitempty" doc:"of one that is ready; good for ten minutes"`
}

func view(b *Backup) Record {
	return Record{ID: b.ID, Subscription: b.Subscription, Size: b.Size, State: b.State, Creator: b.Creator, CreatedAt: b.CreatedAt}
}

// Upload is where to send a backup that was declared.
type Upload struct {
	ID        string    `json:"id"`
	UploadURL string    `json:"uploadUrl" doc:"for one PUT of exactly the declared size"`
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

// Writing is everything that one change of a backup writes, together or not at all: nil before for a new one, nil after for
// one that goes.
type Writing struct {
	Before, After *Backup
	Event         event.Event
	Once          *once.Record
}

// Store keeps what is known of backups.
type Store interface {
	// ReadSubscription reads, consistently, a subscription and what it hangs together with.
	ReadSubscription(ctx context.Context, id string, request once.Request) (hosting.Found, error)
	// ReadBackup reads a backup and the chain of its customer; nil when there is none, and an empty chain when the customer is gone.
	ReadBackup(ctx context.Context, id string) (*Backup, hosting.Chain, error)
	// WriteBackup writes a change. Errors: VersionMismatch; *once.Replayed.
	WriteBackup(ctx context.Context, writing Writing) error
	// ListBackups returns a subscription's backups in order of creation, after one, and whether there may be more.
	ListBackups(ctx context.Context, subscription, after string, limit int) ([]Backup, bool, error)
	// ListCreated returns likewise what somebody created.
	ListCreated(ctx context.Context, creator account.ID, after string, limit int) ([]Backup, bool, error)
}

// Backups declares, shows and deletes backups.
type Backups struct {
	Store   Store
	Storage Storage
	IDs     interface {
		New(prefix string) (string, error)
	}
	Cursors *page.Sealer
	Now     func() time.Time
}

// Create declares a backup of a subscription and returns where to send it. Errors: NotFound, Forbidden, InvalidRequest,
// LimitExceeded beyond the subscription's size of a backup, SecretShownOnce.
func (b Backups) Create(ctx context.Context, caller access.Caller, request change.Request, subscription string, size int64) (Upload, error) {
	if size < 1 || size > resource.MaxUploadSize {
		return Upload{}, fault.Invalid(fault.Field{Pointer: "/size", Code: "out-of-range", Detail: "A backup has 1 byte to 5 GiB."})
	}
	found, err := b.Store.ReadSubscription(ctx, subscription, request.Once)
	if err != nil {
		return Upload{}, err
	}
	if found.First != nil {
		return once.Replay[Upload](*found.First, request.Once)
	}
	if found.Subscription == nil || !hosting.Sees(caller, found.Chain) {
		return Upload{}, access.NotInView()
	}
	if most := found.Subscription.Effective(found.Plan).Allotment(resource.BackupSize); most != resource.Unlimited && size > most {
		return Upload{}, fault.New(fault.LimitExceeded, "%s: asked %d, available %d.", resource.BackupSize, size, most)
	}
	id, err := b.IDs.New(IDPrefix)
	if err != nil {
		return Upload{}, err
	}
	now := b.Now().UTC().Truncate(time.Millisecond)
	made := &Backup{
		ID: id, Subscription: subscription, Customer: found.Subscription.Customer, Creator: caller.Account.ID, Size: size, State: Uploading,
		CreatedAt: now, Version: 1,
	}
	url, err := b.Storage.UploadURL(ctx, made.Key(), size)
	if err != nil {
		return Upload{}, err
	}
	writing := Writing{After: made, Once: once.SecretRecord(request.Once, now)}
	if writing.Event, err = b.event(event.BackupCreated, &found.Chain[0], caller, request, made, now); err != nil {
		return Upload{}, err
	}
	shown := Upload{ID: id, UploadURL: url, ExpiresAt: now.Add(AddressLifetime)}
	return once.Answer(shown, request.Once, b.Store.WriteBackup(ctx, writing))
}

func (b Backups) event(name event.Name, of *account.Account, caller access.Caller, request change.Request, about *Backup, now time.Time) (event.Event, error) {
	happened, err := event.New(b.IDs, name, of, caller.Account.ID, request.ID, now)
	happened.Subject = about.ID
	happened.Changes = []account.FieldChange{{Field: "backup", New: about.Size}}
	return happened, err
}

// find reads a backup that the caller created or that lies within its view. Errors: NotFound.
func (b Backups) find(ctx context.Context, caller access.Caller, id string) (*Backup, hosting.Chain, error) {
	found, chain, err := b.Store.ReadBackup(ctx, id)
	if err == nil && (found == nil || found.Creator != caller.Account.ID && !hosting.Sees(caller, chain) && !caller.IsAdministrator()) {
		err = access.NotInView()
	}
	return found, chain, err
}

// Get returns a backup and, when it is ready, an address to download it from. One that is being uploaded is ready from the
// moment on at which the storage reports the declared size. Errors: NotFound.
func (b Backups) Get(ctx context.Context, caller access.Caller, request change.Request, id string) (Record, error) {
	found, chain, err := b.find(ctx, caller, id)
	if err != nil {
		return Record{}, err
	}
	if found.State == Uploading {
		if found, err = b.confirm(ctx, caller, request, found, chain); err != nil {
			return Record{}, err
		}
	}
	shown := view(found)
	if found.State == Ready {
		shown.DownloadURL, err = b.Storage.DownloadURL(ctx, found.Key())
	}
	return shown, err
}

// confirm asks the storage for a backup that is being uploaded.
func (b Backups) confirm(ctx context.Context, caller access.Caller, request change.Request, found *Backup, chain hosting.Chain) (*Backup, error) {
	length, there, err := b.Storage.Length(ctx, found.Key())
	if err != nil || !there || length != found.Size || len(chain) == 0 {
		return found, err
	}
	after := *found
	after.State, after.Version = Ready, found.Version+1
	happened, err := b.event(event.BackupReady, &chain[0], caller, request, found, b.Now().UTC().Truncate(time.Millisecond))
	if err != nil {
		return found, err
	}
	err = b.Store.WriteBackup(ctx, Writing{Before: found, After: &after, Event: happened})
	if fault.Is(err, fault.VersionMismatch) {
		err = nil // somebody else has seen it too
	}
	return &after, err
}

// List lists the backups of a subscription in the caller's view, in order of creation. Errors: NotFound, InvalidRequest for a
// bad cursor.
func (b Backups) List(ctx context.Context, caller access.Caller, subscription string, limit int, cursor string) (page.Page[Record], error) {
	found, err := b.Store.ReadSubscription(ctx, subscription, once.Request{})
	if err != nil {
		return page.Page[Record]{}, err
	}
	if found.Subscription == nil || !hosting.Sees(caller, found.Chain) {
		return page.Page[Record]{}, access.NotInView()
	}
	return b.list(ctx, caller, limit, cursor, "backups of "+subscription, func(after string, limit int) ([]Backup, bool, error) {
		return b.Store.ListBackups(ctx, subscription, after, limit)
	})
}

// ListOwn lists what the caller created, in order of creation, also of what is gone. Errors: InvalidRequest for a bad cursor.
func (b Backups) ListOwn(ctx context.Context, caller access.Caller, limit int, cursor string) (page.Page[Record], error) {
	return b.list(ctx, caller, limit, cursor, "own backups", func(after string, limit int) ([]Backup, bool, error) {
		return b.Store.ListCreated(ctx, caller.Account.ID, after, limit)
	})
}

func (b Backups) list(
	ctx context.Context, caller access.Caller, limit int, cursor, what string, read func(after string, limit int) ([]Backup, bool, error),
) (result page.Page[Record], err error) {
	if limit == 0 {
		limit = page.DefaultLimit
	}
	after, binding := "", []string{string(caller.Account.ID), what}
	if cursor != "" {
		if err := b.Cursors.Open(ctx, cursor, &after, binding...); err != nil {
			return result, err
		}
	}
	rows, more, err := read(after, limit)
	if err != nil {
		return result, err
	}
	result.Items = make([]Record, len(rows))
	for i := range rows {
		result.Items[i] = view(&rows[i])
	}
	if more {
		result.NextCursor, err = b.Cursors.Seal(ctx, rows[len(rows)-1].ID, binding...)
	}
	return result, err
}

// Delete deletes a backup: from the storage first, with all versions, so that a deletion that is cut off can be asked for
// again. Errors: NotFound, VersionMismatch.
func (b Backups) Delete(ctx context.Context, caller access.Caller, request change.Request, id string) error {
	found, chain, err := b.find(ctx, caller, id)
	if err != nil {
		return err
	}
	if err := b.Storage.Erase(ctx, found.Key()); err != nil {
		return err
	}
	of := &account.Account{ID: found.Customer}
	if len(chain) > 0 {
		of = &chain[0]
	}
	happened, err := b.event(event.BackupRemoved, of, caller, request, found, b.Now().UTC().Truncate(time.Millisecond))
	if err != nil {
		return err
	}
	err = b.Store.WriteBackup(ctx, Writing{Before: found, Event: happened})
	if fault.Is(err, fault.VersionMismatch) {
		return b.Delete(ctx, caller, request, id) // it has become ready, or is gone, meanwhile
	}
	return err
}
