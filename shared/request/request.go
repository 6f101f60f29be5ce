// Package request holds the metadata of a request: what an operation knows of it besides its caller and its input.
package request

import "tenantry/shared/idempotency"

// Metadata is the metadata of one request.
type Metadata struct {
	ID      string // for the audit trail
	Address string // the caller's network address
	Key     idempotency.Key

	UserAgent string // of the caller's program, as the program names itself
	IfMatch   *int64 // the version that the caller has seen; nil accepts any version

	// EventID is the id of the change's event if the caller fixes it. If an event with this id exists, the change has
	// taken effect and is not made again.
	EventID string
}
