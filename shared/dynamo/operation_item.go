package dynamo

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/operation"
)

// operationItem is an operation with its progress.
type operationItem struct {
	keyed
	child
	dueKeys
	List string `dynamodbav:"operationList"`
	ID   string `dynamodbav:"id"`

	Kind       operation.Kind     `dynamodbav:"kind"`
	State      operation.RunState `dynamodbav:"state"`
	Preview    bool               `dynamodbav:"preview,omitempty"`
	Originator account.ID         `dynamodbav:"originator"`
	Parameters parametersItem     `dynamodbav:"order"`
	Filter     *filterItem        `dynamodbav:"filter,omitempty"`
	StartAt    *time.Time         `dynamodbav:"startAt,omitempty"`
	Held       account.ID         `dynamodbav:"held,omitempty"`

	ListComplete    bool       `dynamodbav:"planned,omitempty"`
	RefusalCode     fault.Code `dynamodbav:"refused,omitempty"`
	PlanCursor      string     `dynamodbav:"after,omitempty"`
	Rounds          int        `dynamodbav:"rounds,omitempty"`
	GivenUp         bool       `dynamodbav:"givenUp,omitempty"`
	Attempt         int        `dynamodbav:"attempt"`
	StartedBatches  int64      `dynamodbav:"begun"`
	FinishedBatches int64      `dynamodbav:"finished"`

	Total     int64 `dynamodbav:"total"`
	Succeeded int64 `dynamodbav:"succeeded"`
	Failed    int64 `dynamodbav:"failed"`
	Cancelled int64 `dynamodbav:"cancelled"`

	CancelledAt *time.Time `dynamodbav:"cancelledAt,omitempty"`
	CreatedAt   time.Time  `dynamodbav:"createdAt"`
	FinishedAt  *time.Time `dynamodbav:"finishedAt,omitempty"`
	HeardAt     *time.Time `dynamodbav:"heardAt,omitempty"` // absent in old items
	Version     int64      `dynamodbav:"version"`
}

type parametersItem struct {
	Reason        string     `dynamodbav:"reason,omitempty"`
	PublicMessage string     `dynamodbav:"publicMessage,omitempty"`
	Until         *time.Time `dynamodbav:"until,omitempty"`
	Subscriptions string     `dynamodbav:"subscriptions,omitempty"`
	AreResellers  bool       `dynamodbav:"resellers,omitempty"`
	WithCustomers bool       `dynamodbav:"customers,omitempty"`
	NewOwner      account.ID `dynamodbav:"owner,omitempty"`
}

type filterItem struct {
	Owner  account.ID     `dynamodbav:"owner,omitempty"`
	Status account.Status `dynamodbav:"status,omitempty"`
	Search string         `dynamodbav:"search,omitempty"`
}

func newOperationItem(o *operation.Operation) operationItem {
	stored := operationItem{
		keyed:   operationKey(o.ID).fields(),
		child:   child{operationListPartition(o.Originator, o.Preview), sortKey(o.ID)},
		dueKeys: newDueKeys(o.ID, o.DueAt),
		List:    string(globalOperationListPartition(shardOf(o.ID, operationShards), o.Preview)), ID: o.ID,
		Kind: o.Kind, State: o.State, Preview: o.Preview, Originator: o.Originator,
		Parameters: parametersItem(o.Parameters), StartAt: o.StartAt, Held: o.Held,
		ListComplete: o.ListComplete, RefusalCode: o.RefusalCode, PlanCursor: o.PlanCursor,
		Rounds: o.Rounds, GivenUp: o.GivenUp, Attempt: o.Attempt,
		StartedBatches: o.StartedBatches, FinishedBatches: o.FinishedBatches,
		Total: o.Total, Succeeded: o.Succeeded, Failed: o.Failed, Cancelled: o.Cancelled,
		CancelledAt: o.CancelledAt, CreatedAt: o.CreatedAt, FinishedAt: o.FinishedAt, Version: o.Version,
		HeardAt: &o.HeardAt,
	}
	if o.Filter != nil {
		filter := filterItem(*o.Filter)
		stored.Filter = &filter
	}
	return stored
}

func readOperation(found item) (*operation.Operation, error) {
	if found == nil {
		return nil, nil
	}
	var stored operationItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, err
	}
	o := &operation.Operation{
		ID: stored.ID, Kind: stored.Kind, State: stored.State, Preview: stored.Preview, Originator: stored.Originator,
		Parameters: operation.Parameters(stored.Parameters), StartAt: stored.StartAt, Held: stored.Held,
		ListComplete: stored.ListComplete, RefusalCode: stored.RefusalCode, PlanCursor: stored.PlanCursor,
		Rounds: stored.Rounds, GivenUp: stored.GivenUp, Attempt: stored.Attempt,
		StartedBatches: stored.StartedBatches, FinishedBatches: stored.FinishedBatches,
		Total: stored.Total, Succeeded: stored.Succeeded, Failed: stored.Failed, Cancelled: stored.Cancelled,
		CancelledAt: stored.CancelledAt, CreatedAt: stored.CreatedAt, FinishedAt: stored.FinishedAt,
		HeardAt: stored.CreatedAt, DueAt: stored.time(), Version: stored.Version,
	}
	if stored.HeardAt != nil {
		o.HeardAt = *stored.HeardAt
	}
	if stored.Filter != nil {
		filter := operation.Filter(*stored.Filter)
		o.Filter = &filter
	}
	return o, nil
}

// chunkItem is a part of an operation's list of items. Each line has a customer and, if there is one, a plan. This
// format is short, and storing a list costs by its length.
type chunkItem struct {
	keyed
	Lines string `dynamodbav:"lines"`
}

func newChunkItem(id string, chunk operation.Chunk) chunkItem {
	var lines strings.Builder
	for i, item := range chunk.Items {
		if i > 0 {
			lines.WriteByte('\n')
		}
		lines.WriteString(string(item.Customer))
		if item.Plan != "" {
			lines.WriteString(" " + item.Plan)
		}
	}
	return chunkItem{keyed: chunkKey(id, chunk.Number).fields(), Lines: lines.String()}
}

func readChunk(found item) ([]operation.Item, error) {
	var stored chunkItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil || stored.Lines == "" {
		return nil, err
	}
	lines := strings.Split(stored.Lines, "\n")
	items := make([]operation.Item, len(lines))
	for i, line := range lines {
		customer, plan, _ := strings.Cut(line, " ")
		items[i] = operation.Item{Customer: account.ID(customer), Plan: plan}
	}
	return items, nil
}
