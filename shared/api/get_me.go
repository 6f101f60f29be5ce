package api

import (
	"context"
	"net/http"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/httpapi"
)

// Me is the caller's account and permissions.
type Me struct {
	Account     OwnAccount     `json:"account"`
	Permissions []access.Scope `json:"permissions" nullable:"false" doc:"Scopes that the caller has."`
	CSRFToken   string         `json:"csrfToken,omitempty" doc:"Value of the header X-CSRF-Token, which every write with the session cookie needs."`
}

// OwnAccount is the caller's account as far as its credential may read it.
type OwnAccount struct {
	ID        account.ID       `json:"id"`
	Kind      account.Kind     `json:"kind" enum:"administrator,reseller,customer,panel-user"`
	Login     string           `json:"login,omitempty" doc:"An API token needs the scope customers:read to see the login."`
	Contact   *account.Contact `json:"contact,omitempty" doc:"An API token needs the scope customers:read to see the contact information."`
	Customer  account.ID       `json:"customer,omitempty" doc:"Of a panel user: the id of the customer on whose behalf it signs in."`
	CreatedAt time.Time        `json:"createdAt"`
	Version   int64            `json:"version"`
}

// ownAccount returns the caller's account. An API token sees personal data only with the scope customers:read.
func ownAccount(caller access.Caller) OwnAccount {
	a := &caller.Account
	own := OwnAccount{ID: a.ID, Kind: a.Kind, CreatedAt: a.CreatedAt, Version: a.Version}
	if a.Kind == account.PanelUser {
		own.Customer = a.Owner
	}
	if caller.CheckScope(access.CustomersRead) == nil {
		own.Login, own.Contact = string(a.Login), &a.Contact
	}
	return own
}

type meOutput struct {
	ETag string `header:"ETag"`
	Body Me
}

// GetMe returns the caller's account and permissions.
func (Operations) GetMe() httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "getMe",
		Method:  http.MethodGet,
		Path:    "/v1/me",
		Tag:     accessTag,
		Summary: "Get my account",
		Description: "Returns the caller's account and permissions. An API token without the scope customers:read sees " +
			"neither the login nor the contact information. For browsers, the response also has the CSRF token that writes " +
			"need.",
		Callers: access.Everyone,
		Scope:   access.AnyScope,
	}, func(_ context.Context, call httpapi.Call, _ *struct{}) (*meOutput, error) {
		own := ownAccount(call.Caller)
		out := &meOutput{
			ETag: httpapi.ETag(own.Version), Body: Me{Account: own, Permissions: call.Caller.Scopes()},
		}
		if call.ByCookie {
			out.Body.CSRFToken = call.Token.CSRFToken()
		}
		return out, nil
	})
}
