// Package api says what the HTTP operations take and answer: one file an operation, each a typed wrapping of one use case.
package api

import (
	"tenantry/shared/access"
	"tenantry/shared/change"
	"tenantry/shared/directory"
	"tenantry/shared/httpapi"
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
		CreateCustomer(directory.Create{}),
		ListCustomers(directory.List{}),
		GetCustomer(directory.Get{}),
		CreateReseller(directory.Create{}),
		ListResellers(directory.List{}),
		GetReseller(directory.Get{}),
		GetOpenapi(),
		GetHealth(nil),
	}
}

// The tags of the document, in the guide's words.
const (
	accessTag    = "Access"
	customersTag = "Customers"
	resellersTag = "Resellers"
	serviceTag   = "Service"
)

func requestOf(call httpapi.Call) change.Request {
	return change.Request{ID: call.RequestID, Address: call.Address, Once: call.Once, IfMatch: call.IfMatch}
}
