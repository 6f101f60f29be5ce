package httpapi

import (
	"strconv"
	"strings"

	"tenantry/shared/fault"
)

// ETag returns the entity tag of a version.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// readIfMatch returns the version that an If-Match header names, nil for any version. A tag that no version of ours has,
// a weak one or a list of several can never be said to match.
func readIfMatch(header string) (*int64, error) {
	tag := strings.TrimSpace(header)
	if tag == "" || tag == "*" {
		return nil, nil
	}
	version, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || ETag(version) != tag {
		return nil, fault.New(fault.VersionMismatch, "If-Match names no version of this; read it again and send its ETag.")
	}
	return &version, nil
}
