// Package demo fills a running stack with customers, through nothing but the public API.
package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"tenantry/local/state"
)

// Fill creates the resellers and customers that are not there yet.
func Fill(ctx context.Context, dir state.Dir, out io.Writer) error {
	running, err := dir.Running().Load()
	if err != nil {
		return err
	}
	if !running.Supervisor.Alive() {
		return fmt.Errorf("the stack in %s is down: `make up` starts it", dir)
	}
	credentials, err := dir.Credentials().Load()
	if err != nil {
		return err
	}
	if credentials.Password == "" {
		return fmt.Errorf("%s has no credentials: `make up` makes them", dir)
	}
	api := &client{url: credentials.URL}
	if err := api.signIn(ctx, credentials); err != nil {
		return err
	}
	owners := map[string]string{"": ""}
	for _, reseller := range resellers {
		if err := api.create(ctx, "/v1/resellers", reseller); err != nil {
			return err
		}
	}
	if err := api.findResellers(ctx, owners); err != nil {
		return err
	}
	people := 0
	for _, owner := range slices.Sorted(maps.Keys(customersOf)) {
		for _, person := range customersOf[owner] {
			if err := api.create(ctx, "/v1/customers", person.account(owners[owner])); err != nil {
				return err
			}
			people++
		}
	}
	fmt.Fprintf(out, "%d resellers and %d customers are there: %s\n", len(resellers), people, credentials.URL)
	fmt.Fprintf(out, "The mails that they got, with the links to set their passwords: %s/_ministack/ses/messages\n", credentials.Emulator)
	return nil
}

// client speaks to the API as the administrator.
type client struct {
	url   string
	token string
}

func (c *client) signIn(ctx context.Context, credentials state.Credentials) error {
	var session struct{ Token string }
	in := map[string]string{"login": credentials.Login, "password": credentials.Password}
	refusal, err := c.call(ctx, http.MethodPost, "/v1/sessions", "", in, &session)
	c.token = session.Token
	if refusal.Code == "unauthenticated" {
		return fmt.Errorf("the password of %s has been changed: write the present one into credentials.json", credentials.Login)
	}
	return err
}

// create makes the account unless it is there. Its key makes a call repeated within a day harmless, its login a later one.
func (c *client) create(ctx context.Context, path string, account newAccount) error {
	answer, err := c.call(ctx, http.MethodPost, path, "demo-"+account.Login, account, nil)
	if err != nil && answer.Code != "login-taken" {
		return fmt.Errorf("create %s: %w", account.Login, err)
	}
	return nil
}

func (c *client) findResellers(ctx context.Context, ids map[string]string) error {
	for cursor := ""; ; {
		var list struct {
			Items      []struct{ ID, Login string }
			NextCursor string
		}
		if _, err := c.call(ctx, http.MethodGet, "/v1/resellers?limit=100&cursor="+url.QueryEscape(cursor), "", nil, &list); err != nil {
			return err
		}
		for _, reseller := range list.Items {
			ids[reseller.Login] = reseller.ID
		}
		if cursor = list.NextCursor; cursor == "" {
			break
		}
	}
	for _, reseller := range resellers {
		if ids[reseller.Login] == "" {
			return fmt.Errorf("the list of resellers lacks %s", reseller.Login)
		}
	}
	return nil
}

// problem is how the API refuses.
type problem struct {
	Code   string
	Detail string
	Errors []struct{ Pointer, Detail string }
}

func (c *client) call(ctx context.Context, method, path, key string, in, out any) (refusal problem, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return refusal, err
	}
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return refusal, err
	}
	if in == nil {
		request.Body = http.NoBody
		request.ContentLength = 0
	}
	request.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return refusal, err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		_ = json.NewDecoder(response.Body).Decode(&refusal)
		return refusal, fmt.Errorf("%s %s: %s %+v", method, path, response.Status, refusal)
	}
	if out == nil {
		return refusal, nil
	}
	return refusal, json.NewDecoder(response.Body).Decode(out)
}
