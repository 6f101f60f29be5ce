package story

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"tenantry/tests/client"
)

// gateChanges is a response of the change feed.
type gateChanges struct {
	Items      []gateChange
	NextCursor string
}

type gateChange struct {
	ID, Kind string
	At       time.Time
}

func (s *story) gateChanges(t *testing.T, cursor string) (changes gateChanges) {
	t.Helper()
	s.node.Get(t, "/v1/gate-changes?cursor="+cursor).Want(http.StatusOK).Into(&changes)
	return changes
}

// quietFeed returns a cursor since which nothing has changed, and the response that says so. Entries of changes made before
// may still follow.
func (s *story) quietFeed(t *testing.T) (cursor string, unchanged client.Response) {
	t.Helper()
	var start gateChanges
	s.node.Get(t, "/v1/gate-changes").Want(http.StatusOK).Into(&start)
	if len(start.Items) != 0 {
		t.Errorf("without a cursor: got the entries %v, want none", start.Items)
	}
	cursor = start.NextCursor
	eventually(t, "the change feed is quiet", func() bool {
		unchanged = s.node.Get(t, "/v1/gate-changes?cursor="+cursor)
		if unchanged.Status == http.StatusNotModified {
			return true
		}
		var changes gateChanges
		unchanged.Want(http.StatusOK).Into(&changes)
		cursor = changes.NextCursor
		return false
	})
	return cursor, unchanged
}

// changesOf follows the feed from a cursor until the hosted customer has an entry of a change made since a time. It
// returns the kinds and ids of all such entries of the customer and its objects, and the next cursor: other tests change
// other customers meanwhile.
func (s *story) changesOf(t *testing.T, objects []string, cursor string, since time.Time) (seen []string, next string) {
	t.Helper()
	id, found := s.hosted.ID, false
	eventually(t, "the change feed has an entry of "+id, func() bool {
		response := s.node.Get(t, "/v1/gate-changes?cursor="+cursor)
		if response.Status == http.StatusNotModified {
			return false
		}
		var changes gateChanges
		response.Want(http.StatusOK).Into(&changes)
		cursor = changes.NextCursor
		for _, entry := range changes.Items {
			if !entry.At.Before(since) && slices.Contains(objects, entry.ID) {
				seen = append(seen, entry.Kind+" "+entry.ID)
				found = found || entry.ID == id
			}
		}
		return found
	})
	return seen, cursor
}

func nodesFollowTheChangeFeed(t *testing.T, s *story) {
	s.north.Get(t, "/v1/gate-changes").WantProblem(http.StatusForbidden, "forbidden")
	s.node.Get(t, "/v1/gate-changes?cursor=x").WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	objects := append([]string{s.hosted.ID}, s.hostedSubscriptions...)
	var websites []string
	for _, subscription := range s.hostedSubscriptions {
		var list struct{ Items []struct{ ID string } }
		s.north.Get(t, "/v1/subscriptions/"+subscription+"/websites").Want(http.StatusOK).Into(&list)
		for _, website := range list.Items {
			websites = append(websites, website.ID)
		}
	}
	objects = append(objects, websites...)
	start, _ := s.quietFeed(t)

	// The suspension of a customer with several subscriptions is one entry. The gate's answers name the customer.
	began := time.Now().Truncate(time.Millisecond)
	end := began.Add(time.Hour).UTC()
	s.north.Post(t, s.hosted.path("/suspend"), map[string]any{"until": end}).Want(http.StatusOK)
	seen, next := s.changesOf(t, objects, start, began)
	if !slices.Equal(seen, []string{"customer " + s.hosted.ID}) {
		t.Errorf("entries of a suspended customer: got %v, want one of the customer", seen)
	}
	for i, domain := range s.hostedDomains[:2] {
		var serving struct {
			Open             bool
			Until, ChangesAt time.Time
			IDs              struct{ Website, Subscription, Customer, Reseller string }
		}
		s.node.Get(t, "/v1/gate/"+domain).Want(http.StatusOK).Into(&serving)
		if serving.Open || !serving.Until.Equal(end) || !serving.ChangesAt.Equal(end) || serving.IDs.Website == "" ||
			serving.IDs.Subscription != s.hostedSubscriptions[0] || serving.IDs.Customer != s.hosted.ID ||
			serving.IDs.Reseller != s.north.ID {
			t.Errorf("gate of domain %d: got %+v, want it closed until %v, with the ids above it", i, serving, end)
		}
	}

	// A website has an entry of its own. The older cursor reads the same entries again.
	website := websites[0]
	began = time.Now().Truncate(time.Millisecond)
	s.north.Post(t, "/v1/websites/"+website+"/suspend", nil).Want(http.StatusOK)
	s.north.Post(t, "/v1/websites/"+website+"/activate", nil).Want(http.StatusOK)
	s.north.Post(t, s.hosted.path("/activate"), map[string]any{"subscriptions": "inherited"}).Want(http.StatusOK)
	seen, _ = s.changesOf(t, objects, next, began)
	if !slices.Contains(seen, "website "+website) {
		t.Errorf("entries of a suspended and activated website: got %v, want one of the website", seen)
	}
	again := s.gateChanges(t, start)
	if len(again.Items) < 2 {
		t.Errorf("entries since the first cursor: got %v, want one of the website and one of the customer", again.Items)
	}

	// Conditional requests work with cursors and with entity tags.
	_, unchanged := s.quietFeed(t)
	if unchanged.Text != "" || unchanged.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("got %q with Cache-Control %q, want an empty response with no-cache",
			unchanged.Text, unchanged.Header.Get("Cache-Control"))
	}
	eventually(t, "the response with an entity tag is unchanged", func() bool {
		changed := s.node.Get(t, "/v1/gate-changes?cursor="+start).Want(http.StatusOK)
		tag := client.Header{"If-None-Match", changed.Header.Get("ETag")}
		return s.node.Get(t, "/v1/gate-changes?cursor="+start, tag).Status == http.StatusNotModified
	})
}
