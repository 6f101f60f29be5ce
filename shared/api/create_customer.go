package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewAccount is what customers and resellers are created from.
type NewAccount struct {
	Login       string          `json:"login" maxLength:"60" doc:"folded to lower case; letters, digits, dot, underscore, @ and hyphen" example:"ada"`
	Password    *string         `json:"password,omitempty" maxLength:"256" format:"password" doc:"without one the account gets a link to set it"`
	Contact     account.Contact `json:"contact"`
	Description string          `json:"description,omitempty" maxLength:"4000" doc:"a note for the owner and the administrator"`
	ExternalID  string          `json:"externalId,omitempty" maxLength:"64" doc:"the account's id in a billing system; unique per owner"`
}

// NewCustomer is what a customer is created from.
type NewCustomer struct {
	NewAccount

	Owner account.ID `json:"owner,omitempty" maxLength:"40" doc:"a reseller's id or administrator; chosen by the administrator only, by default itself"`
}

func (n NewAccount) account() directory.NewAccount {
	return directory.NewAccount{
		Login: n.Login, Password: n.Password, Contact: n.Contact, Description: n.Description, ExternalID: n.ExternalID,
	}
}

type createCustomerInput struct{ Body NewCustomer }

type createdOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     directory.Customer
}

// CreateCustomer creates a customer.
func (Operations) CreateCustomer(create directory.Create) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "createCustomer", Method: http.MethodPost, Path: "/v1/customers", Tag: customersTag,
		Summary: "Create a customer", Description: "Without a password the customer gets a mail with a link to set one.",
		Callers: access.Managers, Scope: access.CustomersWrite,
		Faults: []fault.Code{fault.LoginTaken, fault.Conflict, fault.LimitExceeded},
	}, func(ctx context.Context, call httpapi.Call, in *createCustomerInput) (*createdOutput, error) {
		wanted := in.Body.account()
		wanted.Owner = in.Body.Owner
		made, err := create.Customer(ctx, call.Caller, requestOf(call), wanted)
		return &createdOutput{ETag: httpapi.ETag(made.Version), Location: "/v1/customers/" + string(made.ID), Body: made}, err
	})
}
