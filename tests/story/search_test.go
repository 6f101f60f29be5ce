package story

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	"tenantry/tests/client"
)

// searchedName is a name that only the chapter about searches uses. It must not be in any log.
const searchedName = "Grünspecht"

// searched returns the ids in the first page of a search.
func searched(t *testing.T, caller client.Caller, list, text, more string) []string {
	t.Helper()
	var page struct{ Items []map[string]any }
	caller.Get(t, "/v1/"+list+"?search="+url.QueryEscape(text)+more).Want(http.StatusOK).Into(&page)
	return values(page.Items, "id")
}

// eventuallyFinds waits until a search finds exactly the ids in this order.
func eventuallyFinds(t *testing.T, caller client.Caller, list, text, more string, ids ...string) {
	t.Helper()
	eventually(t, list+" are found by "+text+more, func() bool {
		return slices.Equal(searched(t, caller, list, text, more), ids)
	})
}

func customersAreSearched(t *testing.T, s *story) {
	contact := func(name, company string) map[string]any {
		return map[string]any{"name": name, "company": company, "email": "someone@example.com"}
	}
	first := s.newCustomer(t, s.north, "searched", "contact", contact("Jürgen "+searchedName, "Weiß & Söhne "+s.run))
	second := s.newCustomer(t, s.north, "wanted", "contact", contact("Ayşe Işık", "Buntgrünspecht "+s.run))
	text := "GRUNSPECHT " + s.run
	eventuallyFinds(t, s.north, "customers", text, "", first.ID, second.ID)
	eventuallyFinds(t, s.admin, "customers", text, "&owner="+s.north.ID, first.ID, second.ID)
	eventuallyFinds(t, s.north, "customers", "nspec "+s.run, "&limit=1", first.ID)
	eventuallyFinds(t, s.north, "customers", "isik buntgr", "", second.ID)
	if ids := searched(t, s.north, "customers", s.login("wanted"), ""); len(ids) == 0 || ids[0] != second.ID {
		t.Errorf("a login finds %v, want %s first", ids, second.ID)
	}
	if ids := searched(t, s.south, "customers", text, ""); len(ids) > 0 {
		t.Errorf("another reseller finds %v, want nobody", ids)
	}
	s.north.Get(t, "/v1/customers?sort=name&search=abc").WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	eventuallyFinds(t, s.admin, "resellers", s.login("north"), "", s.north.ID)

	s.north.Post(t, second.path("/suspend"), nil).Want(http.StatusOK)
	if ids := searched(t, s.north, "customers", text, "&status=suspended"); !slices.Equal(ids, []string{second.ID}) {
		t.Errorf("the suspended customers are %v, want %s", ids, second.ID)
	}
	filter := map[string]any{"filter": map[string]any{"search": text, "owner": s.north.ID}}
	done := waitUntilDone(t, s.admin, start(t, s.admin, "activate", filter), "succeeded")
	if done.counts() != [4]int{2, 2, 0, 0} {
		t.Errorf("a search as filter: got the counts %v, want two successes", done.counts())
	}
	s.admin.Post(t, "/v1/customers/suspend", map[string]any{"filter": map[string]any{"search": " "}}).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")

	subscription := s.subscribe(t, s.north, first, "waldvogel", "custom", nil)
	eventuallyFinds(t, s.north, "customers", "dvogel-"+s.run, "", first.ID)
	eventuallyFinds(t, s.admin, "subscriptions", "aldvogel-"+s.run, "", subscription)
	eventuallyFinds(t, s.north, "subscriptions", s.domain("waldvogel"), "", subscription)
	site := s.north.Get(t, "/v1/subscriptions/"+subscription+"/websites").Want(http.StatusOK).JSON()["items"].([]any)[0]
	website := site.(map[string]any)["id"].(string)
	eventuallyFinds(t, s.admin, "websites", "aldvogel-"+s.run, "", website)
	eventuallyFinds(t, s.north, "websites", s.domain("waldvogel"), "", website)
	if ids := searched(t, s.south, "websites", "waldvogel", ""); len(ids) > 0 {
		t.Errorf("another reseller finds the websites %v, want none", ids)
	}
	other := s.subscribe(t, s.north, second, "singvogel", "custom", nil)
	eventuallyFinds(t, s.north, "subscriptions", "vogel-"+s.run, "", subscription, other)
	var page struct{ NextCursor string }
	s.north.Get(t, "/v1/subscriptions?limit=1&search=vogel-"+s.run).Want(http.StatusOK).Into(&page)
	next := "&limit=1&cursor=" + page.NextCursor
	if ids := searched(t, s.north, "subscriptions", "vogel-"+s.run, next); !slices.Equal(ids, []string{other}) {
		t.Errorf("the second page of subscriptions has %v, want %s", ids, other)
	}
	eventually(t, "the second page of websites has the other website", func() bool {
		var first struct{ NextCursor string }
		s.north.Get(t, "/v1/websites?limit=1&search=vogel-"+s.run).Want(http.StatusOK).Into(&first)
		more := "&limit=1&cursor=" + first.NextCursor
		return first.NextCursor != "" && len(searched(t, s.north, "websites", "vogel-"+s.run, more)) == 1
	})
	s.south.Get(t, "/v1/subscriptions?cursor="+page.NextCursor+"&search=vogel-"+s.run).
		WantProblem(http.StatusUnprocessableEntity, "invalid-request")
	if ids := searched(t, s.south, "subscriptions", "waldvogel", ""); len(ids) > 0 {
		t.Errorf("another reseller finds the subscriptions %v, want none", ids)
	}

	var found struct {
		Items []struct{ Kind, ID, Name, Path string }
	}
	s.north.Get(t, "/v1/navigate?q="+s.domain("waldvogel")).Want(http.StatusOK).Into(&found)
	kinds := map[string]string{}
	for _, item := range found.Items {
		kinds[item.Kind] = item.Path
	}
	if len(kinds) != 2 || kinds["subscription"] != "/v1/subscriptions/"+subscription || kinds["website"] == "" {
		t.Errorf("quick navigation finds %+v, want the website and its subscription", found)
	}

	s.north.Do(t, http.MethodPatch, first.path("/contact"), map[string]any{"name": "Umgetauft"}).Want(http.StatusOK)
	if ids := searched(t, s.north, "customers", text, ""); slices.Contains(ids, first.ID) {
		t.Errorf("a customer is found by its old name at once after it was renamed: %v", ids)
	}
	eventuallyFinds(t, s.north, "customers", "umgetauft "+s.run, "", first.ID)
	s.transferAndWait(t, "move", first, map[string]any{"owner": s.south.ID, "servicePlan": "custom"})
	if ids := searched(t, s.north, "customers", "umgetauft "+s.run, ""); len(ids) > 0 {
		t.Errorf("the old owner finds %v after a move, want nobody", ids)
	}
	eventuallyFinds(t, s.south, "customers", "umgetauft "+s.run, "", first.ID)
	eventuallyFinds(t, s.south, "subscriptions", "waldvogel", "", subscription)

	rebuilt := s.stack.Invoke(t, "RebuildSearchFunction", map[string]any{"owner": s.south.ID}).JSON()
	if rebuilt["next"] != nil || rebuilt["ordered"].(float64) < 2 {
		t.Errorf("got %v, want orders for the customers of one owner", rebuilt)
	}
	eventuallyFinds(t, s.south, "customers", "dvogel-"+s.run, "", first.ID)
}
