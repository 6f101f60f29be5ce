package emulator

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"tenantry/local/pump"
)

// TableStream reads the stream of one table in dynoxide.
type TableStream struct {
	Client Client
	Table  string

	iterator string // shard iterator for the records after the sequence number `after`
	after    string
}

const streams = "DynamoDBStreams_20120810."

func (s *TableStream) call(ctx context.Context, operation string, in, out any) error {
	return s.Client.call(ctx, "dynamodb", streams+operation, in, out)
}

// Shard returns the stream's only shard. Dynoxide describes the shard as closed, although it still receives records.
func (s *TableStream) Shard(ctx context.Context) (pump.Shard, error) {
	var table struct {
		Table struct{ LatestStreamArn string }
	}
	in := map[string]string{"TableName": s.Table}
	if err := s.Client.call(ctx, "dynamodb", "DynamoDB_20120810.DescribeTable", in, &table); err != nil {
		return pump.Shard{}, err
	}
	stream := table.Table.LatestStreamArn
	var description struct {
		StreamDescription struct {
			Shards []struct {
				ID string `json:"ShardId"`
			}
		}
	}
	if err := s.call(ctx, "DescribeStream", map[string]string{"StreamArn": stream}, &description); err != nil {
		return pump.Shard{}, err
	}
	shards := description.StreamDescription.Shards
	if len(shards) != 1 {
		return pump.Shard{}, fmt.Errorf("stream %s has %d shards instead of one", stream, len(shards))
	}
	return pump.Shard{ID: shards[0].ID, Stream: stream}, nil
}

// Read returns the records after a sequence number.
func (s *TableStream) Read(ctx context.Context, shard pump.Shard, after string, limit int) ([]pump.Record, error) {
	if s.iterator == "" || s.after != after {
		if err := s.seek(ctx, shard, after); err != nil {
			return nil, err
		}
	}
	var page struct {
		Records           []json.RawMessage
		NextShardIterator string
	}
	err := s.call(ctx, "GetRecords", map[string]any{"ShardIterator": s.iterator, "Limit": limit}, &page)
	if err != nil {
		s.iterator = ""
		return nil, err
	}
	records := make([]pump.Record, len(page.Records))
	for i, raw := range page.Records {
		if records[i], err = newRecord(raw, shard.Stream); err != nil {
			return nil, err
		}
		s.after = records[i].Sequence
	}
	s.iterator = page.NextShardIterator
	return records, nil
}

// seek gets an iterator for the records after a sequence number.
func (s *TableStream) seek(ctx context.Context, shard pump.Shard, after string) error {
	in := map[string]string{"StreamArn": shard.Stream, "ShardId": shard.ID, "ShardIteratorType": "TRIM_HORIZON"}
	if after != "" {
		in["ShardIteratorType"], in["SequenceNumber"] = "AFTER_SEQUENCE_NUMBER", after
	}
	var out struct{ ShardIterator string }
	err := s.call(ctx, "GetShardIterator", in, &out)
	s.iterator, s.after = out.ShardIterator, after
	return err
}

// newRecord returns a record of the stream with the fields that Lambda adds for functions.
func newRecord(raw json.RawMessage, stream string) (pump.Record, error) {
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
