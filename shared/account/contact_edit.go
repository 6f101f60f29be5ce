package account

import "slices"

// ContactPatch changes some fields of a contact; nil leaves a field as it is and an empty text clears it.
type ContactPatch struct {
	Name, Company, Email, Phone, Fax, Address, City, State, PostalCode, Country, Locale *string
}

// Apply returns the contact with the patch applied, not yet judged.
func (p ContactPatch) Apply(c Contact) Contact {
	for _, field := range []struct {
		to   *string
		from *string
	}{
		{&c.Name, p.Name},
		{&c.Company, p.Company},
		{&c.Email, p.Email},
		{&c.Phone, p.Phone},
		{&c.Fax, p.Fax},
		{&c.Address, p.Address},
		{&c.City, p.City},
		{&c.State, p.State},
		{&c.PostalCode, p.PostalCode},
		{&c.Country, p.Country},
		{&c.Locale, p.Locale},
	} {
		if field.from != nil {
			*field.to = *field.from
		}
	}
	return c
}

// FieldChange is one field's old and new value. Secrets are never among them.
type FieldChange struct {
	Field string `json:"field"`
	Old   any    `json:"old,omitempty"`
	New   any    `json:"new,omitempty"`
}

// ChangesToldTo returns changes as the owner of the account may read them in its trail: holds as Hold.RedactedFor returns them.
func ChangesToldTo(owner ID, changes []FieldChange) []FieldChange {
	told := slices.Clone(changes)
	for i := range told {
		for _, value := range []*any{&told[i].Old, &told[i].New} {
			if hold, is := (*value).(Hold); is {
				*value = hold.RedactedFor(owner)
			}
		}
	}
	return told
}

// EmailField is the field of a changed e-mail address.
const EmailField = "contact.email"

// Differences returns the fields in which another contact differs from this one, as changes from this to the other.
func (c Contact) Differences(other Contact) []FieldChange {
	var changes []FieldChange
	for _, field := range []struct{ name, before, after string }{
		{"name", c.Name, other.Name},
		{"company", c.Company, other.Company},
		{"email", c.Email, other.Email},
		{"phone", c.Phone, other.Phone},
		{"fax", c.Fax, other.Fax},
		{"address", c.Address, other.Address},
		{"city", c.City, other.City},
		{"state", c.State, other.State},
		{"postalCode", c.PostalCode, other.PostalCode},
		{"country", c.Country, other.Country},
		{"locale", c.Locale, other.Locale},
	} {
		if field.before != field.after {
			changes = append(changes, FieldChange{Field: "contact." + field.name, Old: field.before, New: field.after})
		}
	}
	return changes
}
