// Package api says what the HTTP operations take and answer: one file an operation, each a typed wrapping of one use case.
package api

import (
	"slices"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/directory"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
	"tenantry/shared/operation"
	"tenantry/shared/plan"
	"tenantry/shared/request"
	"tenantry/shared/reset"
)

// All returns every operation of the API, for its document and the tests that go through it. They answer nothing: their
// use cases have no store.
func All() []httpapi.Operation {
	return slices.Concat(accounts(), plansAndHosting(), operations())
}

func accounts() []httpapi.Operation {
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
		SetCustomerSchedule(directory.Change{}),
		GetCustomerSchedule(directory.Get{}),
		DeleteCustomerSchedule(directory.Change{}),
		ListCustomerEvents(directory.Trail{}),
		CreatePanelUser(directory.PanelUsers{}),
		ListPanelUsers(directory.PanelUsers{}),
		DeletePanelUser(directory.PanelUsers{}),
		CreateReseller(directory.Resellers{}),
		ListResellers(directory.List{}, directory.Resellers{}),
		GetReseller(directory.Resellers{}),
		ChangeReseller(directory.Resellers{}),
		SuspendReseller(directory.Resellers{}),
		ActivateReseller(directory.Resellers{}),
		GetOpenapi(),
		GetHealth(nil),
	}
}

func plansAndHosting() []httpapi.Operation {
	return []httpapi.Operation{
		GetResources(),
		CreateServicePlan(plan.Keeper{}),
		ListServicePlans(plan.Keeper{}),
		GetServicePlan(plan.Keeper{}),
		ChangeServicePlan(plan.Keeper{}),
		DeleteServicePlan(plan.Keeper{}),
		CreateResellerPlan(plan.Keeper{}),
		ListResellerPlans(plan.Keeper{}),
		GetResellerPlan(plan.Keeper{}),
		ChangeResellerPlan(plan.Keeper{}),
		DeleteResellerPlan(plan.Keeper{}),
		CreateSubscription(hosting.Subscriptions{}),
		ListSubscriptions(hosting.Subscriptions{}),
		GetSubscription(hosting.Subscriptions{}),
		DeleteSubscription(hosting.Subscriptions{}),
		ChangeSubscriptionPlan(hosting.Subscriptions{}),
		SuspendSubscription(hosting.Subscriptions{}),
		ActivateSubscription(hosting.Subscriptions{}),
		CreateWebsite(hosting.Websites{}),
		ListWebsites(hosting.Websites{}),
		DeleteWebsite(hosting.Websites{}),
		SuspendWebsite(hosting.Websites{}),
		ActivateWebsite(hosting.Websites{}),
		GetGate(hosting.Gate{}),
		CreateBackup(backup.Backups{}),
		ListBackups(backup.Backups{}),
		ListOwnBackups(backup.Backups{}),
		GetBackup(backup.Backups{}),
		DeleteBackup(backup.Backups{}),
	}
}

func operations() []httpapi.Operation {
	return []httpapi.Operation{
		SuspendCustomers(operation.Accept{}),
		ActivateCustomers(operation.Accept{}),
		ConvertCustomer(operation.Accept{}),
		ConvertCustomers(operation.Accept{}),
		MoveCustomer(operation.Accept{}),
		MoveCustomers(operation.Accept{}),
		DeleteCustomer(operation.Accept{}),
		RemoveCustomers(operation.Accept{}),
		DeleteReseller(operation.Accept{}),
		ListOperations(operation.Desk{}),
		GetOperation(operation.Desk{}),
		ListOperationItems(operation.Desk{}),
		CancelOperation(operation.Desk{}),
	}
}

// The tags of the document, in the guide's words.
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

func requestOf(call httpapi.Call) request.Metadata {
	return request.Metadata{ID: call.RequestID, Address: call.Address, Key: call.Key, IfMatch: call.IfMatch}
}
