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

// ListInput holds the query parameters of lists of customers and resellers.
type ListInput struct {
	Status account.Status `query:"status" enum:"active,suspended" doc:"The account's own status. If absent, the list has accounts of both."`
	Sort   directory.Sort `query:"sort" enum:"name,-name,created,-created" doc:"Sorts by name or by time of creation. A leading - reverses the order. The default is name. Not allowed together with search."`
	Search string         `query:"search" maxLength:"200" doc:"Words that name, company, login, e-mail address, external id or domain names contain. Case and accents do not matter. Words of one or two characters must be at the beginning of a word. Accounts with exactly this login or domain come first, then those in which a word begins like this, then all others."`
	Limit  int            `query:"limit" minimum:"1" maximum:"100" default:"25"`
	Cursor string         `query:"cursor" maxLength:"2000" doc:"Value of nextCursor of the previous page."`
}

type listCustomersInput struct {
	ListInput

	Owner account.ID `query:"owner" maxLength:"40" doc:"Id of a reseller, or the word administrator. If absent, the administrator gets the customers of all owners."`
}

func (in ListInput) query(owner account.ID) directory.Query {
	return directory.Query{
		Owner: owner, Status: in.Status, Search: in.Search, Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor,
	}
}

// List is one page of a list. A page can have fewer items than the limit, or none, even if more pages follow.
type List[T any] struct {
	Items      []T    `json:"items" nullable:"false"`
	NextCursor string `json:"nextCursor,omitempty" doc:"Cursor of the next page. Absent on the last page."`
	Total      *int64 `json:"total,omitempty" doc:"Number of items in the whole list, if it is known."`
}

type listOutput[T any] struct{ Body List[T] }

func listResponse[T any](items page.Page[T], err error) (*listOutput[T], error) {
	return &listOutput[T]{Body: List[T](items)}, err
}

// ListCustomers lists customers.
func (Operations) ListCustomers(list directory.List) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:       "listCustomers",
		Method:   http.MethodGet,
		Path:     "/v1/customers",
		Tag:      customersTag,
		Summary:  "List customers",
		Compress: true,
		Description: "A page can have fewer items than the limit. The last page has no nextCursor. New customers appear " +
			"within about a second, in search results within some seconds.",
		Callers: access.Managers,
		Scope:   access.CustomersRead,
		Faults:  []fault.Code{fault.NotFound},
	}, func(ctx context.Context, call httpapi.Call, in *listCustomersInput) (*listOutput[directory.Customer], error) {
		return listResponse(list.Customers(ctx, call.Caller, in.query(in.Owner)))
	})
}
