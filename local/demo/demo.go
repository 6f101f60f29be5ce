// Package demo creates resellers and customers in a running stack, through the public API.
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
	"time"

	"tenantry/local/state"
)

// Fill creates the demo's resellers and customers, except for those that already exist. If there are fewer than customers,
// it generates more.
func Fill(ctx context.Context, dir state.Dir, customers int, out io.Writer) error {
	running, err := dir.Running().Load()
	if err != nil {
		return err
	}
	if !running.Supervisor.Alive() {
		return fmt.Errorf("the stack in %s is not running: start it with `make up`", dir)
	}
	credentials, err := dir.Credentials().Load()
	if err != nil {
		return err
	}
	if credentials.Password == "" {
		return fmt.Errorf("%s has no credentials: create them with `make up`", dir)
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
	for _, owner := range slices.Sorted(maps.Keys(customersByOwner)) {
		for _, person := range customersByOwner[owner] {
			if err := api.create(ctx, "/v1/customers", person.account(owners[owner])); err != nil {
				return err
			}
			people++
		}
	}
	ids := []string{""} // the administrator
	for _, reseller := range resellers {
		ids = append(ids, owners[reseller.Login])
	}
	if err := api.fillWithMany(ctx, ids, customers-people, out); err != nil {
		return err
	}
	people = max(people, customers)
	fmt.Fprintf(out, "%s now has %d resellers and %d customers.\n", credentials.URL, len(resellers), people)
	fmt.Fprintf(out, "Their mails, with links to set a password: %s/_ministack/ses/messages\n", credentials.Emulator)
	return nil
}

// client calls the API as the administrator.
type client struct {
	url   string
	token string
}

func (c *client) signIn(ctx context.Context, credentials state.Credentials) error {
	var session struct{ Token string }
	in := map[string]string{"login": credentials.Login, "password": credentials.Password}
	problem, err := c.call(ctx, http.MethodPost, "/v1/sessions", "", in, &session)
	c.token = session.Token
	if problem.Code == "unauthenticated" {
		return fmt.Errorf("the password of %s has changed: write the new one into credentials.json", credentials.Login)
	}
	return err
}

// create creates an account, unless it exists. A second call has no effect: within a day because of its
// Idempotency-Key, and later because the login is taken.
func (c *client) create(ctx context.Context, path string, account newAccount) error {
	problem, err := c.call(ctx, http.MethodPost, path, "demo-"+account.Login, account, nil)
	if err != nil && problem.Code != "login-taken" {
		return fmt.Errorf("create %s: %w", account.Login, err)
	}
	return nil
}

// findResellers adds the id of each reseller to ids, by login. It returns an error if one of the demo's is missing.
func (c *client) findResellers(ctx context.Context, ids map[string]string) error {
	for query := (url.Values{"limit": {"100"}}); ; {
		var list struct {
			Items      []struct{ ID, Login string }
			NextCursor string
		}
		if _, err := c.call(ctx, http.MethodGet, "/v1/resellers?"+query.Encode(), "", nil, &list); err != nil {
			return err
		}
		for _, reseller := range list.Items {
			ids[reseller.Login] = reseller.ID
		}
		if list.NextCursor == "" {
			break
		}
		query.Set("cursor", list.NextCursor)
	}
	for _, reseller := range resellers {
		if ids[reseller.Login] == "" {
			return fmt.Errorf("reseller %s is not listed yet: run `make demo` again", reseller.Login)
		}
	}
	return nil
}

// problemDocument is a problem document (RFC 9457) of the API.
type problemDocument struct {
	Code   string
	Detail string
	Errors []struct{ Pointer, Detail string }
}

const (
	maxAttempts = 8
	firstPause  = 100 * time.Millisecond // it doubles with each attempt: 12.7 s for all
)

// call sends a request and reads the response into out, unless out is nil. It repeats a request that the service cannot
// serve at the moment. If the API responds with a problem document, call returns the document with an error.
func (c *client) call(ctx context.Context, method, path, key string, in, out any) (problem problemDocument, err error) {
	for pause, attempt := firstPause, 1; ; pause, attempt = 2*pause, attempt+1 {
		var status int
		status, problem, err = c.send(ctx, method, path, key, in, out)
		if attempt == maxAttempts || status != http.StatusServiceUnavailable && status != http.StatusTooManyRequests {
			return problem, err
		}
		select {
		case <-ctx.Done():
			return problem, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// send sends a request once. It returns the status of the response.
func (c *client) send(
	ctx context.Context, method, path, key string, in, out any,
) (status int, problem problemDocument, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return 0, problem, err
	}
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return 0, problem, err
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
		return 0, problem, err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		_ = json.NewDecoder(response.Body).Decode(&problem)
		return response.StatusCode, problem, fmt.Errorf("%s %s: %s %+v", method, path, response.Status, problem)
	}
	if out == nil {
		return response.StatusCode, problem, nil
	}
	return response.StatusCode, problem, json.NewDecoder(response.Body).Decode(out)
}
