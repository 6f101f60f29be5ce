package dynamo

import (
	"context"

	"tenantry/shared/access"
	"tenantry/shared/directory"
)

// The store is all of these.
var (
	_ access.SessionReader  = (*Store)(nil)
	_ access.SignInStore    = (*Store)(nil)
	_ access.AccountChanger = (*Store)(nil)
	_ directory.Creator     = (*Store)(nil)
	_ directory.Reader      = (*Store)(nil)
	_ directory.Lister      = (*Store)(nil)
)

var _ interface {
	Found(ctx context.Context, founding access.Founding) error
	End(ctx context.Context, session access.Session) error
} = (*Store)(nil)
