package api

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/account"
)

// ContactPatch is a JSON Merge Patch of contact information (RFC 7396).
type ContactPatch struct {
	Name       patchText `json:"name,omitempty" maxLength:"60"`
	Company    patchText `json:"company,omitempty" maxLength:"60"`
	Email      patchText `json:"email,omitempty" maxLength:"255"`
	Phone      patchText `json:"phone,omitempty" maxLength:"30"`
	Fax        patchText `json:"fax,omitempty" maxLength:"30"`
	Address    patchText `json:"address,omitempty" maxLength:"255"`
	City       patchText `json:"city,omitempty" maxLength:"60"`
	State      patchText `json:"state,omitempty" maxLength:"60"`
	PostalCode patchText `json:"postalCode,omitempty" maxLength:"30"`
	Country    patchText `json:"country,omitempty" maxLength:"2"`
	Locale     patchText `json:"locale,omitempty" maxLength:"35"`
}

func (p ContactPatch) patch() account.ContactPatch {
	return account.ContactPatch{
		Name:       p.Name.value,
		Company:    p.Company.value,
		Email:      p.Email.value,
		Phone:      p.Phone.value,
		Fax:        p.Fax.value,
		Address:    p.Address.value,
		City:       p.City.value,
		State:      p.State.value,
		PostalCode: p.PostalCode.value,
		Country:    p.Country.value,
		Locale:     p.Locale.value,
	}
}

// patchText is a text field of a merge patch. Its value is nil if the field is absent, and empty if the field is null,
// which clears it.
type patchText struct{ value *string }

// UnmarshalJSON reads a text or null. The decoder does not call it for an absent field.
func (p *patchText) UnmarshalJSON(text []byte) error {
	p.value = new(string)
	if string(text) == "null" {
		return nil
	}
	return json.Unmarshal(text, p.value)
}

// Schema returns the schema of a text or null.
func (patchText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true}
}
