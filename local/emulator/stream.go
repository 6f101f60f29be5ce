package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tenantry/local/pump"
)

// TableStream reads the changes of one table in dynoxide.
type TableStream struct {
	Client Client
	Table  string

	next  string // iterator that goes on after the sequence number below
	after string
}

const streams = "DynamoDBStreams_20120810."

func (s *TableStream) call(ctx context.Context, operation string, in, out any) error {
	return s.Client.call(ctx, "dynamodb", streams+operation, in, out)
}

// Shard returns the stream's only shard. It claims to have ended, which it has not.
func (s *TableStream) Shard(ctx context.Context) (pump.Shard, error) {
	var table struct {
		Table struct{ LatestStreamArn string }
	}
	err := s.Client.call(ctx, "dynamodb", "DynamoDB_20120810.DescribeTable", map[string]string{"TableName": s.Table}, &table)
	if err != nil {
		return pump.Shard{}, err
	}
	stream := table.Table.LatestStreamArn
	var answer struct {
		StreamDescription struct {
			Shards []struct {
				ID string `json:"ShardId"`
			}
		}
	}
	if err := s.call(ctx, "DescribeStream", map[string]string{"StreamArn": stream}, &answer); err != nil {
		return pump.Shard{}, err
	}
	shards := answer.StreamDescription.Shards
	if len(shards) != 1 {
		return pump.Shard{}, fmt.Errorf("stream %s has %d shards instead of one", stream, len(shards))
	}
	return pump.Shard{ID: shards[0].ID, Stream: stream}, nil
}

// Read returns the records after a sequence number.
func (s *TableStream) Read(ctx context.Context, shard pump.Shard, after string, limit int) ([]pump.Record, error) {
	if s.next == "" || s.after != after {
		if err := s.seek(ctx, shard, after); err != nil {
			return nil, err
		}
	}
	var answer struct {
		Records           []json.RawMessage
		NextShardIterator string
	}
	err := s.call(ctx, "GetRecords", map[string]any{"ShardIterator": s.next, "Limit": limit}, &answer)
	if err != nil {
		s.next = ""
		return nil, err
	}
	records := make([]pump.Record, len(answer.Records))
	for i, raw := range answer.Records {
		if records[i], err = recordOf(raw, shard.Stream); err != nil {
			return nil, err
		}
		s.after = records[i].Sequence
	}
	s.next = answer.NextShardIterator
	return records, nil
}

func (s *TableStream) seek(ctx context.Context, shard pump.Shard, after string) error {
	in := map[string]string{"StreamArn": shard.Stream, "ShardId": shard.ID, "ShardIteratorType": "TRIM_HORIZON"}
	if after != "" {
		in["ShardIteratorType"], in["SequenceNumber"] = "AFTER_SEQUENCE_NUMBER", after
	}
	var answer struct{ ShardIterator string }
	err := s.call(ctx, "GetShardIterator", in, &answer)
	s.next, s.after = answer.ShardIterator, after
	return err
}

// recordOf adds what Lambda adds to a record of the stream.
func recordOf(raw json.RawMessage, stream string) (pump.Record, error) {
	var fields map[string]json.RawMessage
	var change struct {
		SequenceNumber              string
		ApproximateCreationDateTime float64
	}
	if err := json.Unmarshal(raw, &fields); err != nil {
		return pump.Record{}, fmt.Errorf("stream record: %w", err)
	}
	if err := json.Unmarshal(fields["dynamodb"], &change); err != nil {
		return pump.Record{}, fmt.Errorf("stream record: %w", err)
	}
	fields["eventSourceARN"], _ = json.Marshal(stream)
	fields["awsRegion"], _ = json.Marshal(Region)
	event, err := json.Marshal(fields)
	created := time.UnixMilli(int64(change.ApproximateCreationDateTime * 1000))
	return pump.Record{JSON: event, Sequence: change.SequenceNumber, Created: created}, err
}
