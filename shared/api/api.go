// Package api says what the HTTP operations take and answer: one file an operation, each a typed wrapping of one use case.
package api

import (
	"tenantry/shared/access"
	"tenantry/shared/change"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
	"tenantry/shared/reset"
)

// All returns every operation of the API, for its document and the tests that go through it. They answer nothing: their
// use cases have no store.
func All() []httpapi.Operation {
	return []httpapi.Operation{
		CreateSession(access.SignIn{}),
		DeleteSession(access.SignOut{}),
		GetMe(),
		ChangeOwnPassword(access.Self{}),
		ChangeOwnContact(access.Self{}),
		RequestPasswordReset(reset.Forget{}),
		ResetPassword(reset.Redeem{}),
		CreateAPIToken(access.Tokens{}),
		ListAPITokens(access.Tokens{}),
		DeleteAPIToken(access.Tokens{}),
		CreateCustomer(directory.Create{}),
		ListCustomers(directory.List{}),
		GetCustomer(directory.Get{}),
		ChangeCustomerContact(directory.Change{}),
		ChangeCustomerLogin(directory.Change{}),
		ChangeCustomerDescription(directory.Change{}),
		CreateResetLink(reset.Manager{}),
		SendResetLink(reset.Manager{}),
		SuspendCustomer(directory.Change{}),
		ActivateCustomer(directory.Change{}),
		ListCustomerEvents(directory.Trail{}),
		CreatePanelUser(directory.PanelUsers{}),
		ListPanelUsers(directory.PanelUsers{}),
		DeletePanelUser(directory.PanelUsers{}),
		CreateReseller(directory.Create{}),
		ListResellers(directory.List{}),
		GetReseller(directory.Get{}),
		SuspendReseller(directory.Change{}),
		ActivateReseller(directory.Change{}),
		GetOpenapi(),
		GetHealth(nil),
	}
}

// The tags of the document, in the guide's words.
const (
	accessTag     = "Access"
	customersTag  = "Customers"
	panelUsersTag = "Panel users"
	resellersTag  = "Resellers"
	serviceTag    = "Service"
)

func requestOf(call httpapi.Call) change.Request {
	return change.Request{ID: call.RequestID, Address: call.Address, Once: call.Once, IfMatch: call.IfMatch}
}
