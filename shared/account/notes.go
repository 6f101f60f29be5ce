package account

import (
	"unicode/utf8"

	"tenantry/shared/fault"
)

// MaxNote is the most code points that a note may have.
const MaxNote = 4000

// NotePreview is how many code points of a note a list shows.
const NotePreview = 200

// Notes are the two notes on an account (guide: Adding Descriptions).
type Notes struct {
	Owner         string // by the owner about its customer; the administrator reads and edits it too
	Administrator string // by the administrator about a reseller's customer; the reseller never sees it
}

// Truncate returns the notes, each cut to the given number of code points.
func (n Notes) Truncate(length int) Notes {
	return Notes{Owner: truncate(n.Owner, length), Administrator: truncate(n.Administrator, length)}
}

func truncate(text string, length int) string {
	count := 0
	for i := range text {
		if count == length {
			return text[:i]
		}
		count++
	}
	return text
}

// ValidateNote returns what is wrong with the text of a note, or nil.
func ValidateNote(text, pointer string) *fault.Field {
	switch {
	case utf8.RuneCountInString(text) > MaxNote:
		return &fault.Field{Pointer: pointer, Code: "too-long", Detail: "Use at most 4,000 characters in a description."}
	case !IsPrintable(text, true):
		return &fault.Field{
			Pointer: pointer,
			Code:    "control-character",
			Detail:  "Remove control characters, invisible characters and invalid Unicode from the description.",
		}
	}
	return nil
}
