// Package queue enqueues orders in SQS queues.
package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"tenantry/shared/meter"
)

// batch is the greatest number of entries of SendMessageBatch (AWS limit).
const batch = 10

// Queue is an SQS queue of orders.
type Queue[Order any] struct {
	client *sqs.Client
	url    string
	name   string
}

// Open returns the queue at a URL. The name is its logical id in the template.
func Open[Order any](config aws.Config, url, name string) *Queue[Order] {
	return &Queue[Order]{client: sqs.NewFromConfig(config), url: url, name: name}
}

// Enqueue enqueues orders and returns how many of them, from the first on, were accepted. Some of the orders after the
// first rejected one may have been accepted too. They are enqueued again.
func (q *Queue[Order]) Enqueue(ctx context.Context, orders []Order) (int, error) {
	for done := 0; done < len(orders); done += batch {
		part := orders[done:min(done+batch, len(orders))]
		accepted, err := q.send(ctx, part)
		if err != nil || accepted < len(part) {
			return done + accepted, err
		}
	}
	return len(orders), nil
}

func (q *Queue[Order]) send(ctx context.Context, orders []Order) (int, error) {
	entries := make([]types.SendMessageBatchRequestEntry, len(orders))
	for i, order := range orders {
		body, err := json.Marshal(order)
		if err != nil {
			return 0, err
		}
		entries[i] = types.SendMessageBatchRequestEntry{
			Id:          aws.String(strconv.Itoa(i)),
			MessageBody: aws.String(string(body)),
		}
	}
	answer, err := q.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.url, Entries: entries})
	meter.From(ctx).Add("sqs:SendMessage "+q.name, 0, 0)
	if err != nil {
		return 0, err
	}
	accepted := make([]bool, len(orders))
	for _, entry := range answer.Successful {
		if at, err := strconv.Atoi(aws.ToString(entry.Id)); err == nil && at >= 0 && at < len(orders) {
			accepted[at] = true
		}
	}
	for i := range accepted {
		if !accepted[i] {
			return i, fmt.Errorf("the queue refused an order: %s", refusalOf(answer.Failed, i))
		}
	}
	return len(orders), nil
}

func refusalOf(failed []types.BatchResultErrorEntry, at int) string {
	for _, entry := range failed {
		if aws.ToString(entry.Id) == strconv.Itoa(at) {
			return aws.ToString(entry.Code)
		}
	}
	return "it says nothing of it"
}
