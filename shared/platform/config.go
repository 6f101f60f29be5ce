// Package platform is what a function stands on: its configuration, clock, randomness, logger and AWS clients. A function
// asks for what it needs and pays at start-up for nothing else.
package platform

import (
	"context"
	"time"

	"github.com/sethvargo/go-envconfig"

	"tenantry/shared/access"
	"tenantry/shared/password"
)

// settings are the environment of a function, as template.yaml sets it.
type settings struct {
	TableName       string `env:"TABLE_NAME, required"`
	BusName         string `env:"BUS_NAME, required"`
	PublicURL       string `env:"PUBLIC_URL, required"`
	PasswordMinimum int    `env:"PASSWORD_MINIMUM, default=15"`
	SessionHours    int    `env:"SESSION_HOURS, default=12"`
	LoginAttempts   int    `env:"LOGIN_ATTEMPTS, default=10"`
	AddressAttempts int    `env:"ADDRESS_ATTEMPTS, default=100"`
}

func load(ctx context.Context) (settings, error) {
	var s settings
	err := envconfig.Process(ctx, &s)
	return s, err
}

// Limits are the attempts that the stack allows.
func (p *Platform) Limits() access.Limits {
	return access.Limits{Login: p.settings.LoginAttempts, Address: p.settings.AddressAttempts}
}

// SessionLifetime is how long a sign-in lasts.
func (p *Platform) SessionLifetime() time.Duration {
	return time.Duration(p.settings.SessionHours) * time.Hour
}

// Policy judges new passwords.
func (p *Platform) Policy() password.Policy {
	return password.Policy{Minimum: p.settings.PasswordMinimum}
}

// Hasher hashes passwords.
func (p *Platform) Hasher() password.Hasher { return password.Hasher{Random: p.Random} }
