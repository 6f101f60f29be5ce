package account

import (
	"strings"

	"tenantry/shared/fault"
)

// ID identifies an account for life. It has a prefix for the kind that the account was created with, and a ULID. A
// customer that becomes a reseller keeps its cus_ id, so an id says nothing about the present kind.
type ID string

// AdministratorOwner is the owner of everything that belongs to the administrators together.
const AdministratorOwner ID = "administrator"

// Nobody is a well-formed id that no account has: no id is made at the time 0.
const Nobody ID = CustomerPrefix + "00000000000000000000000000"

// The prefixes of account ids by the kind an account is created with.
const (
	AdministratorPrefix = "adm_"
	ResellerPrefix      = "res_"
	CustomerPrefix      = "cus_"
	PanelUserPrefix     = "usr_"
)

// WellFormed reports whether the id has a known prefix and a ULID, so that an account may have it.
func (id ID) WellFormed() bool {
	prefix, rest, found := strings.Cut(string(id), "_")
	if !found || len(rest) != 26 || rest[0] > '7' {
		return false
	}
	switch prefix + "_" {
	case AdministratorPrefix, ResellerPrefix, CustomerPrefix, PanelUserPrefix:
	default:
		return false
	}
	for _, c := range rest {
		if !strings.ContainsRune("0123456789ABCDEFGHJKMNPQRSTVWXYZ", c) {
			return false
		}
	}
	return true
}

// ValidateOwner returns nil if the id may name an owner: it is AdministratorOwner or the id of an account.
func (id ID) ValidateOwner(pointer string) *fault.Field {
	if id == AdministratorOwner || id.WellFormed() {
		return nil
	}
	return &fault.Field{
		Pointer: pointer,
		Code:    "id-grammar",
		Detail:  "The owner must be a reseller's id or the word administrator.",
	}
}
