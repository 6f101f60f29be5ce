package platform

import (
	"crypto/rand"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/changefeed"
	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/hosting"
	"tenantry/shared/idgen"
	"tenantry/shared/operation"
	"tenantry/shared/page"
	"tenantry/shared/plan"
	"tenantry/shared/removal"
	"tenantry/shared/reset"
	"tenantry/shared/task"
	"tenantry/shared/transfer"
)

// Platform has the configuration and the AWS clients of a function.
type Platform struct {
	Random io.Reader
	Logger *slog.Logger

	AWS aws.Config

	settings settings
	table    *dynamo.Store
}

// Open reads the function's configuration. If the configuration is not complete, Open logs an error and ends the process.
func Open() *Platform {
	tuneCollector()
	p, err := read(os.Getenv)
	if err != nil {
		stop(newLogger(os.Getenv), err)
	}
	return p
}

// New returns the platform of a function whose environment variables lookUp returns. The platform sends its requests
// with the HTTP client and logs with the logger. It returns an error as read does.
func New(lookUp func(name string) string, client aws.HTTPClient, logger *slog.Logger) (*Platform, error) {
	p, err := read(lookUp)
	if err != nil {
		return nil, err
	}
	p.Logger, p.AWS.HTTPClient = logger, client
	p.table = dynamo.Open(p.AWS, p.settings.tableName, p.Now)
	return p, nil
}

// read returns the platform that the environment variables configure. It returns an error that names each variable that
// is missing or invalid.
func read(lookUp func(name string) string) (*Platform, error) {
	e := &environment{lookUp: lookUp}
	p := &Platform{Random: rand.Reader, Logger: newLogger(lookUp), AWS: readAWS(e), settings: readSettings(e)}
	if err := e.err(); err != nil {
		return nil, err
	}
	p.table = dynamo.Open(p.AWS, p.settings.tableName, p.Now)
	return p, nil
}

// newLogger returns the logger of a function. Its level is the ApplicationLogLevel in the template's LoggingConfig, which
// Lambda passes to the function.
func newLogger(lookUp func(name string) string) *slog.Logger {
	level := slog.LevelInfo
	if lookUp("AWS_LAMBDA_LOG_LEVEL") == "DEBUG" {
		level = slog.LevelDebug
	}
	return slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: level}))
}

// Stop logs the error, because of which the function cannot start, and ends the process.
func (p *Platform) Stop(err error) { stop(p.Logger, err) }

func stop(logger *slog.Logger, err error) {
	logger.Error("cannot start", slog.Any("error", err))
	os.Exit(1)
}

// Now returns the current time in UTC and whole milliseconds.
func (p *Platform) Now() time.Time { return clock.Now() }

// Table returns the store.
func (p *Platform) Table() *dynamo.Store { return p.table }

// BusName returns the name of the event bus.
func (p *Platform) BusName() string { return p.settings.busName }

// IDs returns the generator of ids.
func (p *Platform) IDs() idgen.Generator { return idgen.Generator{Now: p.Now, Random: p.Random} }

// Cursors returns the sealer of list cursors. Its key is in the table.
func (p *Platform) Cursors() *page.Sealer { return page.NewSealer(p.table.CursorKey, p.Random) }

// FeedShard returns the shard of the change feed that this process writes to. If there is no randomness to choose it,
// FeedShard logs an error and ends the process.
func (p *Platform) FeedShard() int {
	shard, err := changefeed.PickShard(p.Random)
	if err != nil {
		p.Stop(err)
	}
	return shard
}

// Create returns the use case that creates accounts, without the hasher and the policy of passwords. A function that
// hashes passwords sets them in its main.go: no other function links them and has the memory for them.
func (p *Platform) Create() directory.Create {
	return directory.Create{Store: p.table, NewID: p.IDs().New, Mails: p.MailLimiter(), Now: p.Now}
}

// Get returns the use case that reads accounts.
func (p *Platform) Get() directory.Get { return directory.Get{Store: p.table, Now: p.Now} }

// List returns the use case that lists accounts.
func (p *Platform) List() directory.List {
	return directory.List{Store: p.table, Cursors: p.Cursors(), Now: p.Now}
}

// Change returns the use case that changes accounts, without the hasher and the policy of passwords; see Create.
func (p *Platform) Change() directory.Change {
	return directory.Change{Store: p.table, NewID: p.IDs().New, Mails: p.MailLimiter(), Now: p.Now}
}

// Trail returns the use case that reads audit trails.
func (p *Platform) Trail() directory.Trail {
	return directory.Trail{Store: p.table, Cursors: p.Cursors(), Now: p.Now}
}

// PanelUsers returns the use case of panel users, without the hasher and the policy of passwords. The list may be the
// zero List if the function lists no panel users.
func (p *Platform) PanelUsers(list directory.List) directory.PanelUsers {
	return directory.PanelUsers{Create: p.Create(), Store: p.table, List: list}
}

// ResetLinks returns the use case that makes reset links.
func (p *Platform) ResetLinks() reset.Manager {
	return reset.Manager{
		Store:     p.table,
		NewID:     p.IDs().New,
		Random:    p.Random,
		Lifetimes: p.Lifetimes(),
		PublicURL: p.settings.publicURL,
		Now:       p.Now,
		SendsMail: p.settings.mailFrom != "",
		Mails:     p.MailLimiter(),
	}
}

// Resellers returns the use case of resellers, without the hasher and the policy of passwords.
func (p *Platform) Resellers() directory.Resellers {
	return directory.Resellers{Create: p.Create(), Get: p.Get(), Change: p.Change(), Store: p.table}
}

// ServicePlans returns the use case of service plans.
func (p *Platform) ServicePlans() plan.Plans {
	return plan.Plans{Prefix: plan.ServicePrefix, Store: p.table, NewID: p.IDs().New, Cursors: p.Cursors(), Now: p.Now}
}

// ResellerPlans returns the use case of reseller plans.
func (p *Platform) ResellerPlans() plan.Plans {
	return plan.Plans{Prefix: plan.ResellerPrefix, Store: p.table, NewID: p.IDs().New, Cursors: p.Cursors(), Now: p.Now}
}

// Subscriptions returns the use case of subscriptions.
func (p *Platform) Subscriptions() hosting.Subscriptions {
	return hosting.Subscriptions{
		Store: p.table, Domains: p.DomainRules(), NewID: p.IDs().New, Cursors: p.Cursors(), Now: p.Now,
	}
}

// Websites returns the use case of websites.
func (p *Platform) Websites() hosting.Websites {
	return hosting.Websites{Subscriptions: p.Subscriptions()}
}

// Backups returns the use case of backups in the storage.
func (p *Platform) Backups(storage backup.Storage) backup.Backups {
	return backup.Backups{Store: p.table, Storage: storage, NewID: p.IDs().New, Cursors: p.Cursors(), Now: p.Now}
}

// StatusAcceptor returns the use case that accepts suspensions and activations.
func (p *Platform) StatusAcceptor() operation.Acceptor {
	return operation.Acceptor{Store: p.table, Processors: p.StatusProcessors(), NewID: p.IDs().New, Now: p.Now}
}

// RemovalAcceptor returns the use case that accepts removals.
func (p *Platform) RemovalAcceptor() operation.Acceptor {
	return operation.Acceptor{Store: p.table, Processors: p.Remover(nil).Processors(), NewID: p.IDs().New, Now: p.Now}
}

// Remover returns the use case that removes accounts and their backups. The backups may be nil for previews.
func (p *Platform) Remover(backups removal.BackupService) removal.Remover {
	return removal.Remover{Store: p.table, Backups: backups, NewID: p.IDs().New, Now: p.Now}
}

// TransferAcceptor returns the use case that accepts moves and conversions.
func (p *Platform) TransferAcceptor() operation.Acceptor {
	return operation.Acceptor{Store: p.table, Processors: p.Mover().Processors(), NewID: p.IDs().New, Now: p.Now}
}

// Mover returns the use case that moves and converts customers.
func (p *Platform) Mover() transfer.Mover {
	return transfer.Mover{Store: p.table, NewID: p.IDs().New, Now: p.Now}
}

// StatusProcessors returns the processors of suspensions and activations.
func (p *Platform) StatusProcessors() map[operation.Kind]operation.Processor {
	customers := p.Change()
	customers.Only = account.Customer
	return operation.StatusChanger{Change: customers}.Processors()
}

// OperationViewer returns the use case that shows operations.
func (p *Platform) OperationViewer() operation.Viewer {
	return operation.Viewer{Store: p.table, Cursors: p.Cursors()}
}

// OperationCanceller returns the use case that cancels operations.
func (p *Platform) OperationCanceller() operation.Canceller {
	return operation.Canceller{Store: p.table, NewID: p.IDs().New, Now: p.Now}
}

// Tokens returns the use case of API tokens, without the hasher of passwords.
func (p *Platform) Tokens() access.Tokens {
	return access.Tokens{
		Store:   p.table,
		Current: p.reauthentication(),
		Mails:   p.MailLimiter(),
		NewID:   p.IDs().New,
		Random:  p.Random,
		Now:     p.Now,
	}
}

func (p *Platform) reauthentication() access.Reauthentication {
	return access.Reauthentication{Store: p.table, Limits: p.Limits(), Now: p.Now}
}

// Self returns the use case by which callers change their own account, without the hasher and the policy of passwords.
func (p *Platform) Self() access.Self {
	return access.Self{
		Store:   p.table,
		Current: p.reauthentication(),
		Mails:   p.MailLimiter(),
		NewID:   p.IDs().New,
		Now:     p.Now,
	}
}

// TaskRoot returns the folder of the function's package.
func (p *Platform) TaskRoot() string { return p.settings.taskRoot }

// OriginHashes returns the hashes of the edge stack's secrets.
func (p *Platform) OriginHashes() []string { return p.settings.originHashes }

// StorageOrigin returns the origin to which browsers upload backups, or "" if it is the service's own.
func (p *Platform) StorageOrigin() string { return p.settings.storageOrigin }

// Task returns the configuration of a function without a route.
func (p *Platform) Task(name string) task.Config {
	return task.Config{Name: name, Logger: p.Logger, Now: p.Now, Namespace: p.settings.metrics}
}
