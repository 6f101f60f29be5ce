package counts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-lambda-go/events"

	"tenantry/shared/access"
	"tenantry/shared/account"
	"tenantry/shared/backup"
	"tenantry/shared/bus"
	"tenantry/shared/clock"
	"tenantry/shared/directory"
	"tenantry/shared/dynamo"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/hosting"
	"tenantry/shared/httpapi"
	"tenantry/shared/mail"
	"tenantry/shared/operation"
	"tenantry/shared/outbox"
	"tenantry/shared/parking"
	"tenantry/shared/password"
	"tenantry/shared/platform/server"
	"tenantry/shared/queue"
	"tenantry/shared/reconcile"
	"tenantry/shared/search"
	"tenantry/shared/storage"
	"tenantry/shared/stream"
	"tenantry/shared/sweep"
	"tenantry/shared/task"
	"tenantry/shared/workflow"
)

// The functions without a route are wired here as in functions/<name>/main.go.

func (s *scene) createAdministrator(ctx context.Context) error {
	p := s.platform
	first := access.FirstAdministrator{
		Store: p.Table(), Hasher: password.Hasher{Random: p.Random}, Policy: password.Policy{Minimum: p.PasswordMinimum()},
		NewID: p.IDs().New, Random: p.Random, Now: p.Now,
	}
	_, err := task.Direct(p.Task("createAdministrator"), first.Create)(ctx, access.AdministratorInput{
		Login: "boss", Password: scenePassword, Contact: account.Contact{Name: "Boss", Email: "boss@example.com"},
	})
	return err
}

func (s *scene) mailQueue() *queue.Queue[outbox.Message] {
	return queue.Open[outbox.Message](s.platform.AWS, s.platform.MailQueueURL(), "MailQueue")
}

func (s *scene) editor() edit.AccountEditor {
	return edit.AccountEditor{Store: s.platform.Table(), NewID: s.platform.IDs().New, Now: s.platform.Now}
}

// consumeStream handles the last event of the customer.
func (s *scene) consumeStream(ctx context.Context) error {
	p := s.platform
	consumer := stream.Consumer{
		stream.AppendGateChanges{Feed: p.Table(), Shard: p.FeedShard(), Now: p.Now},
		stream.StartWorkflows{Workflows: workflow.Open(p.AWS, p.Machines())},
		stream.EnqueueMails{Queue: s.mailQueue()},
		stream.PublishNotices{Bus: bus.Open(p.AWS, p.BusName())},
		stream.EraseRemains{Store: p.Table()},
	}
	parked := parking.Open(p.AWS, p.ParkedRecords(), p.Now)
	handle := task.Stream(p.Task("consumeStream"), dynamo.ReadEvent, consumer.Handle, parked.Park)
	_, err := handle(ctx, s.lastRecord(ctx, s.ids["customerId"]))
	return err
}

// indexSearch indexes the customer after its last event.
func (s *scene) indexSearch(ctx context.Context) error {
	p := s.platform
	indexer := search.Indexer{Store: p.Table(), Shared: p.DomainRules().Shared, Now: p.Now}
	parked := parking.Open(p.AWS, p.ParkedRecords(), p.Now)
	handle := task.Stream(p.Task("indexSearch"), dynamo.ReadSearchEvent, indexer.Handle, parked.Park)
	_, err := handle(ctx, s.lastRecord(ctx, s.ids["customerId"]))
	return err
}

// index writes the search rows of accounts without recording the cost.
func (s *scene) index(accounts ...string) {
	s.t.Helper()
	indexer := search.Indexer{Store: s.platform.Table(), Shared: s.platform.DomainRules().Shared, Now: s.platform.Now}
	batch := make([]event.Event, len(accounts))
	for n, id := range accounts {
		batch[n] = event.Event{Name: search.RebuildOrdered, Account: account.ID(id)}
	}
	if handled, err := indexer.Handle(s.t.Context(), batch); err != nil || handled < len(batch) {
		s.t.Fatalf("%d of %d accounts are indexed, %v", handled, len(batch), err)
	}
}

// getPage gets a page. The panel is not built here; one file stands in for its files.
func (s *scene) getPage(page httpapi.Page, path string) func(context.Context) error {
	handle := httpapi.PageHandler(httpapi.Config{Logger: s.platform.Logger, Now: s.platform.Now}, page)
	return func(ctx context.Context) error {
		input := events.APIGatewayV2HTTPRequest{RawPath: path}
		input.RequestContext.RequestID, input.RequestContext.HTTP.SourceIP = requestID, s.address
		input.RequestContext.HTTP.Method = http.MethodGet
		response, err := handle(ctx, input)
		if err == nil && response.StatusCode != http.StatusOK {
			err = fmt.Errorf("got %d, want 200", response.StatusCode)
		}
		return err
	}
}

// getUnknownRoute sends a request that no route matches.
func (s *scene) getUnknownRoute(ctx context.Context) error {
	input := events.APIGatewayV2HTTPRequest{RawPath: "/unknown"}
	input.RequestContext.RequestID, input.RequestContext.HTTP.SourceIP = requestID, s.address
	input.RequestContext.HTTP.Method = http.MethodGet
	_, err := server.Handler(s.platform)(ctx, input)
	return err
}

// sendMail sends the mail that the last event of the customer orders.
func (s *scene) sendMail(ctx context.Context) error {
	p := s.platform
	mailer := mail.Open(p.AWS, mail.Settings{
		From: p.MailFrom(), ConfigurationSet: p.MailSettings(), PublicURL: p.PublicURL(), Logger: p.Logger,
	})
	sender := outbox.Sender{
		Store: p.Table(), Mailer: mailer, Troubles: outbox.Troubles{Editor: s.editor()}, NewID: p.IDs().New,
		Random: p.Random, Lifetimes: p.Lifetimes(), Limits: p.MailLimits(), PublicURL: p.PublicURL(), Now: p.Now,
	}
	last, err := dynamo.ReadEvent(s.lastRecord(ctx, s.ids["customerId"]).Records[0].Change.NewImage)
	if err != nil {
		return err
	}
	body, err := json.Marshal(outbox.Message{Event: last.ID, Account: last.Account})
	if err != nil {
		return err
	}
	response, err := task.Messages(p.Task("sendMail"), outbox.ErrLeased, sender.Deliver)(ctx, events.SQSEvent{
		Records: []events.SQSMessage{{MessageId: "1", Body: string(body)}},
	})
	if len(response.BatchItemFailures) > 0 {
		err = errors.New("the mail was not sent")
	}
	return err
}

// noteReturnedMail records that a mail to the customer bounced.
func (s *scene) noteReturnedMail(ctx context.Context) error {
	detail, err := json.Marshal(object{
		"mail": object{
			"destination": []string{"ada@example.com"},
			"tags":        object{"account": []string{s.ids["customerId"]}},
		},
		"bounce": object{"bounceType": "Permanent", "timestamp": "2000-01-01T00:00:00Z"},
	})
	if err != nil {
		return err
	}
	note := outbox.ReturnRecorder{Editor: s.editor()}
	return task.BusEvents(s.platform.Task("noteReturnedMail"), mail.ReadReturned, note.Record)(ctx,
		events.EventBridgeEvent{ID: "bounce", DetailType: "Email Bounced", Detail: detail})
}

// plan returns the function that plans an operation.
func (s *scene) plan(id string) func(context.Context) error {
	planner := operation.Planner{Store: s.platform.Table(), Now: s.platform.Now}
	step := task.Step(s.platform.Task("planOperation"), planner.Plan)
	return func(ctx context.Context) error {
		_, err := step(ctx, operation.ExecutionInput{Operation: id, Attempt: 1})
		return err
	}
}

// prepare plans an operation without recording the cost.
func (s *scene) prepare(id string) {
	s.t.Helper()
	if err := s.plan(id)(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// measureBatch measures a function that runs the first batch of an operation. The function processes several items in
// parallel, which may meet in the same rows and write them again. Here it processes one after the other, so that the
// counts do not depend on chance, and the recorded wait is that of items that are processed in parallel and never meet.
func (s *scene) measureBatch(function, id string, width int64, runner operation.BatchRunner) {
	s.t.Helper()
	runner.Width, runner.Now = 1, s.platform.Now
	step := task.Step(s.platform.Task(function), task.Done(runner.Run))
	cost := s.costOf(function, func(ctx context.Context) error {
		_, err := step(ctx, operation.BatchRequest{ExecutionInput: operation.ExecutionInput{Operation: id, Attempt: 1}})
		return err
	})
	cost.WaitMs /= width
	s.record(function, "", cost)
}

// changeStatuses measures change-statuses.
func (s *scene) changeStatuses(id string) {
	s.t.Helper()
	p := s.platform
	s.measureBatch("changeStatuses", id, 10, operation.BatchRunner{Store: p.Table(), Processors: p.StatusProcessors()})
}

// transferAccounts measures transfer-accounts.
func (s *scene) transferAccounts(id string) {
	s.t.Helper()
	p := s.platform
	runner := operation.BatchRunner{Store: p.Table().GroupWrites(), Processors: p.Mover().Processors()}
	s.measureBatch("transferAccounts", id, 5, runner)
}

// removeAccounts measures remove-accounts.
func (s *scene) removeAccounts(id string) {
	s.t.Helper()
	p := s.platform
	backups := p.Backups(storage.Open(p.AWS, p.BackupBucket(), p.StorageURL()))
	runner := operation.BatchRunner{Store: p.Table().GroupWrites(), Processors: p.Remover(backups).Processors()}
	s.measureBatch("removeAccounts", id, 5, runner)
}

// finish returns the function that finishes an operation.
func (s *scene) finish(id string) func(context.Context) error {
	finisher := operation.Finisher{Store: s.platform.Table(), Now: s.platform.Now}
	step := task.Step(s.platform.Task("finishOperation"), finisher.Finish)
	return func(ctx context.Context) error {
		_, err := step(ctx, operation.ExecutionInput{Operation: id, Attempt: 1})
		return err
	}
}

// sweep runs sweep-due.
func (s *scene) sweep(ctx context.Context) error {
	p := s.platform
	sweeper := sweep.Sweeper{Store: p.Table(), Now: p.Now, Handlers: map[sweep.Kind]sweep.Handler{
		sweep.Account: directory.DueHandler{Editor: s.editor()},
		sweep.Operation: operation.Resumer{
			Store: p.Table(), Workflows: workflow.Open(p.AWS, p.Machines()), NewID: p.IDs().New, Now: p.Now,
		},
		sweep.Subscription: hosting.DueHandler{Store: p.Table(), NewID: p.IDs().New, Now: p.Now},
		sweep.Backup: backup.DueHandler{
			Store: p.Table(), Storage: storage.Open(p.AWS, p.BackupBucket(), p.StorageURL()), Now: p.Now,
		},
		sweep.Mail: outbox.DueHandler{
			Store: p.Table(), Queue: s.mailQueue(), Troubles: outbox.Troubles{Editor: s.editor()}, Now: p.Now,
		},
	}}
	_, err := task.Direct(p.Task("sweepDue"), sweeper.Run)(ctx, struct{}{})
	return err
}

// reconcileCounts reconciles the counts of the reseller.
func (s *scene) reconcileCounts(ctx context.Context) error {
	p := s.platform
	reconciler := reconcile.Reconciler{Store: p.Table(), Now: p.Now, Wait: clock.Wait}
	_, err := task.Direct(p.Task("reconcileCounts"), reconciler.Run)(ctx,
		reconcile.Request{Owner: account.ID(s.ids["resellerId"])})
	return err
}

// rebuildSearch orders new rows for all customers of the reseller.
func (s *scene) rebuildSearch(ctx context.Context) error {
	rebuild := directory.RebuildSearch{Store: s.platform.Table(), Now: s.platform.Now}
	_, err := task.Direct(s.platform.Task("rebuildSearch"), rebuild.Run)(ctx,
		directory.RebuildRequest{Owner: account.ID(s.ids["resellerId"])})
	return err
}

// reshardList gives the list of the reseller's customers a second shard.
func (s *scene) reshardList(ctx context.Context) error {
	return s.reshard(ctx, directory.ReshardRequest{Owner: account.ID(s.ids["resellerId"]), Shards: 2})
}

// fitLists finds no list that needs more shards, as the schedule's invocation usually does.
func (s *scene) fitLists(ctx context.Context) error {
	return s.reshard(ctx, directory.ReshardRequest{})
}

func (s *scene) reshard(ctx context.Context, input directory.ReshardRequest) error {
	reshard := directory.Reshard{
		Store: s.platform.Table(), Now: s.platform.Now, Wait: clock.Wait, ShardSize: directory.DefaultShardSize,
	}
	_, err := task.Direct(s.platform.Task("reshardList"), reshard.Run)(ctx, input)
	return err
}
