package account

// DisplayName is how people know an account.
type DisplayName struct {
	Kind  Kind   `json:"kind" enum:"administrator,reseller,customer,panel-user"`
	Login string `json:"login"`
	Name  string `json:"name"`
}

// DisplayName returns how people know the account.
func (a *Account) DisplayName() DisplayName {
	return DisplayName{Kind: a.Kind, Login: string(a.Login), Name: a.Contact.Name}
}
