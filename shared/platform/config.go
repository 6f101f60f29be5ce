// Package platform gives functions their configuration, clock, randomness, logger and AWS clients, and wires the use
// cases. A function creates only what it asks for, so that it starts fast.
package platform

import (
	"net/url"
	"strings"
	"time"

	"tenantry/shared/access"
	"tenantry/shared/hosting"
	"tenantry/shared/maillimit"
	"tenantry/shared/operation"
	"tenantry/shared/reset"
)

// settings are the environment variables of a function, which template.yaml sets.
type settings struct {
	tableName       string
	busName         string
	publicURL       string
	reservedDomains []string
	sharedDomains   []string
	passwordMinimum int
	sessionHours    int
	loginAttempts   int
	addressAttempts int
	mailsRecipient  int
	mailsKind       int
	mailsCustomer   int
	mailsReseller   int
	mailsAdmin      int
	resetMinutes    int
	backupBucket    string
	storageURL      string
	mailFrom        string
	mailSettings    string
	mailQueueURL    string
	changeStatusARN string
	removeARN       string
	transferARN     string
	taskRoot        string // the folder of the function's package; set by Lambda
	parkedRecords   string
	originHashes    []string // of the edge stack's secrets
	metrics         string   // namespace in CloudWatch; no metrics if it is empty
	storageOrigin   string   // of presigned URLs, if it is not the service's own
}

// readSettings reads the settings. The environment collects the errors.
func readSettings(e *environment) settings {
	return settings{
		tableName:       e.required("TABLE_NAME"),
		busName:         e.required("BUS_NAME"),
		publicURL:       e.required("PUBLIC_URL"),
		reservedDomains: e.list("RESERVED_DOMAINS"),
		sharedDomains:   e.list("SHARED_DOMAINS"),
		passwordMinimum: e.number("PASSWORD_MINIMUM", 15),
		sessionHours:    e.number("SESSION_HOURS", 12),
		loginAttempts:   e.number("LOGIN_ATTEMPTS", 10),
		addressAttempts: e.number("ADDRESS_ATTEMPTS", 100),
		mailsRecipient:  e.number("MAILS_PER_RECIPIENT", 10),
		mailsKind:       e.number("MAILS_PER_RECIPIENT_AND_KIND", 5),
		mailsCustomer:   e.number("MAILS_PER_CUSTOMER", 10),
		mailsReseller:   e.number("MAILS_PER_RESELLER", 200),
		mailsAdmin:      e.number("MAILS_PER_ADMINISTRATOR", 2000),
		resetMinutes:    e.number("RESET_LINK_MINUTES", 30),
		backupBucket:    e.text("BACKUP_BUCKET"),
		storageURL:      e.text("STORAGE_URL"),
		mailFrom:        e.text("MAIL_FROM"),
		mailSettings:    e.text("MAIL_SETTINGS"),
		mailQueueURL:    e.text("MAIL_QUEUE_URL"),
		changeStatusARN: e.text("CHANGE_STATUS_MACHINE"),
		removeARN:       e.text("REMOVE_CUSTOMERS_MACHINE"),
		transferARN:     e.text("TRANSFER_CUSTOMERS_MACHINE"),
		taskRoot:        e.text("LAMBDA_TASK_ROOT"),
		parkedRecords:   e.text("PARKED_RECORDS"),
		originHashes:    e.list("ORIGIN_SECRET_HASHES"),
		metrics:         e.text("METRICS_NAMESPACE"),
		storageOrigin:   e.text("STORAGE_ORIGIN"),
	}
}

// Limits returns how many sign-in attempts the stack allows.
func (p *Platform) Limits() access.AttemptLimits {
	return access.AttemptLimits{Login: p.settings.loginAttempts, Address: p.settings.addressAttempts}
}

// MailLimits returns how many mails the stack allows in an hour.
func (p *Platform) MailLimits() maillimit.Limits {
	return maillimit.Limits{
		Recipient:     p.settings.mailsRecipient,
		RecipientKind: p.settings.mailsKind,
		Customer:      p.settings.mailsCustomer,
		Reseller:      p.settings.mailsReseller,
		Administrator: p.settings.mailsAdmin,
	}
}

// MailLimiter returns the limiter of mails.
func (p *Platform) MailLimiter() maillimit.Limiter {
	return maillimit.Limiter{Attempts: p.table, Limits: p.MailLimits()}
}

// SessionLifetime returns the lifetime of sessions.
func (p *Platform) SessionLifetime() time.Duration {
	return time.Duration(p.settings.sessionHours) * time.Hour
}

// Lifetimes returns the lifetimes of reset links.
func (p *Platform) Lifetimes() reset.Lifetimes {
	lifetimes := reset.DefaultLifetimes
	lifetimes.Reset = min(time.Duration(p.settings.resetMinutes)*time.Minute, lifetimes.Welcome)
	return lifetimes
}

// PublicURL returns the URL at which browsers reach the service.
func (p *Platform) PublicURL() string { return p.settings.publicURL }

// DomainRules returns the rules for the domains of new websites.
func (p *Platform) DomainRules() hosting.DomainRules {
	rules := hosting.DomainRules{Reserved: p.settings.reservedDomains, Shared: p.settings.sharedDomains}
	if public, err := url.Parse(p.settings.publicURL); err == nil {
		rules.Host = strings.ToLower(public.Hostname())
	}
	return rules
}

// BackupBucket returns the name of the bucket of backups.
func (p *Platform) BackupBucket() string { return p.settings.backupBucket }

// ParkedRecords returns the name of the bucket of stream records that cannot be processed.
func (p *Platform) ParkedRecords() string { return p.settings.parkedRecords }

// StorageURL returns the URL at which callers reach the bucket, or "" for S3's own address.
func (p *Platform) StorageURL() string { return p.settings.storageURL }

// MailFrom returns the sender of mails, or "" if the stack sends no mail.
func (p *Platform) MailFrom() string { return p.settings.mailFrom }

// MailSettings returns the name of the SES configuration set.
func (p *Platform) MailSettings() string { return p.settings.mailSettings }

// MailQueueURL returns the URL of the mail queue.
func (p *Platform) MailQueueURL() string { return p.settings.mailQueueURL }

// PasswordMinimum returns the minimum length of a new password, in characters.
func (p *Platform) PasswordMinimum() int { return p.settings.passwordMinimum }

// Machines returns the state machines of operations.
func (p *Platform) Machines() operation.Machines {
	status := operation.Machine{Name: "ChangeStatusMachine", ARN: p.settings.changeStatusARN}
	remove := operation.Machine{Name: "RemoveCustomersMachine", ARN: p.settings.removeARN}
	transfer := operation.Machine{Name: "TransferCustomersMachine", ARN: p.settings.transferARN}
	return operation.Machines{
		operation.Suspend: status, operation.Activate: status, operation.Remove: remove,
		operation.Convert: transfer, operation.Move: transfer,
	}
}
