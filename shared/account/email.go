package account

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// The most bytes that an address and the part before its @ have (RFC 5321, 4.5.3.1: a path of 256 has brackets around it).
const (
	maxEmail     = 254
	maxEmailPart = 64
)

// IsEmail tells whether a text is an e-mail address, by itself and nothing more.
func IsEmail(text string) bool {
	_, ok := ASCIIEmail(text)
	return ok
}

// ASCIIEmail returns an e-mail address as it is sent to, with its domain in ASCII. It tells false for what is no address, and
// for one that Amazon SES does not send to: its local part may have nothing beyond ASCII. A domain that software would
// change into another one before it looks it up, such as one in full-width letters, is none: only its case may differ.
func ASCIIEmail(text string) (string, bool) {
	local, domain, found := cutLast(text, "@")
	if !found || local == "" || len(local) > maxEmailPart || strings.ContainsAny(text, " <>,;:\\\"()[]") || !isASCII(local) {
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

// asciiDomain returns a domain as it is looked up. Its top-level domain is not a number, so that no IP address is a domain.
func asciiDomain(domain string) (string, bool) {
	lower := strings.Map(func(r rune) rune {
		small := unicode.ToLower(r)
		if r > unicode.MaxASCII && small <= unicode.MaxASCII {
			return r // such as the Kelvin sign, which is no k
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
