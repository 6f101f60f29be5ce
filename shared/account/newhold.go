package account

import (
	"time"
	"unicode/utf8"

	"tenantry/shared/fault"
)

// NewHold is what a caller says of a suspension.
type NewHold struct {
	Reason        string // for those above the account
	PublicMessage string // for whoever is refused
	Until         *time.Time
}

// The most code points that the texts of a hold may have.
const (
	MaxReason        = 1000
	MaxPublicMessage = 500
)

// Check judges a hold at the time.
func (h NewHold) Check(now time.Time) error {
	bad := checkTexts(h.Reason, h.PublicMessage)
	switch {
	case h.Until == nil:
	case !h.Until.Truncate(time.Millisecond).After(now):
		bad = append(bad, fault.Field{Pointer: "/until", Code: "past", Detail: "A suspension must end in the future."})
	case !Writable(*h.Until):
		bad = append(bad, fault.Field{Pointer: "/until", Code: "out-of-range", Detail: "The time must be before the year 10000."})
	}
	return fault.Invalid(bad...)
}

func checkTexts(reason, publicMessage string) (bad []fault.Field) {
	for _, text := range []struct {
		pointer, value string
		most           int
	}{{"/reason", reason, MaxReason}, {"/publicMessage", publicMessage, MaxPublicMessage}} {
		switch {
		case utf8.RuneCountInString(text.value) > text.most:
			bad = append(bad, fault.Field{Pointer: text.pointer, Code: "too-long", Detail: "This text is too long. Shorten it."})
		case !Printable(text.value, true):
			bad = append(bad, fault.Field{Pointer: text.pointer, Code: "control-character", Detail: "Remove control characters, invisible characters and invalid Unicode from this text."})
		}
	}
	return bad
}

// Writable tells whether a time can be written in UTC as RFC 3339 has it, with a year of four digits.
func Writable(at time.Time) bool { return at.UTC().Year() < 10_000 }

// Hold returns the hold that somebody places at the time.
func (h NewHold) Hold(by *Account, now time.Time) Hold {
	level, source := LevelOf(by.Kind)
	return Hold{Level: level, Source: source, Actor: by.ID, Reason: h.Reason, PublicMessage: h.PublicMessage, Since: now, Until: AtMillisecond(h.Until)}
}
