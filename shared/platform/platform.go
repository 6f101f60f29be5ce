package platform

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/changefeed"
	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
	"tenantry/shared/idgen"
	"tenantry/shared/operation"
	"tenantry/shared/page"
	"tenantry/shared/plan"
	"tenantry/shared/removal"
	"tenantry/shared/reset"
	"tenantry/shared/sdkhttp"
	"tenantry/shared/task"
	"tenantry/shared/transfer"
)

// Platform has the configuration and the AWS clients of a function.
type Platform struct {
	Random io.Reader
	Logger *slog.Logger

	AWS aws.Config

	settings settings
	origins  httpapi.OriginHashes
	table    *dynamo.Store
}

// Open reads the function's configuration. If the configuration is not complete, Open logs an error and ends the
// process.
func Open() *Platform {
	tuneCollector()
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	ctx := context.Background()
	s, err := load(ctx)
	if err != nil {
		stop(logger, fmt.Errorf("the configuration is not complete: %w", err))
	}
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		stop(logger, fmt.Errorf("the AWS configuration cannot be loaded: %w", err))
	}
	loaded.HTTPClient = sdkhttp.New(nil, sdkhttp.Settings{})
	origins, err := httpapi.ParseOriginHashes(s.OriginHashes)
	if err != nil {
		stop(logger, fmt.Errorf("the configuration is not complete: %w", err))
	}
	p := &Platform{Random: rand.Reader, Logger: logger, AWS: loaded, settings: s, origins: origins}
	p.table = dynamo.Open(loaded, s.TableName, p.Now)
	return p
}

func stop(logger *slog.Logger, err error) {
	logger.Error("cannot start", slog.Any("error", err))
	os.Exit(1)
}

// Now returns the current time in UTC and whole milliseconds.
func (p *Platform) Now() time.Time { return clock.Now() }

// Table returns the store.
func (p *Platform) Table() *dynamo.Store { return p.table }

// BusName returns the name of the event bus.
func (p *Platform) BusName() string { return p.settings.BusName }

// IDs returns the generator of ids.
func (p *Platform) IDs() idgen.Generator { return idgen.Generator{Now: p.Now, Random: p.Random} }

// Cursors returns the sealer of list cursors. Its key is in the table.
func (p *Platform) Cursors() *page.Sealer { return page.NewSealer(p.table.CursorKey, p.Random) }

// FeedShard returns the shard of the change feed that this process writes to. If there is no randomness to choose it,
// FeedShard logs an error and ends the process.
func (p *Platform) FeedShard() int {
	shard, err := changefeed.PickShard(p.Random)
	if err != nil {
		stop(p.Logger, err)
	}
	return shard
}

// Create returns the use case that creates accounts.
func (p *Platform) Create() directory.Create {
	return directory.Create{
		Store: p.table, NewID: p.IDs().New, Passwords: p.Hasher(), Policy: p.Policy(), Mails: p.MailLimiter(), Now: p.Now,
	}
}

// Get returns the use case that reads accounts.
func (p *Platform) Get() directory.Get { return directory.Get{Store: p.table, Now: p.Now} }

// List returns the use case that lists accounts.
func (p *Platform) List() directory.List {
	return directory.List{Store: p.table, Cursors: p.Cursors(), Now: p.Now}
}

// Change returns the use case that changes accounts.
func (p *Platform) Change() directory.Change {
	return directory.Change{
		Store: p.table, NewID: p.IDs().New, Passwords: p.Hasher(), Policy: p.Policy(), Mails: p.MailLimiter(), Now: p.Now,
	}
}

// Trail returns the use case that reads audit trails.
func (p *Platform) Trail() directory.Trail {
	return directory.Trail{Store: p.table, Cursors: p.Cursors(), Now: p.Now}
}

// PanelUsers returns the use case of panel users. The list may be the zero List if the function lists no panel users.
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
		PublicURL: p.settings.PublicURL,
		Now:       p.Now,
		SendsMail: p.settings.MailFrom != "",
		Mails:     p.MailLimiter(),
	}
}

// Resellers returns the use case of resellers.
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
	return operation.StatusChanger{Change: customers, Store: p.table}.Processors()
}

// OperationViewer returns the use case that shows operations.
func (p *Platform) OperationViewer() operation.Viewer {
	return operation.Viewer{Store: p.table, Cursors: p.Cursors()}
}

// OperationCanceller returns the use case that cancels operations.
func (p *Platform) OperationCanceller() operation.Canceller {
	return operation.Canceller{Store: p.table, NewID: p.IDs().New, Now: p.Now}
}

// Tokens returns the use case of API tokens.
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
	return access.Reauthentication{Store: p.table, Hasher: p.Hasher(), Limits: p.Limits(), Now: p.Now}
}

// Self returns the use case by which callers change their own account.
func (p *Platform) Self() access.Self {
	return access.Self{
		Store:   p.table,
		Current: p.reauthentication(),
		Policy:  p.Policy(),
		Mails:   p.MailLimiter(),
		NewID:   p.IDs().New,
		Now:     p.Now,
	}
}

// Serve handles the requests of API Gateway with the operations. It does not return.
func (p *Platform) Serve(operations ...httpapi.Endpoint) {
	lambda.Start(httpapi.Handler(httpapi.Config{
		Authenticator:     access.Authentication{Sessions: p.table, Now: p.Now},
		Resolve:           p.Get().Resolve,
		PublicURL:         p.settings.PublicURL,
		Logger:            p.Logger,
		Now:               p.Now,
		OriginHashes:      p.origins,
		IdempotencySecret: p.table.IdempotencySecret,
	}, operations...))
}

// ReadPage returns the page that open reads from the files of the function's package. If it cannot be read, ReadPage logs
// an error and ends the process.
func (p *Platform) ReadPage(open func(files fs.FS) (httpapi.Page, error)) httpapi.Page {
	page, err := open(os.DirFS(p.settings.TaskRoot))
	if err != nil {
		stop(p.Logger, err)
	}
	return page
}

// StorageOrigin returns the origin to which browsers upload backups, or "" if it is the service's own.
func (p *Platform) StorageOrigin() string { return p.settings.StorageOrigin }

// ServePage handles the requests of API Gateway with a page. It does not return.
func (p *Platform) ServePage(page httpapi.Page) {
	lambda.Start(httpapi.PageHandler(httpapi.Config{Logger: p.Logger, Now: p.Now, OriginHashes: p.origins}, page))
}

// Task returns the configuration of a function without a route.
func (p *Platform) Task(name string) task.Config {
	return task.Config{Name: name, Logger: p.Logger, Now: p.Now, Namespace: p.settings.Metrics}
}
