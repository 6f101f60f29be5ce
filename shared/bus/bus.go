// Package bus publishes notices on an EventBridge bus.
package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"tenantry/shared/meter"
	"tenantry/shared/stream"
)

// Source is the source of all notices on the bus.
const Source = "tenantry"

// batch is the greatest number of entries of PutEvents (AWS limit).
const batch = 10

// Bus is an EventBridge bus.
type Bus struct {
	client *eventbridge.Client
	name   string
}

// Open returns the bus with a name.
func Open(config aws.Config, name string) *Bus {
	return &Bus{client: eventbridge.NewFromConfig(config), name: name}
}

// Publish publishes notices and returns how many of them, from the first on, were accepted.
func (b *Bus) Publish(ctx context.Context, notices []stream.Notice) (int, error) {
	for done := 0; done < len(notices); done += batch {
		part := notices[done:min(done+batch, len(notices))]
		accepted, err := b.put(ctx, part)
		if err != nil || accepted < len(part) {
			return done + accepted, err
		}
	}
	return len(notices), nil
}

func (b *Bus) put(ctx context.Context, notices []stream.Notice) (int, error) {
	entries := make([]types.PutEventsRequestEntry, len(notices))
	for i, n := range notices {
		detail, err := json.Marshal(n)
		if err != nil {
			return 0, err
		}
		entries[i] = types.PutEventsRequestEntry{
			EventBusName: &b.name, Source: aws.String(Source), DetailType: aws.String(string(n.Name)),
			Detail: aws.String(string(detail)), Time: aws.Time(n.At), Resources: []string{string(n.Account)},
		}
	}
	answer, err := b.client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: entries})
	meter.From(ctx).Add("events:PutEvents bus", 0, 0)
	if err != nil {
		return 0, err
	}
	for i := range notices {
		if i >= len(answer.Entries) {
			return i, errors.New("the bus does not say what became of a notice")
		}
		if code := answer.Entries[i].ErrorCode; code != nil {
			return i, fmt.Errorf("the bus refused a notice: %s", *code)
		}
	}
	if answer.FailedEntryCount > 0 {
		return 0, errors.New("the bus refused notices and does not say which")
	}
	return len(notices), nil
}
