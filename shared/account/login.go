package account

import (
	"regexp"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"tenantry/shared/fault"
)

// Login is the case-folded name an account signs in with. All kinds of account share one name space.
type Login string

// The grammars of a login after folding, and of an external id.
const (
	LoginPattern      = `[a-z0-9][a-z0-9._@-]{0,59}`
	ExternalIDPattern = `[A-Za-z0-9._-]{1,64}`
)

// The grammars are compiled on first use, because most functions never need them.
var (
	loginGrammar      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^` + LoginPattern + `$`) })
	externalIDGrammar = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^` + ExternalIDPattern + `$`) })
)

// reservedLogins could mislead people or collide with system accounts on the servers.
var reservedLogins = map[string]bool{
	"admin":         true,
	"administrator": true,
	"root":          true,
	"system":        true,
	"tenantry":      true,
	"support":       true,
	"security":      true,
	"postmaster":    true,
	"hostmaster":    true,
	"webmaster":     true,
	"abuse":         true,
	"noreply":       true,
	"no-reply":      true,
	"nobody":        true,
	"anonymous":     true,
	"mailer-daemon": true,
	"daemon":        true,
	"bin":           true,
	"sys":           true,
	"mysql":         true,
	"postgres":      true,
	"www-data":      true,
	"ftp":           true,
	"mail":          true,
	"custom":        true,
	"owner":         true,
	"reseller":      true,
	"customer":      true,
	"null":          true,
	"undefined":     true,
	"me":            true,
	"self":          true,
}

// FoldLogin returns the login as it is stored, looked up and compared. It does not validate it.
func FoldLogin(typed string) Login {
	return Login(foldCase(norm.NFKC.String(strings.TrimSpace(typed))))
}

// ParseLogin folds and validates a new login. It returns what is wrong with the field at the pointer, or nil.
func ParseLogin(typed, pointer string) (Login, *fault.Field) {
	login := FoldLogin(typed)
	switch {
	case typed == "":
		return "", &fault.Field{Pointer: pointer, Code: "required", Detail: "A login is required."}
	case !loginGrammar().MatchString(string(login)):
		return "", &fault.Field{
			Pointer: pointer,
			Code:    "login-grammar",
			Detail:  "Start the login with a letter or digit. Use at most 60 characters: a-z, 0-9, dot, underscore, @ and hyphen.",
		}
	case reservedLogins[string(login)]:
		return "", &fault.Field{
			Pointer: pointer,
			Code:    "login-reserved",
			Detail:  "This login is reserved. Choose another one.",
		}
	}
	return login, nil
}

// ValidateExternalID returns what is wrong with the id that a billing system gave to a customer, or nil. External ids
// are unique per owner and compared as typed.
func ValidateExternalID(id, pointer string) *fault.Field {
	if id == "" || externalIDGrammar().MatchString(id) {
		return nil
	}
	return &fault.Field{
		Pointer: pointer, Code: "external-id-grammar",
		Detail: "Use 1 to 64 characters in an external id: letters, digits, dot, underscore and hyphen.",
	}
}
