package story

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"tenantry/tests/client"
)

// transferPatience is the time that a conversion or a move may take. Its workflow pauses if recent objects are not
// listed yet.
const transferPatience = 4 * patience

// transfer starts the conversion or the move of one customer and returns the operation.
func transfer(
	t *testing.T,
	caller client.Caller,
	verb string,
	c customer,
	body any,
	headers ...client.Header,
) (started operation) {
	t.Helper()
	response := caller.Post(t, c.path("/"+verb), body, headers...).Want(http.StatusAccepted).Into(&started)
	if response.Header.Get("Location") != started.path() || started.Kind != verb+"-customers" ||
		started.Originator != caller.ID {
		t.Errorf(
			"got the Location %q and %s, want those of the new operation",
			response.Header.Get("Location"),
			response.Text,
		)
	}
	return started
}

// transferAndWait converts or moves one customer and waits until the operation has succeeded.
func (s *story) transferAndWait(t *testing.T, verb string, c customer, body any, headers ...client.Header) operation {
	t.Helper()
	done := waitAtMost(t, transferPatience, s.admin, transfer(t, s.admin, verb, c, body, headers...), "succeeded")
	if done.counts() != [4]int{1, 1, 0, 0} {
		t.Errorf("%s of %s: got the counts %v, want one success", verb, c.Login, done.counts())
	}
	return done
}

// previewItem is one item of a preview of conversions or moves.
type previewItem struct {
	Customer, State, Code, Detail string
	Forecast                      struct {
		Subscriptions int
		Resources     resources
		Capacity      struct{ Given map[string]int64 }
		Available     map[string]int64
	}
}

// resources holds the resources of a subscription or a reseller.
type resources struct {
	Allotments   map[string]int64
	Permissions  map[string]bool
	Applications []string
}

// preview returns the items of a complete preview.
func (s *story) preview(t *testing.T, verb string, body map[string]any) []previewItem {
	t.Helper()
	request := map[string]any{"dryRun": true}
	maps.Copy(request, body)
	var answer struct {
		ID      string
		Preview bool
		Items   []previewItem
	}
	response := s.admin.Post(t, "/v1/customers/"+verb, request).Want(http.StatusOK).Into(&answer)
	if answer.ID != "" || !answer.Preview {
		t.Errorf("got %s, want a complete preview without an operation", response.Text)
	}
	return answer.Items
}

// itemsWith returns the items of a bulk request, each with a customer and the plan in the given field. The arguments
// are customers and plans in turn. An item with an empty plan does not have the field.
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

// assertCodes checks the codes of items in their order. The code of an item that succeeded is "".
func assertCodes(t *testing.T, items []item, codes ...string) {
	t.Helper()
	var got []string
	for _, i := range items {
		if (i.Code == "") != (i.State == "succeeded") {
			t.Errorf("got the item %+v, want a code if and only if it failed", i)
		}
		got = append(got, i.Code)
	}
	if !slices.Equal(got, codes) {
		t.Errorf("got the items %+v, want the codes %q", items, codes)
	}
}

// asItems returns the items of a preview without their forecasts.
func asItems(previews []previewItem) (items []item) {
	for _, preview := range previews {
		items = append(
			items,
			item{Customer: preview.Customer, State: preview.State, Code: preview.Code, Detail: preview.Detail},
		)
	}
	return items
}

// subscription is a subscription as the API returns it.
type subscription struct {
	ID, Customer, ServicePlan, Link, Status string
	Resources                               resources
}

func (s *story) subscription(t *testing.T, caller client.Caller, id string) (found subscription) {
	t.Helper()
	caller.Get(t, "/v1/subscriptions/"+id).Want(http.StatusOK).Into(&found)
	return found
}

// subscribe creates a subscription on a plan, or on the custom plan with its own resources, and returns its id.
func (s *story) subscribe(t *testing.T, caller client.Caller, c customer, domain, plan string, own any) string {
	t.Helper()
	body := map[string]any{"domain": s.domain(domain), "servicePlan": plan}
	if own != nil {
		body["resources"] = own
	}
	return id(caller.Post(t, c.path("/subscriptions"), body).Want(http.StatusCreated))
}

// disk returns resources with the disk space.
func disk(size int64) map[string]any {
	return map[string]any{"allotments": map[string]any{"disk_space": size}}
}

// plan creates a plan of the kind "service" or "reseller" and returns its id.
func (s *story) plan(t *testing.T, caller client.Caller, kind, name string, resources map[string]any) string {
	t.Helper()
	body := map[string]any{"name": name}
	maps.Copy(body, resources)
	return id(caller.Post(t, "/v1/"+kind+"-plans", body).Want(http.StatusCreated))
}

// waitUntilListed waits until the caller's list of its own customers contains the customer, or no longer contains it.
func waitUntilListed(t *testing.T, caller client.Caller, c customer, want bool) {
	t.Helper()
	query := "limit=100"
	if caller.Name == "administrator" {
		query += "&owner=administrator"
	}
	eventually(t, fmt.Sprintf("the list of %s contains the customer: %v", caller.Name, want), func() bool {
		customers, _ := listAll(t, caller, query)
		return slices.Contains(values(customers, "id"), c.ID) == want
	})
}

// unchanged records the customers with their subscriptions and events. It returns a function that checks that they have
// not changed since.
func (s *story) unchanged(t *testing.T, customers ...customer) func() {
	t.Helper()
	read := func() (texts []string) {
		for _, c := range customers {
			for _, resource := range []string{"", "/events?limit=100"} {
				texts = append(texts, s.admin.Get(t, c.path(resource)).Want(http.StatusOK).Text)
			}
			eventually(t, "all subscriptions are listed", func() bool {
				var page struct {
					Items []subscription
					Total int
				}
				response := s.admin.Get(t, c.path("/subscriptions?limit=100")).Want(http.StatusOK).Into(&page)
				if len(page.Items) == page.Total {
					texts = append(texts, response.Text)
				}
				return len(page.Items) == page.Total
			})
		}
		return texts
	}
	before := read()
	return func() {
		t.Helper()
		for i, now := range read() {
			if now != before[i] {
				t.Errorf("the customer has changed\nbefore: %s\nafter: %s", before[i], now)
			}
		}
	}
}
