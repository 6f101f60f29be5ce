package dynamo

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/fault"
	"tenantry/shared/operation"
)

// operationItem is a long-running action and its progress.
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
}

func newOperationItem(o *operation.Operation) operationItem {
	stored := operationItem{
		keyed: operationKey(o.ID).fields(), child: child{operationListPartition(o.Originator), sortKey(o.ID)}, dueKeys: newDueKeys(o.ID, o.DueAt),
		List: string(globalOperationListPartition(shardOf(o.ID, operationShards))), ID: o.ID,
		Kind: o.Kind, State: o.State, Preview: o.Preview, Originator: o.Originator, Parameters: parametersItem(o.Parameters), StartAt: o.StartAt,
		ListComplete: o.ListComplete, RefusalCode: o.RefusalCode, PlanCursor: o.PlanCursor, Rounds: o.Rounds, GivenUp: o.GivenUp, Attempt: o.Attempt,
		StartedBatches: o.StartedBatches, FinishedBatches: o.FinishedBatches,
		Total: o.Total, Succeeded: o.Succeeded, Failed: o.Failed, Cancelled: o.Cancelled,
		CancelledAt: o.CancelledAt, CreatedAt: o.CreatedAt, FinishedAt: o.FinishedAt, Version: o.Version,
	}
	if o.Filter != nil {
		filter := filterItem(*o.Filter)
		stored.Filter = &filter
	}
	return stored
}

func readOperation(from item) (*operation.Operation, error) {
	if from == nil {
		return nil, nil
	}
	var stored operationItem
	if err := attributevalue.UnmarshalMap(from, &stored); err != nil {
		return nil, err
	}
	o := &operation.Operation{
		ID: stored.ID, Kind: stored.Kind, State: stored.State, Preview: stored.Preview, Originator: stored.Originator,
		Parameters: operation.Parameters(stored.Parameters), StartAt: stored.StartAt, ListComplete: stored.ListComplete, RefusalCode: stored.RefusalCode,
		PlanCursor: stored.PlanCursor, Rounds: stored.Rounds,
		GivenUp: stored.GivenUp, Attempt: stored.Attempt, StartedBatches: stored.StartedBatches, FinishedBatches: stored.FinishedBatches, Total: stored.Total,
		Succeeded: stored.Succeeded, Failed: stored.Failed, Cancelled: stored.Cancelled, CancelledAt: stored.CancelledAt,
		CreatedAt: stored.CreatedAt, FinishedAt: stored.FinishedAt, DueAt: stored.time(), Version: stored.Version,
	}
	if stored.Filter != nil {
		filter := operation.Filter(*stored.Filter)
		o.Filter = &filter
	}
	return o, nil
}

// chunkItem is a part of an item list: a line for each item, the customer and, where it has one, a plan. Lines take the fewest
// bytes, which is what storing a list costs.
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

func readChunk(from item) ([]operation.Item, error) {
	var stored chunkItem
	if err := attributevalue.UnmarshalMap(from, &stored); err != nil || stored.Lines == "" {
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

// batchItem is the outcome of one numbered batch.
type batchItem struct {
	keyed
	Number       int64     `dynamodbav:"number"`
	StartedAt    time.Time `dynamodbav:"begunAt"`
	Finished     bool      `dynamodbav:"finished"`
	Succeeded    int64     `dynamodbav:"succeeded"`
	Unsuccessful string    `dynamodbav:"others,omitempty"`    // JSON
	Forecasts    []byte    `dynamodbav:"forecasts,omitempty"` // JSON by place, compressed: they are much alike
}

func newBatchItem(b *operation.Batch) (batchItem, error) {
	stored := batchItem{
		keyed: batchKey(b.Operation, b.Number).fields(), Number: b.Number, StartedAt: b.StartedAt, Finished: b.Finished, Succeeded: b.Succeeded,
	}
	if len(b.Forecasts) > 0 {
		var err error
		if stored.Forecasts, err = pack(b.Forecasts); err != nil {
			return stored, err
		}
	}
	if len(b.Unsuccessful) == 0 {
		return stored, nil
	}
	others, err := json.Marshal(b.Unsuccessful)
	stored.Unsuccessful = string(others)
	return stored, err
}

// pack makes compressed JSON of a value.
func pack(value any) ([]byte, error) {
	var packed bytes.Buffer
	to := gzip.NewWriter(&packed)
	if err := json.NewEncoder(to).Encode(value); err != nil {
		return nil, err
	}
	err := to.Close()
	return packed.Bytes(), err
}

// unpack reads what pack has made.
func unpack(packed []byte, value any) error {
	from, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	return json.NewDecoder(from).Decode(value)
}

func readBatch(from item) (*operation.Batch, error) {
	if from == nil {
		return nil, nil
	}
	var stored batchItem
	if err := attributevalue.UnmarshalMap(from, &stored); err != nil {
		return nil, err
	}
	b := &operation.Batch{
		Operation: strings.TrimPrefix(string(stored.PK), operationPrefix), Number: stored.Number, StartedAt: stored.StartedAt,
		Finished: stored.Finished, Succeeded: stored.Succeeded,
	}
	if stored.Forecasts != nil {
		if err := unpack(stored.Forecasts, &b.Forecasts); err != nil {
			return nil, err
		}
	}
	if stored.Unsuccessful == "" {
		return b, nil
	}
	return b, json.Unmarshal([]byte(stored.Unsuccessful), &b.Unsuccessful)
}
