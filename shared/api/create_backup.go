package api

import (
	"context"
	"net/http"

	"tenantry/shared/access"
	"tenantry/shared/backup"
	"tenantry/shared/fault"
	"tenantry/shared/httpapi"
)

// NewBackup is the body of a new backup.
type NewBackup struct {
	Size     int64  `json:"size" minimum:"1" doc:"Size in bytes. The upload must have exactly this size."`
	FileName string `json:"fileName,omitempty" maxLength:"100" doc:"Name of the file, under which it is downloaded later. Without it, the download is named after the domain and the date."`
}

type createBackupInput struct {
	SubscriptionPath

	Body NewBackup
}

type uploadOutput struct {
	Location string `header:"Location"`
	Body     backup.Upload
}

// CreateBackup registers a backup and returns the URL for its upload.
func (Operations) CreateBackup(backups backup.Backups) httpapi.Endpoint {
	return httpapi.New(httpapi.Spec{
		ID:      "createBackup",
		Method:  http.MethodPost,
		Path:    "/v1/subscriptions/{subscriptionId}/backups",
		Tag:     backupsTag,
		Summary: "Create a backup",
		Description: "Returns a URL for the upload. Send the backup to it within ten minutes, in one PUT request of exactly the " +
			"declared size and with the returned headers. The number and the total size of a subscription's backups are limited.",
		Callers: accountHolders,
		Scope:   access.HostingWrite,
		Faults:  []fault.Code{fault.LimitExceeded, fault.Busy, fault.SecretShownOnce},
	}, func(ctx context.Context, call httpapi.Call, in *createBackupInput) (*uploadOutput, error) {
		upload, err := backups.Create(ctx, call.Caller, metadataOf(call), in.SubscriptionID, backup.NewBackup(in.Body))
		return &uploadOutput{Location: "/v1/backups/" + upload.ID, Body: upload}, err
	})
}
