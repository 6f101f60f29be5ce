// Package platform gives functions their configuration, clock, randomness, logger and AWS clients, and wires the use
// cases. A function creates only what it asks for, so that it starts fast.
package platform

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/sethvargo/go-envconfig"

	"tenantry/shared/access"
	"tenantry/shared/hosting"
	"tenantry/shared/maillimit"
	"tenantry/shared/operation"
	"tenantry/shared/password"
	"tenantry/shared/reset"
	"tenantry/shared/workflow"
)

// settings are the environment variables of a function, which template.yaml sets.
type settings struct {
	TableName       string   `env:"TABLE_NAME, required"`
	BusName         string   `env:"BUS_NAME, required"`
	PublicURL       string   `env:"PUBLIC_URL, required"`
	ReservedDomains []string `env:"RESERVED_DOMAINS"`
	SharedDomains   []string `env:"SHARED_DOMAINS"`
	PasswordMinimum int      `env:"PASSWORD_MINIMUM, default=15"`
	SessionHours    int      `env:"SESSION_HOURS, default=12"`
	LoginAttempts   int      `env:"LOGIN_ATTEMPTS, default=10"`
	AddressAttempts int      `env:"ADDRESS_ATTEMPTS, default=100"`
	MailsRecipient  int      `env:"MAILS_PER_RECIPIENT, default=10"`
	MailsKind       int      `env:"MAILS_PER_RECIPIENT_AND_KIND, default=5"`
	MailsCustomer   int      `env:"MAILS_PER_CUSTOMER, default=10"`
	MailsReseller   int      `env:"MAILS_PER_RESELLER, default=200"`
	MailsAdmin      int      `env:"MAILS_PER_ADMINISTRATOR, default=2000"`
	ResetMinutes    int      `env:"RESET_LINK_MINUTES, default=30"`
	BackupBucket    string   `env:"BACKUP_BUCKET"`
	StorageURL      string   `env:"STORAGE_URL"`
	MailFrom        string   `env:"MAIL_FROM"`
	MailSettings    string   `env:"MAIL_SETTINGS"`
	MailQueueURL    string   `env:"MAIL_QUEUE_URL"`
	ChangeStatusARN string   `env:"CHANGE_STATUS_MACHINE"`
	RemoveARN       string   `env:"REMOVE_CUSTOMERS_MACHINE"`
	TransferARN     string   `env:"TRANSFER_CUSTOMERS_MACHINE"`
	TaskRoot        string   `env:"LAMBDA_TASK_ROOT"` // the folder of the function's package; set by Lambda
	ParkedRecords   string   `env:"PARKED_RECORDS"`
	OriginHashes    []string `env:"ORIGIN_SECRET_HASHES"` // of the edge stack's secrets
	Metrics         string   `env:"METRICS_NAMESPACE"`    // in CloudWatch; no metrics if it is empty
	StorageOrigin   string   `env:"STORAGE_ORIGIN"`       // of presigned URLs, if it is not the service's own
}

func load(ctx context.Context) (settings, error) {
	var s settings
	err := envconfig.Process(ctx, &s)
	return s, err
}

// Limits returns how many sign-in attempts the stack allows.
func (p *Platform) Limits() access.AttemptLimits {
	return access.AttemptLimits{Login: p.settings.LoginAttempts, Address: p.settings.AddressAttempts}
}

// MailLimits returns how many mails the stack allows in an hour.
func (p *Platform) MailLimits() maillimit.Limits {
	return maillimit.Limits{
		Recipient:     p.settings.MailsRecipient,
		RecipientKind: p.settings.MailsKind,
		Customer:      p.settings.MailsCustomer,
		Reseller:      p.settings.MailsReseller,
		Administrator: p.settings.MailsAdmin,
	}
}

// MailLimiter returns the limiter of mails.
func (p *Platform) MailLimiter() maillimit.Limiter {
	return maillimit.Limiter{Attempts: p.table, Limits: p.MailLimits()}
}

// SessionLifetime returns the lifetime of sessions.
func (p *Platform) SessionLifetime() time.Duration {
	return time.Duration(p.settings.SessionHours) * time.Hour
}

// Lifetimes returns the lifetimes of reset links.
func (p *Platform) Lifetimes() reset.Lifetimes {
	lifetimes := reset.DefaultLifetimes
	lifetimes.Reset = min(time.Duration(p.settings.ResetMinutes)*time.Minute, lifetimes.Welcome)
	return lifetimes
}

// PublicURL returns the URL at which browsers reach the service.
func (p *Platform) PublicURL() string { return p.settings.PublicURL }

// DomainRules returns the rules for the domains of new websites.
func (p *Platform) DomainRules() hosting.DomainRules {
	rules := hosting.DomainRules{Reserved: p.settings.ReservedDomains, Shared: p.settings.SharedDomains}
	if public, err := url.Parse(p.settings.PublicURL); err == nil {
		rules.Host = strings.ToLower(public.Hostname())
	}
	return rules
}

// BackupBucket returns the name of the bucket of backups.
func (p *Platform) BackupBucket() string { return p.settings.BackupBucket }

// ParkedRecords returns the name of the bucket of stream records that cannot be processed.
func (p *Platform) ParkedRecords() string { return p.settings.ParkedRecords }

// StorageURL returns the URL at which callers reach the bucket, or "" for S3's own address.
func (p *Platform) StorageURL() string { return p.settings.StorageURL }

// MailFrom returns the sender of mails, or "" if the stack sends no mail.
func (p *Platform) MailFrom() string { return p.settings.MailFrom }

// MailSettings returns the name of the SES configuration set.
func (p *Platform) MailSettings() string { return p.settings.MailSettings }

// MailQueueURL returns the URL of the mail queue.
func (p *Platform) MailQueueURL() string { return p.settings.MailQueueURL }

// Policy returns the rules for new passwords.
func (p *Platform) Policy() password.Policy {
	return password.Policy{Minimum: p.settings.PasswordMinimum}
}

// Hasher returns the hasher of passwords.
func (p *Platform) Hasher() password.Hasher { return password.Hasher{Random: p.Random} }

// Machines returns the state machines of operations.
func (p *Platform) Machines() workflow.Machines {
	status := workflow.Machine{Name: "ChangeStatusMachine", ARN: p.settings.ChangeStatusARN}
	remove := workflow.Machine{Name: "RemoveCustomersMachine", ARN: p.settings.RemoveARN}
	transfer := workflow.Machine{Name: "TransferCustomersMachine", ARN: p.settings.TransferARN}
	return workflow.Machines{
		operation.Suspend: status, operation.Activate: status, operation.Remove: remove,
		operation.Convert: transfer, operation.Move: transfer,
	}
}
