package backup

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/idempotency"
	"tenantry/shared/page"
	"tenantry/shared/request"
)

// Get returns a backup and, if it is ready, an address to download it from. A backup that is being uploaded becomes
// ready as soon as the storage reports its declared size. It returns fault.NotFound if there is no such backup.
func (b Backups) Get(ctx context.Context, caller access.Caller, meta request.Metadata, id string) (BackupView, error) {
	found, err := b.find(ctx, caller, id, idempotency.Key{})
	if err != nil {
		return BackupView{}, err
	}
	if found.Backup.State == Uploading {
		if found.Backup, err = b.confirm(ctx, caller, meta, found); err != nil {
			return BackupView{}, err
		}
	}
	shown := view(found.Backup)
	if found.Backup.State == Ready {
		shown.DownloadURL, err = b.Storage.DownloadURL(ctx, found.Backup.Key(), found.downloadName())
	}
	return shown, err
}

// downloadName returns the file name of a download: that of the uploaded file, or else one with the domain and the date.
func (c BackupContext) downloadName() string {
	if c.Backup.FileName != "" {
		return c.Backup.FileName
	}
	domain := cmp.Or(hosting.DisplayDomain(c.Domain), "backup")
	return domain + "-" + c.Backup.CreatedAt.UTC().Format(time.DateOnly) + ".bin"
}

// confirm makes a backup ready if the storage has received all of it.
func (b Backups) confirm(
	ctx context.Context,
	caller access.Caller,
	meta request.Metadata,
	found BackupContext,
) (*Backup, error) {
	before := found.Backup
	length, exists, err := b.Storage.Length(ctx, before.Key())
	if err != nil || !exists || length != before.Size || len(found.Chain) == 0 {
		return before, err
	}
	after := *before
	after.State, after.Version = Ready, before.Version+1
	described := b.event(event.BackupReady, &found.Chain[0], caller, meta, before, b.Now())
	err = b.Store.WriteBackup(ctx, BackupChange{Before: before, After: &after, Event: described})
	if fault.Is(err, fault.VersionMismatch) { // another request has confirmed or deleted the backup
		found, err = b.find(ctx, caller, before.ID, idempotency.Key{})
		return found.Backup, err
	}
	return &after, err
}

// List lists the backups of a subscription in the caller's view, in order of creation. Errors: fault.NotFound;
// fault.InvalidRequest for a bad cursor.
func (b Backups) List(
	ctx context.Context,
	caller access.Caller,
	subscription string,
	limit int,
	cursor string,
) (page.Page[BackupView], error) {
	found, err := b.Store.ReadSubscription(ctx, subscription, idempotency.Key{})
	if err != nil {
		return page.Page[BackupView]{}, err
	}
	if found.Subscription == nil || found.Subscription.Removing || !hosting.Sees(caller, found.Chain) {
		return page.Page[BackupView]{}, fault.NotInView()
	}
	return b.list(
		ctx,
		caller,
		limit,
		cursor,
		"backups of "+subscription,
		func(after string, limit int) ([]Backup, bool, error) {
			return b.Store.ListBackups(ctx, subscription, after, limit)
		},
	)
}

// ListOwn lists the backups that the caller created, newest first, including those of customers that are gone or that
// the caller cannot see any more. An administrator's list includes the backups that all administrators have taken over.
// It returns fault.InvalidRequest for a bad cursor.
func (b Backups) ListOwn(
	ctx context.Context,
	caller access.Caller,
	limit int,
	cursor string,
) (page.Page[BackupView], error) {
	return b.list(ctx, caller, limit, cursor, "own backups", func(after string, limit int) ([]Backup, bool, error) {
		if !caller.IsAdministrator() {
			return b.Store.ListCreated(ctx, caller.Account.ID, after, limit)
		}
		return b.listBoth(ctx, [2]account.ID{caller.Account.ID, account.AdministratorOwner}, after, limit)
	})
}

// listBoth returns the backups of two creators as one list.
func (b Backups) listBoth(
	ctx context.Context,
	creators [2]account.ID,
	before string,
	limit int,
) ([]Backup, bool, error) {
	var lists [2][]Backup
	var more [2]bool
	var reads errgroup.Group
	for i, creator := range creators {
		reads.Go(func() (err error) {
			lists[i], more[i], err = b.Store.ListCreated(ctx, creator, before, limit)
			return err
		})
	}
	if err := reads.Wait(); err != nil {
		return nil, false, err
	}
	both := slices.Concat(lists[0], lists[1])
	slices.SortFunc(both, func(a, b Backup) int { return strings.Compare(b.ID, a.ID) })
	return both[:min(limit, len(both))], more[0] || more[1] || len(both) > limit, nil
}

// list returns a page of backups. The cursor is bound to the caller and to the name of the list.
func (b Backups) list(
	ctx context.Context,
	caller access.Caller,
	limit int,
	cursor, list string,
	read func(after string, limit int) ([]Backup, bool, error),
) (result page.Page[BackupView], err error) {
	if limit == 0 {
		limit = page.DefaultLimit
	}
	after, binding := "", []string{string(caller.Account.ID), list}
	if cursor != "" {
		if err := b.Cursors.Open(ctx, cursor, &after, binding...); err != nil {
			return result, err
		}
	}
	rows, more, err := read(after, limit)
	if err != nil {
		return result, err
	}
	result.Items = make([]BackupView, len(rows))
	for i := range rows {
		result.Items[i] = view(&rows[i])
	}
	if more {
		result.NextCursor, err = b.Cursors.Seal(ctx, rows[len(rows)-1].ID, binding...)
	}
	return result, err
}
