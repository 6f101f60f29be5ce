package httpapi

import (
	"strconv"
	"strings"

	"tenantry/shared/fault"
)

// ETag returns the entity tag of an object's version.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// readIfMatch returns the version that an If-Match header names. It returns nil if the header is absent or names any
// version ("*"). It returns fault.VersionMismatch if the header is not exactly one strong tag of this service. An empty
// header is a mismatch too: its sender has lost the tag and wanted to change one version only.
func readIfMatch(header []string) (*int64, error) {
	tag := strings.TrimSpace(strings.Join(header, ","))
	if len(header) == 0 || tag == "*" {
		return nil, nil
	}
	version, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || ETag(version) != tag {
		return nil, fault.New(
			fault.VersionMismatch,
			"The If-Match header does not name a version of this object. Read the object again and send its ETag.",
		)
	}
	return &version, nil
}

// NoneMatch reports whether an If-None-Match header names the entity tag. It compares weakly (RFC 9110, section
// 13.1.2), because a proxy between client and service, such as a compressing cache, may have made the tag weak.
func NoneMatch(header, tag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		if candidate = strings.TrimSpace(candidate); candidate == "*" || strings.TrimPrefix(candidate, "W/") == tag {
			return true
		}
	}
	return false
}
