package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
	"tenantry/shared/page"
)

// ListInput is what every list of accounts takes.
type ListInput struct {
	Status account.Status `query:"status" enum:"active,suspended" doc:"by the account's own holds; without it both"`
	Sort   directory.Sort `query:"sort" enum:"name,-name,created,-created" default:"name" doc:"by name or by creation; - turns it round"`
	Limit  int            `query:"limit" minimum:"1" maximum:"100" default:"25"`
	Cursor string         `query:"cursor" maxLength:"2000" doc:"nextCursor of the page before"`
}

type listCustomersInput struct {
	ListInput

	Owner account.ID `query:"owner" maxLength:"40" doc:"a reseller's id or administrator; without it the administrator gets the customers of all"`
}

func (in ListInput) query(owner account.ID) directory.Query {
	return directory.Query{Owner: owner, Status: in.Status, Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor}
}

// List is a page of a list. A page may be short or even empty although there are more.
type List[T any] struct {
	Items      []T    `json:"items" nullable:"false"`
	NextCursor string `json:"nextCursor,omitempty" doc:"absent at the end of the list"`
	Total      *int64 `json:"total,omitempty" doc:"how many the whole list has, where that is known"`
}

type listOutput[T any] struct{ Body List[T] }

func listed[T any](found page.Page[T], err error) (*listOutput[T], error) {
	return &listOutput[T]{Body: List[T](found)}, err
}

// ListCustomers lists customers.
func (Operations) ListCustomers(list directory.List) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "listCustomers", Method: http.MethodGet, Path: "/v1/customers", Tag: customersTag,
		Summary: "List customers", Description: "Pages may be short; a list ends where nextCursor is absent. New customers show within a second or so.",
		Callers: access.Managers, Scope: access.CustomersRead, Faults: []fault.Code{fault.NotFound},
	}, func(ctx context.Context, call httpapi.Call, in *listCustomersInput) (*listOutput[directory.Customer], error) {
		return listed(list.Customers(ctx, call.Caller, in.query(in.Owner)))
	})
}
