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

// The bounds of the length of a password, in code points. The minimum that a stack sets is never below LeastMinimum.
const (
	LeastMinimum = 8
	Maximum      = 256
)

// Policy judges new passwords: long enough, and not one that everybody tries first. It asks for no mix of characters and
// no change by the calendar (NIST SP 800-63B).
type Policy struct{ Minimum int }

// Check judges a new password. The words are what an attacker knows of the account, such as its login.
func (p Policy) Check(password, pointer string, words ...string) *fault.Field {
	least := max(p.Minimum, LeastMinimum)
	length := utf8.RuneCountInString(password)
	switch {
	case password == "":
		return &fault.Field{Pointer: pointer, Code: "required", Detail: "A password is required."}
	case !utf8.ValidString(password) || strings.ContainsAny(password, "\x00\ufffd"):
		return &fault.Field{Pointer: pointer, Code: "control-character", Detail: "A password must be valid text."}
	case length < least:
		return &fault.Field{Pointer: pointer, Code: "too-short", Detail: fmt.Sprintf("A password has at least %d characters.", least)}
	case length > Maximum:
		return &fault.Field{Pointer: pointer, Code: "too-long", Detail: fmt.Sprintf("A password has at most %d characters.", Maximum)}
	case common(password, words):
		return &fault.Field{Pointer: pointer, Code: "too-common", Detail: "This password is too easy to guess; take a longer or less usual one."}
	}
	return nil
}

func common(password string, words []string) bool {
	folded := strings.ToLower(password)
	if listed(folded) || listed(strings.Trim(folded, "0123456789!?.-_ ")) || monotonous(folded) {
		return true
	}
	for _, word := range words {
		word = strings.ToLower(word)
		if utf8.RuneCountInString(word) >= 4 && utf8.RuneCountInString(strings.ReplaceAll(folded, word, "")) < 4 {
			return true
		}
	}
	return false
}

// monotonous tells whether a text repeats a short or a common piece, or counts up or down.
func monotonous(text string) bool {
	for size := 1; size <= len(text)/2; size++ {
		piece := text[:size]
		if strings.HasPrefix(strings.Repeat(piece, len(text)/size+1), text) && (size <= 4 || listed(piece)) {
			return true
		}
	}
	step := 0
	for i := 1; i < len(text); i++ {
		d := int(text[i]) - int(text[i-1])
		if d == -9 || d == 9 { // 9 to 0 and back
			d /= -9
		}
		if i > 1 && d != step || d < -1 || d > 1 {
			return false
		}
		step = d
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

func listed(folded string) bool { return commonSet()[folded] }
