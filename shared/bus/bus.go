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

// Source is the source of all events that Tenantry puts on the bus.
const Source = "tenantry"

// maxEntries is the limit of EventBridge for one PutEvents.
const maxEntries = 10

// Bus is an EventBridge bus.
type Bus struct {
	client *eventbridge.Client
	name   string
}

// Open returns the bus with the name.
func Open(config aws.Config, name string) *Bus {
	return &Bus{client: eventbridge.NewFromConfig(config), name: name}
}

// Publish publishes notices and returns how many of them, from the first on, the bus accepted.
func (b *Bus) Publish(ctx context.Context, notices []stream.Notice) (int, error) {
	for published := 0; published < len(notices); published += maxEntries {
		part := notices[published:min(published+maxEntries, len(notices))]
		accepted, err := b.put(ctx, part)
		if err != nil || accepted < len(part) {
			return published + accepted, err
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
	output, err := b.client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: entries})
	meter.From(ctx).Add("events:PutEvents bus", 0, 0)
	if err != nil {
		return 0, err
	}
	for i := range notices {
		if i >= len(output.Entries) {
			return i, errors.New("the response of the bus has no result for a notice")
		}
		if code := output.Entries[i].ErrorCode; code != nil {
			return i, fmt.Errorf("the bus rejected a notice: %s", *code)
		}
	}
	if output.FailedEntryCount > 0 {
		return 0, errors.New("the bus rejected notices without saying which")
	}
	return len(notices), nil
}
