package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewBackup is what a backup is declared with.
type NewBackup struct {
	Size int64 `json:"size" minimum:"1" doc:"bytes; the upload has exactly so many"`
}

type createBackupInput struct {
	SubscriptionPath

	Body NewBackup
}

type uploadOutput struct {
	Location string `header:"Location"`
	Body     backup.Upload
}

// CreateBackup declares a backup.
func (Operations) CreateBackup(backups backup.Backups) httpapi.Operation {
	return httpapi.New(httpapi.Spec{
		ID: "createBackup", Method: http.MethodPost, Path: "/v1/subscriptions/{subscriptionId}/backups", Tag: backupsTag,
		Summary: "Take a backup", Description: "Answers an address to send it to, by one PUT of exactly the declared size within ten minutes.",
		Callers: keepers, Scope: access.HostingWrite, Faults: []fault.Code{fault.LimitExceeded, fault.Busy, fault.SecretShownOnce},
	}, func(ctx context.Context, call httpapi.Call, in *createBackupInput) (*uploadOutput, error) {
		made, err := backups.Create(ctx, call.Caller, requestOf(call), in.SubscriptionID, in.Body.Size)
		return &uploadOutput{Location: "/v1/backups/" + made.ID, Body: made}, err
	})
}
