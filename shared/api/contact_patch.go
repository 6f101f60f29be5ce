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
		Name: p.Name.to, Company: p.Company.to, Email: p.Email.to, Phone: p.Phone.to, Fax: p.Fax.to, Address: p.Address.to,
		City: p.City.to, State: p.State.to, PostalCode: p.PostalCode.to, Country: p.Country.to, Locale: p.Locale.to,
	}
}

// patchText is a field of a merge patch: absent, null (which clears), or a text.
type patchText struct{ to *string }

// UnmarshalJSON reads a text or null. It is not called for an absent field.
func (p *patchText) UnmarshalJSON(text []byte) error {
	p.to = new(string)
	if string(text) == "null" {
		return nil
	}
	return json.Unmarshal(text, p.to)
}

// Schema says that the field is a text or null.
func (patchText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true}
}
