package account

import (
	"time"
	"unicode/utf8"

	"tenantry/shared/clock"
	"tenantry/shared/fault"
)

// HoldInput is what a caller sends to suspend something.
type HoldInput struct {
	Reason        string // for the owner and the administrator
	PublicMessage string // for everyone who is refused because of the hold
	Until         *time.Time
}

// The most code points that the texts of a hold may have.
const (
	MaxReason        = 1000
	MaxPublicMessage = 500
)

// Validate returns fault.InvalidRequest if a text is too long or not printable, or the end is not in the future.
func (h HoldInput) Validate(now time.Time) error {
	bad := validateTexts(h.Reason, h.PublicMessage)
	switch {
	case h.Until == nil:
	case !clock.Truncate(*h.Until).After(now):
		bad = append(bad, fault.Field{Pointer: "/until", Code: "past", Detail: "A suspension must end in the future."})
	case !clock.FitsRFC3339(*h.Until):
		bad = append(
			bad,
			fault.Field{Pointer: "/until", Code: "out-of-range", Detail: "The time must be before the year 10000."},
		)
	}
	return fault.Invalid(bad...)
}

func validateTexts(reason, publicMessage string) (bad []fault.Field) {
	for _, text := range []struct {
		pointer, value string
		limit          int
	}{{"/reason", reason, MaxReason}, {"/publicMessage", publicMessage, MaxPublicMessage}} {
		switch {
		case utf8.RuneCountInString(text.value) > text.limit:
			bad = append(bad, fault.Field{Pointer: text.pointer, Code: "too-long", Detail: "This text is too long. Shorten it."})
		case !IsPrintable(text.value, true):
			bad = append(
				bad,
				fault.Field{
					Pointer: text.pointer,
					Code:    "control-character",
					Detail:  "Remove control characters, invisible characters and invalid Unicode from this text.",
				},
			)
		}
	}
	return bad
}

// Hold returns the hold that the actor places at the time.
func (h HoldInput) Hold(actor *Account, now time.Time) Hold {
	level, source := LevelOf(actor.Kind)
	return Hold{
		Level: level, Source: source, Actor: actor.ID, Reason: h.Reason, PublicMessage: h.PublicMessage, Since: now,
		Until: clock.TruncateOptional(h.Until),
	}
}
