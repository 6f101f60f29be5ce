package task_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"tenantry/shared/event"
	"tenantry/shared/task"
)

// A handler gets what the one before it is done with; what any of them is not done with comes again.
func TestInTurn(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	for name, try := range map[string]struct {
		handles []int // how many events each is done with
		fail    []error
		want    int
	}{
		"all":              {[]int{4, 4}, []error{nil, nil}, 4},
		"some of some":     {[]int{3, 2}, []error{nil, nil}, 2},
		"the first fails":  {[]int{1, 4}, []error{first, nil}, 1},
		"the second fails": {[]int{4, 0}, []error{nil, second}, 0},
		"both fail":        {[]int{2, 1}, []error{first, second}, 1},
	} {
		var handlers []func(context.Context, []event.Event) (int, error)
		given := 4
		for i := range try.handles {
			handlers = append(handlers, func(_ context.Context, happened []event.Event) (int, error) {
				if len(happened) != given {
					t.Errorf("%s: handler %d is given %d, want %d", name, i, len(happened), given)
				}
				given = min(given, try.handles[i])
				return given, try.fail[i]
			})
		}
		done, err := task.InTurn(handlers...)(t.Context(), make([]event.Event, 4))
		if done != try.want {
			t.Errorf("%s: %d done, want %d", name, done, try.want)
		}
		for _, cause := range []error{first, second} {
			if errors.Is(err, cause) != slices.Contains(try.fail, cause) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
