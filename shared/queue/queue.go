// Package queue sends messages to SQS queues.
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

// maxEntries is the limit of SQS for one SendMessageBatch.
const maxEntries = 10

// Queue is an SQS queue of messages in JSON.
type Queue[Message any] struct {
	client *sqs.Client
	url    string
	name   string
}

// Open returns the queue at a URL. The name is its logical id in the template.
func Open[Message any](config aws.Config, url, name string) *Queue[Message] {
	return &Queue[Message]{client: sqs.NewFromConfig(config), url: url, name: name}
}

// Enqueue sends messages and returns how many of them, from the first on, the queue accepted. It may also have accepted
// messages after the first rejected one. The caller sends these again.
func (q *Queue[Message]) Enqueue(ctx context.Context, messages []Message) (int, error) {
	for sent := 0; sent < len(messages); sent += maxEntries {
		part := messages[sent:min(sent+maxEntries, len(messages))]
		accepted, err := q.send(ctx, part)
		if err != nil || accepted < len(part) {
			return sent + accepted, err
		}
	}
	return len(messages), nil
}

func (q *Queue[Message]) send(ctx context.Context, messages []Message) (int, error) {
	entries := make([]types.SendMessageBatchRequestEntry, len(messages))
	for i, message := range messages {
		body, err := json.Marshal(message)
		if err != nil {
			return 0, err
		}
		entries[i] = types.SendMessageBatchRequestEntry{
			Id:          aws.String(strconv.Itoa(i)),
			MessageBody: aws.String(string(body)),
		}
	}
	output, err := q.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.url, Entries: entries})
	meter.From(ctx).Add("sqs:SendMessage "+q.name, 0, 0)
	if err != nil {
		return 0, err
	}
	isAccepted := make([]bool, len(messages))
	for _, entry := range output.Successful {
		if i, err := strconv.Atoi(aws.ToString(entry.Id)); err == nil && i >= 0 && i < len(messages) {
			isAccepted[i] = true
		}
	}
	for i := range isAccepted {
		if !isAccepted[i] {
			return i, fmt.Errorf("the queue %s rejected a message: %s", q.name, rejectionCode(output.Failed, i))
		}
	}
	return len(messages), nil
}

func rejectionCode(failed []types.BatchResultErrorEntry, i int) string {
	for _, entry := range failed {
		if aws.ToString(entry.Id) == strconv.Itoa(i) {
			return aws.ToString(entry.Code)
		}
	}
	return "no code"
}
