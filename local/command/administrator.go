package command

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tenantry/local/emulator"
	"tenantry/local/state"
)

const (
	administratorLogin    = "admin"
	administratorFunction = "CreateAdministratorFunctionName" // output of the template
)

var errAdministratorExists = errors.New("there is an administrator already")

// createAdministrator makes the first account, once. The password is written down before it is used, so that no crash
// can leave an administrator whose password nobody knows.
func (s *Stack) createAdministrator(ctx context.Context) (string, error) {
	running, _, err := s.running()
	if err != nil {
		return "", err
	}
	credentials, err := s.Dir.Credentials().Load()
	if err != nil {
		return "", err
	}
	if credentials.Password != "" {
		credentials.URL, credentials.Emulator = running.URL, running.Emulator
		return "exists", s.Dir.Credentials().Save(credentials)
	}
	pending := state.File[state.Credentials](s.Dir.Path("credentials.pending.json"))
	if credentials, err = pending.Load(); err != nil {
		return "", err
	}
	retried := credentials.Password != ""
	if !retried {
		credentials = state.Credentials{Login: administratorLogin, Password: rand.Text()}
	}
	credentials.URL, credentials.Emulator = running.URL, running.Emulator
	if err := pending.Save(credentials); err != nil {
		return "", err
	}
	err = s.invokeCreateAdministrator(ctx, running, credentials)
	switch {
	case errors.Is(err, errAdministratorExists) && !retried:
		// This password is nobody's. Left there, it would pass for the administrator's at the next try.
		return "", errors.Join(err, pending.Remove())
	case err != nil && !errors.Is(err, errAdministratorExists):
		return "", err
	}
	return "created", errors.Join(s.Dir.Credentials().Save(credentials), pending.Remove())
}

func (s *Stack) invokeCreateAdministrator(ctx context.Context, running state.Running, credentials state.Credentials) error {
	deployed, err := s.Dir.Deployed().Load()
	if err != nil {
		return err
	}
	payload, err := json.Marshal(map[string]any{
		"login": credentials.Login, "password": credentials.Password,
		"contact": map[string]string{"name": "Local administrator", "email": "admin@example.com"},
	})
	if err != nil {
		return err
	}
	client := emulator.Client{Endpoint: running.Emulator}
	answer, err := client.Invoke(ctx, deployed.Outputs[administratorFunction], payload)
	switch {
	case err != nil:
		return err
	case answer.FunctionError != "" && strings.Contains(string(answer.Payload), "conflict"):
		return fmt.Errorf("%w, and %s is lost: `make reset` starts over", errAdministratorExists, string(s.Dir.Credentials()))
	case answer.FunctionError != "":
		return fmt.Errorf("the function failed: %s", answer.Payload)
	}
	return nil
}
