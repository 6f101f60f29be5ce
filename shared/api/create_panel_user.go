package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewPanelUser is the body of a new panel user.
type NewPanelUser struct {
	Login    string  `json:"login" maxLength:"60"`
	Password *string `json:"password,omitempty" maxLength:"256" format:"password" doc:"Without a password, the panel user gets a mail with a link to set one. The service sends at most ten such mails an hour for one customer. After that, users must request a link themselves."`
	Email    string  `json:"email" minLength:"1" maxLength:"255"`
	Name     string  `json:"name" minLength:"1" maxLength:"60"`
}

type createPanelUserInput struct {
	CustomerPath

	Body NewPanelUser
}

type panelUserOutput struct{ Body directory.PanelUser }

// CreatePanelUser creates a panel user.
func (Operations) CreatePanelUser(users directory.PanelUsers) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "createPanelUser",
		Method:  http.MethodPost,
		Path:    "/v1/customers/{customerId}/panel-users",
		Tag:     panelUsersTag,
		Summary: "Create a panel user",
		Description: "A panel user signs in on behalf of the customer. While the customer is suspended, its panel users " +
			"cannot sign in.",
		Callers: accountHolders,
		Scope:   access.CustomersWrite,
		Faults:  []fault.Code{fault.LoginTaken, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *createPanelUserInput) (*panelUserOutput, error) {
		user, err := users.Add(ctx, call.Caller, metadataOf(call), in.CustomerID, directory.NewPanelUser(in.Body))
		return &panelUserOutput{Body: user}, err
	})
}

// accountHolders lists all kinds of account except panel users.
var accountHolders = access.Kinds{"administrator", "reseller", "customer"}
