package account

// ContactPatch changes fields of a contact. A nil field stays as it is, and an empty text clears the field.
type ContactPatch struct {
	Name, Company, Email, Phone, Fax, Address, City, State, PostalCode, Country, Locale *string
}

// Apply returns the contact with the patch applied. The result is not validated.
func (p ContactPatch) Apply(c Contact) Contact {
	for _, field := range []struct {
		value *string
		patch *string
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
		if field.patch != nil {
			*field.value = *field.patch
		}
	}
	return c
}

// EmailField is the name of the field of a changed e-mail address.
const EmailField = "contact.email"

// Differences returns the changes that turn the contact into the other one.
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
