package account

import (
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/language"

	"tenantry/shared/fault"
)

// Contact is how to reach the person or company behind an account. Texts are stored as typed.
type Contact struct {
	Name       string `json:"name" minLength:"1" maxLength:"60" doc:"Personal name, stored as typed." example:"Ada O'Neil"`
	Company    string `json:"company,omitempty" maxLength:"60"`
	Email      string `json:"email" minLength:"3" maxLength:"255" example:"ada@example.com"`
	Phone      string `json:"phone,omitempty" maxLength:"30"`
	Fax        string `json:"fax,omitempty" maxLength:"30"`
	Address    string `json:"address,omitempty" maxLength:"255" doc:"Street and number. Can have several lines."`
	City       string `json:"city,omitempty" maxLength:"60"`
	State      string `json:"state,omitempty" maxLength:"60"`
	PostalCode string `json:"postalCode,omitempty" maxLength:"30"`
	Country    string `json:"country,omitempty" maxLength:"2" doc:"Country code (ISO 3166-1 alpha-2)." example:"IE"`
	Locale     string `json:"locale,omitempty" maxLength:"35" doc:"Language of the mails that the account receives (BCP 47)." example:"en-IE"`
}

// DefaultLocale is the locale of an account without one.
const DefaultLocale = "en"

// Validate returns the contact with its country and locale in canonical form, and what is wrong with it. Field pointers
// begin with the prefix.
func (c Contact) Validate(prefix string) (Contact, []fault.Field) {
	var bad []fault.Field
	reject := func(name, code, format string, args ...any) {
		bad = append(bad, fault.Field{Pointer: prefix + "/" + name, Code: code, Detail: fmt.Sprintf(format, args...)})
	}
	lines := []struct {
		name, value string
		min, max    int
		lineBreaks  bool
	}{
		{"name", c.Name, 1, 60, false},
		{"company", c.Company, 0, 60, false},
		{"email", c.Email, 1, 255, false},
		{"phone", c.Phone, 0, 30, false},
		{"fax", c.Fax, 0, 30, false},
		{"address", c.Address, 0, 255, true},
		{"city", c.City, 0, 60, false},
		{"state", c.State, 0, 60, false},
		{"postalCode", c.PostalCode, 0, 30, false},
		{"locale", c.Locale, 0, 35, false},
	}
	for _, l := range lines {
		length := utf8.RuneCountInString(l.value)
		switch {
		case length < l.min || l.min > 0 && !HasVisible(l.value):
			reject(l.name, "required", "This field is required.")
		case length > l.max:
			reject(l.name, "too-long", "Use at most %d characters in this field.", l.max)
		case !IsPrintable(l.value, l.lineBreaks):
			reject(
				l.name,
				"control-character",
				"Remove control characters, invisible characters and invalid Unicode from this field.",
			)
		}
	}
	if len(bad) > 0 {
		return c, bad
	}
	if !IsEmail(c.Email) {
		reject("email", "email-grammar", "Enter an e-mail address such as name@example.com.")
	}
	if c.Country != "" {
		country, known := canonicalCountry(c.Country)
		if !known {
			reject("country", "country-unknown", "Enter the country as an ISO 3166-1 alpha-2 code such as IE.")
		}
		c.Country = country
	}
	if c.Locale == "" {
		c.Locale = DefaultLocale
	}
	tag, err := language.Parse(c.Locale)
	if err != nil {
		reject("locale", "locale-grammar", "Enter the locale as a BCP 47 tag such as en or pt-BR.")
	}
	c.Locale = tag.String()
	return c, bad
}
