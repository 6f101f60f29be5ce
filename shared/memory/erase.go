package memory

import (
	"context"
	"slices"

	"tenantry/shared/account"
	"tenantry/shared/event"
)

// EraseRemains implements the port of directory.Erase.
func (s *Store) EraseRemains(_ context.Context, of account.ID, most int) (done bool, err error) {
	err = s.do("EraseRemains", func() error {
		if s.read(of) == nil {
			s.erase(of, "", &most)
		}
		done = most >= 0
		return nil
	})
	return done, err
}

// erase deletes rows until most is negative.
func (s *Store) erase(of account.ID, spared string, most *int) {
	take := func() bool {
		*most--
		return *most >= 0
	}
	s.events = slices.DeleteFunc(s.events, func(e event.Event) bool { return e.Account == of && e.ID != spared && take() })
	for name := range s.notes {
		if name.about == of && take() {
			delete(s.notes, name)
		}
	}
	for name := range s.sessions {
		if name.of == of && take() {
			delete(s.sessions, name)
		}
	}
	for name := range s.tokens {
		if name.of == of && take() {
			delete(s.tokens, name)
		}
	}
	if _, there := s.tokensMade[of]; there && take() {
		delete(s.tokensMade, of)
	}
	if _, there := s.links[of]; there && take() {
		delete(s.links, of)
	}
	if _, there := s.transfers[of]; there && take() {
		delete(s.transfers, of)
	}
}
