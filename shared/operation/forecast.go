package operation

import (
	"reflect"

	"tenantry/shared/resource"
)

// Forecast is what would become of an item, as far as its kind of work tells.
type Forecast struct {
	Customers     int64 `json:"customers,omitempty" doc:"of a reseller that would be removed: how many go with it"`
	PanelUsers    int64 `json:"panelUsers,omitempty" doc:"that would be removed"`
	Subscriptions int64 `json:"subscriptions,omitempty" doc:"that would follow the customer, or be removed"`
	Websites      int64 `json:"websites,omitempty" doc:"on these subscriptions"`
	Backups       int64 `json:"backups,omitempty" doc:"that would be removed"`

	Resources *resource.Set    `json:"resources,omitempty" doc:"of a conversion: what the reseller would have"`
	Capacity  *resource.Demand `json:"capacity,omitempty" doc:"what is asked of whoever is to own the subscriptions: the new owner, or the customer itself as a reseller"`
	Available map[string]int64 `json:"available,omitempty" doc:"what that owner has left of what is limited, by allotment; absent for the administrator and for the custom plan, who have no limits"`
}

// told is what is shown of a forecast: nil when it tells nothing.
func (f Forecast) told() *Forecast {
	if reflect.ValueOf(f).IsZero() {
		return nil
	}
	return &f
}
