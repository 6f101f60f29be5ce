// Package api defines the HTTP operations: their paths, inputs, outputs and documentation. Each operation has its own
// file and calls one use case.
package api

import (
	"reflect"

	"tenantry/shared/httpapi"
	"tenantry/shared/request"
)

// Operations has a method for each operation of the API. A method takes the use cases that the operation calls.
type Operations struct{}

// All returns every operation, for the API's document: its Spec and types. The operations have no use cases, so they
// must not be served.
func All() []httpapi.Endpoint {
	methods := reflect.ValueOf(Operations{})
	all := make([]httpapi.Endpoint, methods.NumMethod())
	for i := range all {
		method := methods.Method(i)
		useCases := make([]reflect.Value, method.Type().NumIn())
		for j := range useCases {
			useCases[j] = reflect.Zero(method.Type().In(j))
		}
		reflect.ValueOf(&all[i]).Elem().Set(method.Call(useCases)[0])
	}
	return all
}

// The tags of the OpenAPI document. They are the words of the guide.
const (
	accessTag     = "Access"
	customersTag  = "Customers"
	panelUsersTag = "Panel users"
	resellersTag  = "Resellers"
	plansTag      = "Plans"
	hostingTag    = "Hosting"
	backupsTag    = "Backups"
	operationsTag = "Operations"
	serviceTag    = "Service"
)

func metadataOf(call httpapi.Call) request.Metadata {
	return request.Metadata{
		ID: call.RequestID, Address: call.Address, UserAgent: call.UserAgent, Key: call.Key, IfMatch: call.IfMatch,
	}
}
