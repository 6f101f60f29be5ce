package directory_test

import (
	"slices"
	"testing"

	"tenantry/shared/account"
	"tenantry/shared/directory"
	"tenantry/shared/event"
	"tenantry/shared/fault"
)

func TestTrailShowsEventsOfOwnTime(t *testing.T) {
	s := newScene(t)
	s.describe(s.north, s.ada, "by the reseller", "")
	s.describe(s.admin, s.ada, "by the administrator", "")
	_, err := s.suspend(s.admin, s.ada, account.HoldInput{Reason: "unpaid"})
	s.must(err)
	s.moved(s.ada, s.south)
	s.describe(s.south, s.ada, "by the next reseller", "")
	trail := directory.Trail{Store: s.store, Cursors: s.sealer(), Now: s.now}
	read := func(by account.ID, limit int) (names []event.Name) {
		for cursor := ""; ; {
			result, err := trail.List(t.Context(), s.as(by), string(s.ada), limit, cursor)
			s.must(err)
			for _, entry := range result.Items {
				names = append(names, entry.Event)
			}
			if cursor = result.NextCursor; cursor == "" {
				return names
			}
		}
	}
	for _, limit := range []int{0, 1, 2, 100} {
		if got := read(s.south, limit); !slices.Equal(got, []event.Name{event.DescriptionChanged}) {
			t.Errorf("the new owner reads %v, want its own description only", got)
		}
		want := []event.Name{
			event.DescriptionChanged,
			event.Suspended,
			event.DescriptionChanged,
			event.DescriptionChanged,
			event.CustomerCreated,
		}
		if got := read(s.admin, limit); !slices.Equal(got, want) {
			t.Errorf("the administrator reads %v, want %v", got, want)
		}
	}
	s.moved(s.ada, s.north)
	ownEvents := []event.Name{event.Suspended, event.DescriptionChanged, event.CustomerCreated}
	if got := read(s.north, 2); !slices.Equal(got, ownEvents) {
		t.Errorf("the first owner reads %v, want its own events without the administrator's note", got)
	}
	for by, code := range map[account.ID]fault.Code{s.ada: fault.Forbidden, s.south: fault.NotFound, s.direct: fault.NotFound} {
		_, err := trail.List(t.Context(), s.as(by), string(s.ada), 0, "")
		s.refused(err, code)
	}
	_, err = trail.List(t.Context(), s.as(s.admin), "nonsense", 0, "")
	s.refused(err, fault.NotFound)
	first, err := trail.List(t.Context(), s.as(s.admin), string(s.ada), 1, "")
	s.must(err)
	for _, other := range []struct{ by, id account.ID }{{s.north, s.ada}, {s.admin, s.direct}} {
		_, err = trail.List(t.Context(), s.as(other.by), string(other.id), 1, first.NextCursor)
		s.refused(err, fault.InvalidRequest)
	}
}
