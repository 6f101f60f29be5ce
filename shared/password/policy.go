package password

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the list of common passwords
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode/utf8"

	"tenantry/shared/fault"
)

// The limits of the length of a password, in code points. A stack can set a minimum of its own, but not below
// LeastMinimum.
const (
	LeastMinimum = 8
	Maximum      = 256
)

// Policy is the rule for new passwords: long enough and not common. Following NIST SP 800-63B, it requires no mix of
// characters and no regular changes.
type Policy struct{ Minimum int }

// Check returns the field error of a new password, or nil if the password is acceptable. knownWords are words that an
// attacker knows about the account, such as its login.
func (p Policy) Check(password, pointer string, knownWords ...string) *fault.Field {
	minimum := max(p.Minimum, LeastMinimum)
	length := utf8.RuneCountInString(password)
	switch {
	case password == "":
		return &fault.Field{Pointer: pointer, Code: "required", Detail: "Enter a password."}
	case !utf8.ValidString(password) || strings.ContainsAny(password, "\x00\ufffd"):
		return &fault.Field{
			Pointer: pointer,
			Code:    "control-character",
			Detail:  "Remove null characters and invalid Unicode from the password.",
		}
	case length < minimum:
		return &fault.Field{
			Pointer: pointer,
			Code:    "too-short",
			Detail:  fmt.Sprintf("Use at least %d characters in a password.", minimum),
		}
	case length > Maximum:
		return &fault.Field{
			Pointer: pointer,
			Code:    "too-long",
			Detail:  fmt.Sprintf("Use at most %d characters in a password.", Maximum),
		}
	case isCommon(password, minimum, knownWords):
		return &fault.Field{
			Pointer: pointer,
			Code:    "too-common",
			Detail:  "This password is too easy to guess. Choose a longer or less common one.",
		}
	}
	return nil
}

// isCommon reports whether the password is easy to guess: a listed password or a repetition, with or without digits or
// punctuation around it, a sequence, a walk over the keyboard, or little more than a known word.
func isCommon(password string, minimum int, knownWords []string) bool {
	folded := strings.ToLower(password)
	for _, text := range []string{folded, strings.Trim(folded, "0123456789!?.-_ ")} {
		if isListed(text) || isRepetition(text, minimum) {
			return true
		}
	}
	if isSequence(folded) || isKeyboardWalk(folded) {
		return true
	}
	for _, word := range knownWords {
		word = strings.ToLower(word)
		if utf8.RuneCountInString(word) >= 4 && utf8.RuneCountInString(strings.ReplaceAll(folded, word, "")) < 4 {
			return true
		}
	}
	return false
}

// isSequence reports whether a text counts up or down, such as 789012 or fedcba.
func isSequence(text string) bool {
	step := 0
	for i := 1; i < len(text); i++ {
		difference := int(text[i]) - int(text[i-1])
		if difference == -9 || difference == 9 { // from 9 to 0, or from 0 to 9
			difference /= -9
		}
		if i > 1 && difference != step || difference < -1 || difference > 1 {
			return false
		}
		step = difference
	}
	return true
}

//go:embed common.txt.gz
var commonList []byte

var commonSet = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	unpacked, err := gzip.NewReader(bytes.NewReader(commonList))
	if err != nil {
		return set
	}
	text, err := io.ReadAll(unpacked)
	if err != nil {
		return set
	}
	for line := range strings.FieldsSeq(string(text)) {
		set[line] = true
	}
	return set
})

// isListed reports whether the list of common passwords has the text, which must be in lower case.
func isListed(text string) bool { return commonSet()[text] }
