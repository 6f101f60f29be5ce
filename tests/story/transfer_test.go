package story

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"tenantry/tests/client"
)

// transferPatience is how long a conversion or a move may take: where lists do not tell of everything yet, its workflow pauses.
const transferPatience = 4 * patience

// transfer asks for the conversion or the move of one customer, which must be accepted.
func transfer(t *testing.T, by client.Caller, verb string, c customer, body any, headers ...client.Header) (begun operation) {
	t.Helper()
	response := by.Post(t, c.path("/"+verb), body, headers...).Want(http.StatusAccepted).Into(&begun)
	if response.Header.Get("Location") != begun.path() || begun.Kind != verb+"-customers" || begun.Originator != by.ID {
		t.Errorf("accepted at %q: %s", response.Header.Get("Location"), response.Text)
	}
	return begun
}

// transferred transfers one customer, which must succeed.
func (s *story) transferred(t *testing.T, verb string, c customer, body any, headers ...client.Header) operation {
	t.Helper()
	done := endWithin(t, transferPatience, s.admin, transfer(t, s.admin, verb, c, body, headers...), "succeeded")
	if done.counts() != [4]int{1, 1, 0, 0} {
		t.Errorf("%s of %s: %v", verb, c.Login, done.counts())
	}
	return done
}

// foreseeing is what a preview says of one customer.
type foreseeing struct {
	Customer, State, Code, Detail string
	Forecast                      struct {
		Subscriptions int
		Resources     resources
		Capacity      struct{ Given map[string]int64 }
		Available     map[string]int64
	}
}

// resources are those of a subscription or a reseller.
type resources struct {
	Allotments   map[string]int64
	Permissions  map[string]bool
	Applications []string
}

// foreseen asks what would happen to a few customers.
func (s *story) foreseen(t *testing.T, verb string, body map[string]any) []foreseeing {
	t.Helper()
	asked := map[string]any{"dryRun": true}
	maps.Copy(asked, body)
	var said struct {
		ID      string
		Preview bool
		Items   []foreseeing
	}
	if response := s.admin.Post(t, "/v1/customers/"+verb, asked).Want(http.StatusOK).Into(&said); said.ID != "" || !said.Preview {
		t.Errorf("a preview: %s", response.Text)
	}
	return said.Items
}

// itemsWith are customers, each with what it gets: ids and plans by turns; an empty plan is not named.
func itemsWith(field string, pairs ...string) []map[string]string {
	var items []map[string]string
	for i := 0; i < len(pairs); i += 2 {
		item := map[string]string{"customer": pairs[i]}
		if pairs[i+1] != "" {
			item[field] = pairs[i+1]
		}
		items = append(items, item)
	}
	return items
}

// wantOutcomes compares what has become of items with codes, in their order; "" for success.
func wantOutcomes(t *testing.T, items []item, codes ...string) {
	t.Helper()
	var got []string
	for _, i := range items {
		if (i.Code == "") != (i.State == "succeeded") {
			t.Errorf("an item is %+v", i)
		}
		got = append(got, i.Code)
	}
	if !slices.Equal(got, codes) {
		t.Errorf("the items are %+v, want %q", items, codes)
	}
}

// asItems are outcomes as previews tell them.
func asItems(said []foreseeing) (items []item) {
	for _, f := range said {
		items = append(items, item{Customer: f.Customer, State: f.State, Code: f.Code, Detail: f.Detail})
	}
	return items
}

// subscription is what the API tells of one.
type subscription struct {
	ID, Customer, ServicePlan, Link, Status string
	Resources                               resources
}

func (s *story) subscription(t *testing.T, by client.Caller, id string) (found subscription) {
	t.Helper()
	by.Get(t, "/v1/subscriptions/"+id).Want(http.StatusOK).Into(&found)
	return found
}

// subscribe gives a customer a subscription: on a plan, or with resources of its own.
func (s *story) subscribe(t *testing.T, by client.Caller, c customer, domain, plan string, own any) string {
	t.Helper()
	body := map[string]any{"domain": s.domain(domain), "servicePlan": plan}
	if own != nil {
		body["resources"] = own
	}
	return id(by.Post(t, c.path("/subscriptions"), body).Want(http.StatusCreated))
}

// disk are resources with so much disk space.
func disk(size int64) map[string]any {
	return map[string]any{"allotments": map[string]any{"disk_space": size}}
}

// plan makes a plan of the kind, service or reseller.
func (s *story) plan(t *testing.T, by client.Caller, kind, name string, of map[string]any) string {
	t.Helper()
	body := map[string]any{"name": name}
	maps.Copy(body, of)
	return id(by.Post(t, "/v1/"+kind+"-plans", body).Want(http.StatusCreated))
}

// listed waits until a manager's list of its own customers tells of a customer, or does not.
func listed(t *testing.T, by client.Caller, c customer, there bool) {
	t.Helper()
	query := "limit=100"
	if by.Name == "administrator" {
		query += "&owner=administrator"
	}
	eventually(t, fmt.Sprintf("the list of %s tells of the customer: %v", by.Name, there), func() bool {
		found, _ := all(t, by, query)
		return slices.Contains(field(found, "id"), c.ID) == there
	})
}

// unchanged returns a check that customers, their subscriptions and their trails are as they are now.
func (s *story) unchanged(t *testing.T, customers ...customer) func() {
	t.Helper()
	look := func() (seen []string) {
		for _, c := range customers {
			for _, of := range []string{"", "/events?limit=100"} {
				seen = append(seen, s.admin.Get(t, c.path(of)).Want(http.StatusOK).Text)
			}
			eventually(t, "all subscriptions are listed", func() bool {
				var page struct {
					Items []subscription
					Total int
				}
				response := s.admin.Get(t, c.path("/subscriptions?limit=100")).Want(http.StatusOK).Into(&page)
				if len(page.Items) == page.Total {
					seen = append(seen, response.Text)
				}
				return len(page.Items) == page.Total
			})
		}
		return seen
	}
	before := look()
	return func() {
		t.Helper()
		for i, now := range look() {
			if now != before[i] {
				t.Errorf("something has changed: before %s\nafter %s", before[i], now)
			}
		}
	}
}
