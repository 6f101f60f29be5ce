package hosting

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"tenantry/shared/fault"
)

// Domain returns the ASCII form of a domain name, in which domains are unique. It returns a field error with the
// pointer if the name is not a domain.
func Domain(name, pointer string) (string, *fault.Field) {
	invalid := &fault.Field{
		Pointer: pointer, Code: "domain-grammar", Detail: "Enter a domain such as example.com, without a port or a path.",
	}
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(strings.ToLower(name), "."))
	if err != nil || len(ascii) > 253 || !strings.Contains(ascii, ".") {
		return "", invalid
	}
	labels := strings.Split(ascii, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 {
			return "", invalid
		}
	}
	if strings.Trim(labels[len(labels)-1], "0123456789") == "" { // an address, not a name
		return "", invalid
	}
	return ascii, nil
}

// DisplayDomain returns the Unicode form of a domain.
func DisplayDomain(ascii string) string {
	if unicode, err := idna.Display.ToUnicode(ascii); err == nil {
		return unicode
	}
	return ascii
}

// DomainRules say which domains websites may have, and which names belong together (ADR 31). All names are in ASCII.
type DomainRules struct {
	Host     string   // the host of the service itself
	Reserved []string // domains that no customer gets, with all names below them
	Shared   []string // domains of the hosting company; it gives out the names below them one by one
}

// Registrable returns the registrable domain that a domain is in: the name directly below a public suffix or a shared
// domain. All websites in a registrable domain must belong to one customer. It returns fault.Conflict if no customer
// may have the domain. If a domain is both below a reserved and a shared domain, the longer of the two decides.
func (r DomainRules) Registrable(domain string) (string, error) {
	suffix, _ := publicsuffix.PublicSuffix(domain)
	longestShared := ""
	for _, shared := range r.Shared {
		if isInside(shared, domain) {
			return "", domainReserved() // the shared domain itself, or a domain above it
		}
		if isInside(domain, shared) && len(shared) > len(longestShared) {
			longestShared = shared
		}
	}
	if len(longestShared) > len(suffix) {
		suffix = longestShared
	}
	if domain == suffix || isRegistry(domain) {
		return "", domainReserved()
	}
	for _, reserved := range append([]string{r.Host}, r.Reserved...) {
		if isInside(domain, reserved) && len(reserved) >= len(longestShared) {
			return "", domainReserved()
		}
	}
	labels := strings.Split(strings.TrimSuffix(domain, "."+suffix), ".")
	return labels[len(labels)-1] + "." + suffix, nil
}

// isRegistry reports whether all names directly below a domain are public suffixes, as below kobe.jp. The list names no
// such domain itself, but its holder would be above all customers that have names there.
func isRegistry(domain string) bool {
	child := "any-name." + domain
	suffix, _ := publicsuffix.PublicSuffix(child)
	return suffix == child
}

// isInside reports whether a domain is another domain or below it.
func isInside(domain, parent string) bool {
	return parent != "" && (domain == parent || strings.HasSuffix(domain, "."+parent))
}

func domainReserved() error {
	return fault.New(fault.Conflict, "This domain is reserved. Choose another one.")
}

// DomainTaken returns the error for a domain that another website has, or that is in a registrable domain of another
// customer. It does not name the owner.
func DomainTaken() error {
	return fault.New(fault.Conflict, "This domain is already taken. Choose another one.")
}
