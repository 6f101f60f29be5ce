package httpapi

import (
	"strconv"
	"strings"

	"tenantry/shared/fault"
)

// ETag returns the entity tag of a version.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// readIfMatch returns the version that an If-Match header names, nil for any version. A tag that no version of ours has,
// a weak one or a list of several can never be said to match. Nor can an empty one: who sends it has lost the tag, and meant
// to change one version only.
func readIfMatch(header []string) (*int64, error) {
	tag := strings.TrimSpace(strings.Join(header, ","))
	if len(header) == 0 || tag == "*" {
		return nil, nil
	}
	version, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || ETag(version) != tag {
		return nil, fault.New(fault.VersionMismatch, "If-Match names no version of this; read it again and send its ETag.")
	}
	return &version, nil
}

// NoneMatch tells whether an If-None-Match header names an entity tag. Tags are compared weakly (RFC 9110, 13.1.2): what stands
// in between, such as a cache that compresses, may have weakened one.
func NoneMatch(header, tag string) bool {
	for named := range strings.SplitSeq(header, ",") {
		if named = strings.TrimSpace(named); named == "*" || strings.TrimPrefix(named, "W/") == tag {
			return true
		}
	}
	return false
}
