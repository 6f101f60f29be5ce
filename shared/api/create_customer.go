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

// NewAccount holds the fields that new customers and new resellers have in common.
type NewAccount struct {
	Login       string          `json:"login" maxLength:"60" doc:"Converted to lower case. Letters, digits, dot, underscore, @ and hyphen." example:"ada"`
	Password    *string         `json:"password,omitempty" maxLength:"256" format:"password" doc:"Without a password, the account gets a mail with a link to set one."`
	Contact     account.Contact `json:"contact"`
	Description string          `json:"description,omitempty" maxLength:"4000" doc:"Note of the owner. Visible to the owner and the administrator only."`
	ExternalID  string          `json:"externalId,omitempty" maxLength:"64" doc:"Id of the account in another system, such as a billing system. Unique among the accounts of an owner."`
}

// NewCustomer is the body of a new customer.
type NewCustomer struct {
	NewAccount

	Owner account.ID `json:"owner,omitempty" maxLength:"40" doc:"Id of a reseller, or the word administrator. Only the administrator can set it. The default is the caller."`
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
func (Operations) CreateCustomer(create directory.Create) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:          "createCustomer",
		Method:      http.MethodPost,
		Path:        "/v1/customers",
		Tag:         customersTag,
		Summary:     "Create a customer",
		Description: "Without a password, the customer gets a mail with a link to set one. A repeated request returns 404 if you no longer see the customer.",
		Callers:     access.Managers,
		Scope:       access.CustomersWrite,
		Faults:      []fault.Code{fault.LoginTaken, fault.Conflict, fault.LimitExceeded, fault.NotFound},
	}, func(ctx context.Context, call httpapi.Call, in *createCustomerInput) (*createdOutput, error) {
		input := in.Body.account()
		input.Owner = in.Body.Owner
		customer, err := create.Customer(ctx, call.Caller, metadataOf(call), input)
		return &createdOutput{
			ETag:     httpapi.ETag(customer.Version),
			Location: "/v1/customers/" + string(customer.ID),
			Body:     customer,
		}, err
	})
}
