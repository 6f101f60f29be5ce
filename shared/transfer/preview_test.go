package transfer_test

import (
	"slices"
	"testing"

	"tenantry/shared/resource"
)

// A conversion to the custom plan gives a reseller what its own subscriptions take. The preview warns of what it cannot
// give to its customers.
func TestPreviewWarnsOfResellerThatCanGiveNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 0)
	if exhausted := s.preview(t, convert, s.Customers[0]).Exhausted; !slices.Equal(exhausted, []string{"disk_space"}) {
		t.Errorf("a customer whose subscriptions limit only the disk space: got %v, want [disk_space]", exhausted)
	}
	empty := s.AddCustomer(s.North, "empty")
	all := []string{}
	for _, allotment := range resource.Describe().Allotments {
		if allotment.Name != resource.Customers && slices.Contains(allotment.For, resource.Reseller) {
			all = append(all, allotment.Name)
		}
	}
	if exhausted := s.preview(t, convert, empty).Exhausted; !slices.Equal(exhausted, all) {
		t.Errorf("a customer without subscriptions: got %v, want %v", exhausted, all)
	}
	for name, transferred := range map[string]flow{"reseller plan": convertToPlan, "move": moveToSouth} {
		if exhausted := s.preview(t, transferred, empty).Exhausted; exhausted != nil {
			t.Errorf("%s: got %v, want no warning", name, exhausted)
		}
	}
}
