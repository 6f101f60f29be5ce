package counts

import (
	"fmt"
	"maps"
	"reflect"
	"strings"

	"tenantry/shared/access"
	"tenantry/shared/api"
	"tenantry/shared/changefeed"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
	"tenantry/shared/navigate"
	"tenantry/shared/password"
	"tenantry/shared/platform"
	"tenantry/shared/reset"
	"tenantry/shared/storage"
)

// operations returns all operations of the API. Each gets the use cases that its function gives it, by their types.
func operations(p *platform.Platform) []httpapi.Endpoint {
	common := useCases(p)
	methods := reflect.ValueOf(api.Operations{})
	endpoints := make([]httpapi.Endpoint, methods.NumMethod())
	for i := range endpoints {
		plans := p.ServicePlans()
		if strings.Contains(methods.Type().Method(i).Name, "ResellerPlan") {
			plans = p.ResellerPlans()
		}
		method, available := methods.Method(i), append([]any{plans}, common...)
		arguments := make([]reflect.Value, method.Type().NumIn())
		for j := range arguments {
			arguments[j] = argument(available, method.Type().In(j))
		}
		reflect.ValueOf(&endpoints[i]).Elem().Set(method.Call(arguments)[0])
	}
	return endpoints
}

// argument returns the use case of the type.
func argument(useCases []any, wanted reflect.Type) reflect.Value {
	for _, useCase := range useCases {
		if value := reflect.ValueOf(useCase); value.Type().AssignableTo(wanted) {
			return value
		}
	}
	panic(fmt.Sprintf("no %s: add it to useCases", wanted))
}

// useCases returns the use cases of all operations but plans.
func useCases(p *platform.Platform) []any {
	store, hasher, policy := p.Table(), password.Hasher{Random: p.Random}, password.Policy{Minimum: p.PasswordMinimum()}
	create, change, users, resellers := p.Create(), p.Change(), p.PanelUsers(p.List()), p.Resellers()
	create.Passwords, create.Policy = hasher, policy
	change.Passwords, change.Policy = hasher, policy
	users.Create, resellers.Create = create, create
	self, tokens := p.Self(), p.Tokens()
	self.Current.Hasher, self.Policy, tokens.Current.Hasher = hasher, policy, hasher
	accept := p.StatusAcceptor()
	maps.Copy(accept.Processors, p.RemovalAcceptor().Processors)
	maps.Copy(accept.Processors, p.TransferAcceptor().Processors)
	return []any{
		store, create, change, users, resellers, self, tokens, accept, p.Get(), p.List(), p.Trail(), p.Subscriptions(),
		p.Websites(), p.Backups(storage.Open(p.AWS, p.BackupBucket(), p.StorageURL())), p.OperationViewer(),
		p.OperationCanceller(), p.ResetLinks(),
		changefeed.Reader{Store: store, Cursors: p.Cursors(), Now: p.Now},
		hosting.Gate{Store: store, Now: p.Now},
		hosting.Search{Store: store, Cursors: p.Cursors(), Now: p.Now},
		navigate.Navigator{Store: store, Now: p.Now},
		access.SignIn{
			Store: store, Hasher: hasher, Limits: p.Limits(), Lifetime: p.SessionLifetime(), NewID: p.IDs().New,
			Random: p.Random, Now: p.Now,
		},
		access.SignOut{Store: store},
		reset.Requester{Store: store, Mails: p.MailLimiter(), NewID: p.IDs().New, Now: p.Now},
		reset.Redeemer{
			Store: store, Hasher: hasher, Policy: policy, Mails: p.MailLimiter(), NewID: p.IDs().New, Now: p.Now,
		},
	}
}
