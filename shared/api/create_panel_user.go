package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewPanelUser is what a panel user is created from.
type NewPanelUser struct {
	Login    string  `json:"login" maxLength:"60"`
	Password *string `json:"password,omitempty" maxLength:"256" format:"password" doc:"without one the user gets a link to set it; after ten such mails in an hour users ask for it themselves"`
	Email    string  `json:"email" minLength:"1" maxLength:"255"`
	Name     string  `json:"name" minLength:"1" maxLength:"60"`
}

type createPanelUserInput struct {
	CustomerPath

	Body NewPanelUser
}

type panelUserOutput struct{ Body directory.PanelUser }

// CreatePanelUser creates a panel user.
func (Operations) CreatePanelUser(users directory.PanelUsers) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "createPanelUser", Method: http.MethodPost, Path: "/v1/customers/{customerId}/panel-users", Tag: panelUsersTag,
		Summary: "Create a panel user", Description: "A panel user signs in for the customer and is refused whenever the customer is.",
		Callers: keepers, Scope: access.CustomersWrite, Faults: []fault.Code{fault.LoginTaken, fault.Busy},
	}, func(ctx context.Context, call httpapi.Call, in *createPanelUserInput) (*panelUserOutput, error) {
		made, err := users.Add(ctx, call.Caller, requestOf(call), in.CustomerID, directory.NewPanelUser(in.Body))
		return &panelUserOutput{Body: made}, err
	})
}

// keepers see to panel users: customers to their own, those above to their customers'.
var keepers = access.Kinds{"administrator", "reseller", "customer"}
