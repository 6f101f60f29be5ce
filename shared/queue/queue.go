// Package queue hands orders for mails over to the SQS queue from which the mailer takes them.
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
	"tenantry/shared/outbox"
)

// batch is the most entries that SendMessageBatch takes.
const batch = 10

// Queue is an SQS queue. It implements outbox.Queue.
type Queue struct {
	client *sqs.Client
	url    string
}

// Open returns the queue at a URL.
func Open(config aws.Config, url string) *Queue {
	return &Queue{client: sqs.NewFromConfig(config), url: url}
}

// Enqueue hands over orders and returns how many of them, from the first on, were accepted. Of those after the first that
// was not, some may have been accepted too; they come again.
func (q *Queue) Enqueue(ctx context.Context, orders []outbox.Order) (int, error) {
	for done := 0; done < len(orders); done += batch {
		part := orders[done:min(done+batch, len(orders))]
		accepted, err := q.send(ctx, part)
		if err != nil || accepted < len(part) {
			return done + accepted, err
		}
	}
	return len(orders), nil
}

func (q *Queue) send(ctx context.Context, orders []outbox.Order) (int, error) {
	entries := make([]types.SendMessageBatchRequestEntry, len(orders))
	for i, order := range orders {
		body, err := json.Marshal(order)
		if err != nil {
			return 0, err
		}
		entries[i] = types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: aws.String(string(body))}
	}
	answer, err := q.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.url, Entries: entries})
	meter.From(ctx).Add("sqs:SendMessage MailQueue", 0, 0)
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
