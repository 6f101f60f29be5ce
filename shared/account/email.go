package account

import (
	"strings"

	"golang.org/x/net/idna"
)

// SameEmail tells whether two e-mail addresses are the same to people: whatever their case, and whether or not a domain is
// written in ASCII only.
func SameEmail(a, b string) bool {
	return strings.EqualFold(a, b) || strings.EqualFold(inUnicode(a), inUnicode(b))
}

func inUnicode(email string) string {
	local, domain, found := cutLast(email, "@")
	if !found {
		return email
	}
	domain, err := idna.Display.ToUnicode(domain)
	if err != nil {
		return email
	}
	return local + "@" + domain
}
