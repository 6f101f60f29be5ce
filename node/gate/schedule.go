package gate

import (
	"container/heap"
	"time"
)

// schedule holds the records whose answers change at a known time of the service's clock.
type schedule struct{ items scheduled }

type appointment struct {
	at     time.Time
	record *record
}

// put sets the time of a record. A nil time removes it.
func (s *schedule) put(r *record, at *time.Time) {
	if at == nil {
		r.scheduled = time.Time{}
		return
	}
	if !r.scheduled.Equal(*at) {
		r.scheduled = *at
		heap.Push(&s.items, appointment{at: *at, record: r})
	}
}

// due takes the records whose time has come.
func (s *schedule) due(now time.Time) []*record {
	var records []*record
	for len(s.items) > 0 && !s.items[0].at.After(now) {
		next, isAppointment := heap.Pop(&s.items).(appointment)
		if !isAppointment {
			continue
		}
		if next.record.scheduled.Equal(next.at) { // otherwise it has another time now
			next.record.scheduled = time.Time{}
			records = append(records, next.record)
		}
	}
	return records
}

// scheduled implements heap.Interface.
type scheduled []appointment

func (s scheduled) Len() int           { return len(s) }
func (s scheduled) Less(i, j int) bool { return s[i].at.Before(s[j].at) }
func (s scheduled) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }

// Push implements heap.Interface.
func (s *scheduled) Push(item any) {
	if a, isAppointment := item.(appointment); isAppointment {
		*s = append(*s, a)
	}
}

// Pop implements heap.Interface.
func (s *scheduled) Pop() any {
	last := len(*s) - 1
	item := (*s)[last]
	(*s)[last] = appointment{}
	*s = (*s)[:last]
	return item
}
