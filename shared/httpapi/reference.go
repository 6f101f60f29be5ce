package httpapi

import (
	"context"
	"strings"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// Resolver returns the id of the account that a reference in a path names, such as login:mary. It returns
// account.Nobody if there is none.
type Resolver func(ctx context.Context, caller access.Caller, reference string) (account.ID, error)

// maxReferenceLength is the maxLength of the path parameters that name accounts.
const maxReferenceLength = 100

// accountParams returns the path parameters of a pattern that name a customer or a reseller. They accept references.
func accountParams(pattern string) []string {
	var params []string
	for _, name := range []string{"customerId", "resellerId"} {
		if strings.Contains(pattern, "{"+name+"}") {
			params = append(params, name)
		}
	}
	return params
}

// resolveAccounts replaces the references in the path parameters by ids. A reference without an account becomes
// account.Nobody, which the operation does not find.
func (h *handler) resolveAccounts(ctx context.Context, x *exchange, params map[string]string) error {
	for _, name := range accountParams(x.route.spec.Path) {
		reference := params[name]
		if !strings.Contains(reference, ":") || len(reference) > maxReferenceLength {
			continue
		}
		id, err := h.resolve(ctx, x.call.Caller, reference)
		if err != nil {
			return err
		}
		params[name] = string(id)
	}
	return nil
}
