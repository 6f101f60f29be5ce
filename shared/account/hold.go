package account

import "time"

// Source tells who or what placed a hold.
type Source string

// The sources of holds.
const (
	ByAdministrator Source = "administrator"
	ByReseller      Source = "reseller"
	ByCustomer      Source = "customer"
	BySchedule      Source = "schedule"
	ByExpiry        Source = "expiry"
	ByRemoval       Source = "removal"
)

// Hold is one reason why an object does not serve (guide: Suspending Accounts). An object serves when it has no present
// hold and everything above it serves.
type Hold struct {
	Source        Source     `json:"source" enum:"administrator,reseller,customer,schedule,expiry,removal"`
	Actor         ID         `json:"actor,omitempty"`
	Reason        string     `json:"reason,omitempty" doc:"for the owner and the administrator only"`
	PublicMessage string     `json:"publicMessage,omitempty" doc:"shown to whoever is refused because of the hold"`
	Since         time.Time  `json:"since"`
	Until         *time.Time `json:"until,omitempty" doc:"the hold ends by itself at this time"`
}

// PresentAt tells whether the hold is in force at the time.
func (h Hold) PresentAt(now time.Time) bool {
	return !now.Before(h.Since) && (h.Until == nil || now.Before(*h.Until))
}

// Present returns the holds that are in force at the time.
func Present(holds []Hold, now time.Time) []Hold {
	present := make([]Hold, 0, len(holds))
	for _, h := range holds {
		if h.PresentAt(now) {
			present = append(present, h)
		}
	}
	return present
}
