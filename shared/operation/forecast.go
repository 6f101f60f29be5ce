package operation

import (
	"reflect"

	"tenantry/shared/resource"
)

// Forecast is what would happen to an item, as far as the processor of its kind can say.
type Forecast struct {
	Customers     int64 `json:"customers,omitempty" doc:"Removal of a reseller: number of its customers, which would be removed with it."`
	PanelUsers    int64 `json:"panelUsers,omitempty" doc:"Number of panel users that would be removed."`
	Subscriptions int64 `json:"subscriptions,omitempty" doc:"Number of subscriptions that would move with the customer, or be removed."`
	Websites      int64 `json:"websites,omitempty" doc:"Number of websites on these subscriptions."`
	Backups       int64 `json:"backups,omitempty" doc:"Number of backups that would be removed."`

	DropsSchedule bool `json:"dropsSchedule,omitempty" doc:"Whether the schedule that the present owner set would be deleted. A schedule that the administrator set stays."`

	Resources *resource.Set `json:"resources,omitempty" doc:"Conversion: the resources that the new reseller would have."`
	Exhausted []string      `json:"exhausted,omitempty" doc:"Conversion with the custom plan: a warning. The new reseller could give its customers nothing of these allotments, because its own subscriptions take all of them. Choose a reseller plan, or give the customer more first."`

	Capacity  *resource.Demand `json:"capacity,omitempty" doc:"What the subscriptions need from the limits of their new owner. In a conversion, the customer itself becomes that owner."`
	Available map[string]int64 `json:"available,omitempty" doc:"What the new owner has left of each limited allotment, by name. Absent for the administrator and for the custom plan, which have no limits."`
}

// orNil returns the forecast, or nil if it is empty.
func (f Forecast) orNil() *Forecast {
	if reflect.ValueOf(f).IsZero() {
		return nil
	}
	return &f
}
