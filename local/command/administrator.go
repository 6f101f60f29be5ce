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

var errAdministratorExists = errors.New("an administrator already exists")

// createAdministrator creates the first account, unless credentials.json already has its password. It saves the
// password before it calls the function, so that a crash cannot leave an administrator whose password nobody knows. It
// returns errAdministratorExists if an administrator exists whose password is in no file.
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
		return "already exists", s.Dir.Credentials().Save(credentials)
	}
	pending := s.Dir.PendingCredentials()
	if credentials, err = pending.Load(); err != nil {
		return "", err
	}
	isRetry := credentials.Password != ""
	if !isRetry {
		credentials = state.Credentials{Login: administratorLogin, Password: rand.Text()}
	}
	credentials.URL, credentials.Emulator = running.URL, running.Emulator
	if err := pending.Save(credentials); err != nil {
		return "", err
	}
	err = s.invokeCreateAdministrator(ctx, running, credentials)
	switch {
	case errors.Is(err, errAdministratorExists) && !isRetry:
		// The existing administrator has another password. If the pending file stayed, the next run would save this one.
		return "", errors.Join(err, pending.Remove())
	case err != nil && !errors.Is(err, errAdministratorExists):
		return "", err
	}
	if err := s.Dir.Credentials().Save(credentials); err != nil {
		return "", err
	}
	return "created", pending.Remove()
}

// invokeCreateAdministrator invokes the function that creates the administrator. It returns errAdministratorExists if
// an administrator exists.
func (s *Stack) invokeCreateAdministrator(
	ctx context.Context, running state.Running, credentials state.Credentials,
) error {
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
	response, err := client.Invoke(ctx, deployed.Outputs[administratorFunction], payload)
	switch {
	case err != nil:
		return err
	case response.FunctionError != "" && strings.Contains(string(response.Payload), "conflict"):
		return fmt.Errorf("%w, but its password is lost (%s is missing): run `make reset` to delete the data and start over",
			errAdministratorExists, s.Dir.Credentials())
	case response.FunctionError != "":
		return fmt.Errorf("the function failed: %s", response.Payload)
	}
	return nil
}
