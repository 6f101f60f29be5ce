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
	store := p.Table()
	buckets := storage.Open(p.AWS, p.BackupBucket(), p.StorageURL())
	accept := p.StatusAcceptor()
	maps.Copy(accept.Processors, p.RemovalAcceptor().Processors)
	maps.Copy(accept.Processors, p.TransferAcceptor().Processors)
	return []any{
		store, accept, p.Change(), p.Create(), p.Get(), p.List(), p.Trail(), p.PanelUsers(p.List()), p.Resellers(),
		p.Subscriptions(), p.Websites(), p.Backups(buckets), p.OperationViewer(), p.OperationCanceller(), p.Tokens(),
		p.Self(), p.ResetLinks(),
		changefeed.Reader{Store: store, Cursors: p.Cursors(), Now: p.Now},
		hosting.Gate{Store: store, Now: p.Now},
		hosting.Search{Store: store, Cursors: p.Cursors(), Now: p.Now},
		navigate.Navigator{Store: store, Now: p.Now},
		access.SignIn{
			Store: store, Hasher: p.Hasher(), Limits: p.Limits(), Lifetime: p.SessionLifetime(), NewID: p.IDs().New,
			Random: p.Random, Now: p.Now,
		},
		access.SignOut{Store: store},
		reset.Requester{Store: store, Mails: p.MailLimiter(), NewID: p.IDs().New, Now: p.Now},
		reset.Redeemer{
			Store: store, Hasher: p.Hasher(), Policy: p.Policy(), Mails: p.MailLimiter(), NewID: p.IDs().New, Now: p.Now,
		},
	}
}
