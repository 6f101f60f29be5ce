// Package provider does what a hosting provider does with a running service: it adds customers and websites, and suspends
// and activates them over the API.
package provider

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// Provider is a signed-in administrator.
type Provider struct {
	URL string

	password string
	token    string // of the session
	run      string // part of all names of this run
}

// SignIn signs in with a stack's credentials.json.
func SignIn(ctx context.Context, credentials string) (*Provider, error) {
	text, err := os.ReadFile(credentials)
	if err != nil {
		return nil, err
	}
	var stack struct{ URL, Login, Password string }
	if err := json.Unmarshal(text, &stack); err != nil {
		return nil, err
	}
	p := &Provider{URL: stack.URL, password: stack.Password, run: strings.ToLower(rand.Text()[:8])}
	var session struct{ Token string }
	err = p.do(
		ctx,
		http.MethodPost,
		"/v1/sessions",
		map[string]any{"login": stack.Login, "password": stack.Password},
		&session,
	)
	p.token = session.Token
	return p, err
}

// Domain returns a domain of this run.
func (p *Provider) Domain(name string) string { return name + "-" + p.run + ".example" }

// NodeToken creates an API token for a node. It returns the token and its id.
func (p *Provider) NodeToken(ctx context.Context) (token, id string, err error) {
	var created struct{ ID, Token string }
	err = p.do(ctx, http.MethodPost, "/v1/api-tokens", map[string]any{
		"name": "node " + p.run, "scopes": []string{"gate:read"}, "current": p.password,
		"expiresAt": time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339),
	}, &created)
	return created.Token, created.ID, err
}

// RevokeToken deletes an API token.
func (p *Provider) RevokeToken(ctx context.Context, id string) error {
	return p.do(ctx, http.MethodDelete, "/v1/api-tokens/"+id, nil, nil)
}

// AddCustomer creates a customer and returns its id.
func (p *Provider) AddCustomer(ctx context.Context, name string) (string, error) {
	return p.create(ctx, "/v1/customers", map[string]any{
		"login": name + "-" + p.run, "password": "a long password of " + p.run,
		"contact": map[string]any{"name": "Customer " + name, "email": name + "@example.com"},
	})
}

// AddSubscription creates a subscription with a website and returns its id.
func (p *Provider) AddSubscription(ctx context.Context, customer, domain string) (string, error) {
	return p.create(
		ctx,
		"/v1/customers/"+customer+"/subscriptions",
		map[string]any{"domain": domain, "servicePlan": "custom"},
	)
}

// AddWebsite adds a website to a subscription and returns its id.
func (p *Provider) AddWebsite(ctx context.Context, subscription, domain string) (string, error) {
	return p.create(ctx, "/v1/subscriptions/"+subscription+"/websites", map[string]any{"domain": domain})
}

// Suspend suspends a customer, with a message for the visitors of its websites.
func (p *Provider) Suspend(ctx context.Context, customer, message string) error {
	return p.do(ctx, http.MethodPost, "/v1/customers/"+customer+"/suspend", map[string]any{"publicMessage": message}, nil)
}

// Activate activates a customer.
func (p *Provider) Activate(ctx context.Context, customer string) error {
	return p.do(ctx, http.MethodPost, "/v1/customers/"+customer+"/activate", map[string]any{}, nil)
}

// SwitchOff suspends a website by itself.
func (p *Provider) SwitchOff(ctx context.Context, website string) error {
	return p.do(ctx, http.MethodPost, "/v1/websites/"+website+"/suspend", map[string]any{}, nil)
}

// IsOpen asks the gate.
func (p *Provider) IsOpen(ctx context.Context, nodeToken, domain string) (bool, error) {
	node := *p
	node.token = nodeToken
	var answer struct{ Open bool }
	err := node.do(ctx, http.MethodGet, "/v1/gate/"+domain, nil, &answer)
	return answer.Open, err
}

func (p *Provider) create(ctx context.Context, path string, body any) (string, error) {
	var created struct{ ID string }
	err := p.do(ctx, http.MethodPost, path, body, &created)
	return created.ID, err
}

var httpClient = &http.Client{Timeout: time.Minute}

// do sends a request and decodes the response into the target, unless it is nil.
func (p *Provider) do(ctx context.Context, method, path string, body, target any) error {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, p.URL+path, reader)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if p.token != "" {
		request.Header.Set("Authorization", "Bearer "+p.token)
	}
	response, err := httpClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %d: %s", method, path, response.StatusCode, text)
	}
	if target == nil {
		return nil
	}
	return json.Unmarshal(text, target)
}

// AnyWebsite returns an active customer's id and name, and the domain of one of its websites.
func (p *Provider) AnyWebsite(ctx context.Context) (customer, name, domain string, err error) {
	var customers struct {
		Items []struct {
			ID             string
			OwnerSuspended bool
			Contact        struct{ Name string }
			Subscriptions  struct{ Active int }
		}
	}
	if err := p.do(ctx, http.MethodGet, "/v1/customers?status=active&limit=100", nil, &customers); err != nil {
		return "", "", "", err
	}
	for _, c := range customers.Items {
		if c.OwnerSuspended || c.Subscriptions.Active == 0 {
			continue
		}
		var subscriptions struct {
			Items []struct{ Domain, Status string }
		}
		err := p.do(ctx, http.MethodGet, "/v1/customers/"+c.ID+"/subscriptions", nil, &subscriptions)
		if err != nil {
			return "", "", "", err
		}
		for _, s := range subscriptions.Items {
			if s.Status == "active" {
				return c.ID, c.Contact.Name, s.Domain, nil
			}
		}
	}
	return "", "", "", errors.New("no customer has an active website: run `make demo`")
}
