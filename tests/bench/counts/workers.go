package counts

import (
	"context"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/task"
)

// createAdministrator runs create-administrator.
func (s *scene) createAdministrator(ctx context.Context) error {
	p := s.platform
	first := access.FirstAdministrator{
		Store: p.Table(), NewID: p.IDs().New, Hasher: p.Hasher(), Policy: p.Policy(), Random: p.Random, Now: p.Now,
	}
	_, err := task.Direct(p.Task("createAdministrator"), first.Create)(ctx, access.AdministratorInput{
		Login: "boss", Password: scenePassword, Contact: account.Contact{Name: "Boss", Email: "boss@example.com"},
	})
	return err
}
