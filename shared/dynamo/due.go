package dynamo

import (
	"strconv"
	"time"

	"tenantry/shared/account"
)

// dueShards is over how many index partitions is spread what the sweep must look at.
const dueShards = 4

// duePartition is an index partition of what becomes due.
func duePartition(shard int) partition { return partition("DUE#" + strconv.Itoa(shard)) }

// due is the part of items that the sweep looks at when their time has come.
type due struct {
	DueShard partition `dynamodbav:"dueShard,omitempty"`
	DueAt    string    `dynamodbav:"dueAt,omitempty"`
}

func dueAt(id string, at *time.Time) due {
	if at == nil {
		return due{}
	}
	return due{duePartition(shardOf(account.ID(id), dueShards)), dueTime(*at)}
}

// at returns when the item is due; nil for never.
func (d due) at() (*time.Time, error) {
	if d.DueAt == "" {
		return nil, nil
	}
	at, err := time.Parse(dueLayout, d.DueAt)
	return &at, err
}

// dueLayout has the same length for all times, so that their texts are in their order.
const dueLayout = "2006-01-02T15:04:05.000Z"

func dueTime(at time.Time) string { return at.UTC().Format(dueLayout) }
