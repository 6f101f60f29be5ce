package hosting_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"tenantry/shared/access"
	"tenantry/shared/fault"
	"tenantry/shared/hosting"
	"tenantry/shared/plan"
	"tenantry/shared/request"
)

func TestRegistrableDomains(t *testing.T) {
	rules := hosting.DomainRules{
		Host:     "panel.company.com",
		Reserved: []string{"gmail.com", "company.com", "login.sites.company.com"},
		Shared:   []string{"sites.company.com", "hosted.org"},
	}
	const refused = ""
	for domain, want := range map[string]string{
		"shop.com":                      "shop.com",
		"a.b.shop.com":                  "shop.com",
		"shop.co.uk":                    "shop.co.uk",
		"www.shop.co.uk":                "shop.co.uk",
		"co.uk":                         refused, // a public suffix
		"github.io":                     refused, // a public suffix of a company
		"ada.github.io":                 "ada.github.io",
		"kobe.jp":                       refused, // all names below it are public suffixes
		"shop.a.kobe.jp":                "shop.a.kobe.jp",
		"city.kobe.jp":                  "city.kobe.jp",
		"shop.example":                  "shop.example",
		"xn--55qx5d.cn":                 refused, // 公司.cn
		"www.xn--85x722f.xn--55qx5d.cn": "xn--85x722f.xn--55qx5d.cn",
		"panel.company.com":             refused, // the service's own host
		"a.panel.company.com":           refused,
		"notpanel.other.com":            "other.com",
		"gmail.com":                     refused,
		"a.gmail.com":                   refused,
		"notgmail.com":                  "notgmail.com",
		"company.com":                   refused, // reserved, and above a shared domain
		"www.company.com":               refused,
		"sites.company.com":             refused, // shared: only the names below are given out
		"ada.sites.company.com":         "ada.sites.company.com",
		"www.ada.sites.company.com":     "ada.sites.company.com",
		"login.sites.company.com":       refused,
		"a.login.sites.company.com":     refused,
		"hosted.org":                    refused,
		"ada.hosted.org":                "ada.hosted.org",
	} {
		got, err := rules.Registrable(domain)
		if got != want || (want == refused) != fault.Is(err, fault.Conflict) {
			t.Errorf("Registrable(%q) = %q, %v; want %q", domain, got, err, want)
		}
	}
}

// domainCreators are all operations that give a customer a name: each creates a website with a domain for the caller.
func (s *scene) domainCreators(caller access.Caller) map[string]func(domain string) error {
	s.Helper()
	create := func(domain string) (hosting.SubscriptionView, error) {
		input := hosting.NewSubscription{Domain: domain, ServicePlan: plan.Custom}
		return s.subs.Create(s.Context(), s.reseller, request.Metadata{}, string(caller.Account.ID), input)
	}
	subscription, err := create("of-" + string(caller.Account.Login) + ".example")
	s.must(err)
	return map[string]func(domain string) error{
		"Subscriptions.Create": func(domain string) error {
			_, err := create(domain)
			return err
		},
		"Websites.Add": func(domain string) error {
			_, err := s.sites.Add(s.Context(), s.reseller, request.Metadata{}, subscription.ID, domain)
			return err
		},
	}
}

func TestDomainsBelongToOneCustomer(t *testing.T) {
	first := newScene(t)
	for operation := range first.domainCreators(first.own) {
		t.Run(operation, func(t *testing.T) {
			s := newScene(t)
			victim, other := s.domainCreators(s.own)[operation], s.domainCreators(s.second)[operation]
			s.must(victim("www.victim.example"))
			for _, domain := range []string{"victim.example", "login.victim.example", "a.www.victim.example"} {
				s.refused(other(domain), fault.Conflict)
			}
			for _, domain := range []string{"co.uk", "gmail.com", "mail.gmail.com", "panel.company.com", "a.panel.company.com"} {
				s.refused(other(domain), fault.Conflict)
			}
			s.must(victim("login.victim.example"))
			s.must(victim("ada.sites.company.com"))
			s.must(other("bob.sites.company.com"))
			s.refused(other("www.ada.sites.company.com"), fault.Conflict)
		})
	}
}

func TestRegistrableDomainIsFreeAfterItsLastWebsite(t *testing.T) {
	s := newScene(t)
	other := s.domainCreators(s.second)["Subscriptions.Create"]
	first := s.subscribe("www.victim.example", plan.Custom, nil)
	second := s.subscribe("victim.example", plan.Custom, nil)
	added, err := s.sites.Add(t.Context(), s.reseller, request.Metadata{}, first, "a.victim.example")
	s.must(err)
	s.must(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, second))
	s.refused(other("victim.example"), fault.Conflict)
	s.must(s.sites.Remove(t.Context(), s.reseller, request.Metadata{}, added.ID))
	s.refused(other("victim.example"), fault.Conflict)
	s.must(s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, first))
	s.must(other("victim.example"))
	third := s.subscribe("b.example", plan.Custom, nil)
	_, err = s.sites.Add(t.Context(), s.reseller, request.Metadata{}, third, "a.victim.example")
	s.refused(err, fault.Conflict)
}

// Names of one registrable domain are taken and freed at the same time. In the end its guard counts its websites.
func TestRegistrableDomainIsExactUnderRaces(t *testing.T) {
	s := newScene(t)
	creators := []func(string) error{
		s.domainCreators(s.own)["Subscriptions.Create"], s.domainCreators(s.second)["Subscriptions.Create"],
	}
	errs := make([]error, 6)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = creators[i%2](fmt.Sprintf("%d.victim.example", i)) })
	}
	all.Wait()
	var created [2]int
	for i, err := range errs {
		switch {
		case err == nil:
			created[i%2]++
		case !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Unavailable):
			s.must(err)
		}
	}
	if created[0] > 0 && created[1] > 0 || created == [2]int{} {
		t.Fatalf("the customers got %v names of one registrable domain, want names for one of them", created)
	}
	winner := 0
	if created[1] > 0 {
		winner = 1
	}
	customers := []access.Caller{s.own, s.second}
	removals := make([]error, 0)
	listed, _, err := s.store.ListSubscriptions(t.Context(), customers[winner].Account.ID, "", 100)
	s.must(err)
	var mutex sync.Mutex
	for i := range listed {
		all.Go(func() {
			err := s.subs.Remove(t.Context(), s.reseller, request.Metadata{}, listed[i].ID)
			mutex.Lock()
			removals = append(removals, err)
			mutex.Unlock()
		})
	}
	all.Wait()
	s.must(errors.Join(removals...))
	s.must(creators[1-winner]("victim.example"))
}
