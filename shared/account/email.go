package account

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// The most bytes of an e-mail address and of its local part (RFC 5321, 4.5.3.1: a path of 256 includes two brackets).
const (
	maxEmail      = 254
	maxEmailLocal = 64
)

// IsEmail reports whether the text is one e-mail address and nothing else.
func IsEmail(text string) bool {
	_, ok := ASCIIEmail(text)
	return ok
}

// ASCIIEmail returns the e-mail address with its domain in ASCII, as mail is sent to it. It returns false if the text
// is no address, or if Amazon SES cannot send to it: the local part must be ASCII. It also returns false for a domain
// that resolvers would normalise to another one, such as a domain in full-width letters. Only the case may differ.
func ASCIIEmail(text string) (string, bool) {
	local, domain, found := cutLast(text, "@")
	if !found || local == "" || len(local) > maxEmailLocal || strings.ContainsAny(text, " <>,;:\\\"()[]") ||
		!isASCII(local) {
		return "", false
	}
	domain, ok := asciiDomain(domain)
	email := local + "@" + domain
	if !ok || len(email) > maxEmail {
		return "", false
	}
	_, err := mail.ParseAddress(email)
	return email, err == nil
}

// asciiDomain returns the domain in ASCII, and whether it is valid. The top-level domain must not be a number, so that
// no IP address passes as a domain.
func asciiDomain(domain string) (string, bool) {
	lower := strings.Map(func(r rune) rune {
		small := unicode.ToLower(r)
		if r > unicode.MaxASCII && small <= unicode.MaxASCII {
			return r // the Kelvin sign is not a k
		}
		return small
	}, domain)
	ascii, err := idna.Registration.ToASCII(lower)
	_, top, dotted := cutLast(ascii, ".")
	return ascii, err == nil && dotted && strings.Trim(top, "0123456789") != ""
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// SameEmail reports whether two e-mail addresses are equal, ignoring case and whether the domain is written in ASCII or
// Unicode.
func SameEmail(a, b string) bool {
	return strings.EqualFold(a, b) || strings.EqualFold(unicodeEmail(a), unicodeEmail(b))
}

func unicodeEmail(email string) string {
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
