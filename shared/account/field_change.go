package account

import "slices"

// FieldChange is the old and the new value of one field, for the audit trail. It never holds a secret.
type FieldChange struct {
	Field string `json:"field"`
	Old   any    `json:"old,omitempty"`
	New   any    `json:"new,omitempty"`
}

// RedactChanges returns the changes as the owner of the account may read them in the audit trail. It redacts holds as
// Hold.RedactedFor does.
func RedactChanges(owner ID, changes []FieldChange) []FieldChange {
	redacted := slices.Clone(changes)
	for i := range redacted {
		for _, value := range []*any{&redacted[i].Old, &redacted[i].New} {
			if hold, ok := (*value).(Hold); ok {
				*value = hold.RedactedFor(owner)
			}
		}
	}
	return redacted
}
