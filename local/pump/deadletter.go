package pump

import (
	"context"
	"encoding/json"
	"strings"
	"time"
)

// Lambda's names for the reasons why a batch is given up.
const (
	retriesExhausted = "RetryAttemptsExhausted"
	recordTooOld     = "RecordAgeExceeded"
)

// deadLetter is the message that Lambda sends to an on-failure destination. It contains the position of the records in
// the stream. Only a bucket gets the records themselves.
type deadLetter struct {
	RequestContext  requestContext   `json:"requestContext"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	BatchInfo       batchInfo        `json:"DDBStreamBatchInfo"`
	Payload         string           `json:"payload,omitempty"` // the event of the invocation, as JSON
}

// bucketPrefix precedes the name of a bucket in its ARN.
const bucketPrefix = "arn:aws:s3:::"

// sendDeadLetter sends a dead letter to a queue, or stores it with the records in a bucket.
func (w *Worker) sendDeadLetter(ctx context.Context, batch []Record, f failure) error {
	letter := w.newDeadLetter(batch, f)
	bucket, isBucket := strings.CutPrefix(w.Mapping.Destination, bucketPrefix)
	if isBucket {
		payload, err := payloadOf(batch)
		if err != nil {
			return err
		}
		letter.Payload = string(payload)
	}
	text, err := json.Marshal(letter)
	if err != nil {
		return err
	}
	if !isBucket {
		return w.Destinations.Send(ctx, w.Mapping.Destination, text)
	}
	now := time.Now().UTC()
	moment := now.Format("2006/01/02/2006-01-02T15.04.05-")
	key := "aws/lambda/" + w.Mapping.Name + "/" + w.shard.ID + "/" + moment + batch[0].Sequence
	return w.Destinations.Store(ctx, bucket, key, text)
}

type requestContext struct {
	RequestID   string `json:"requestId"`
	FunctionARN string `json:"functionArn"`
	Condition   string `json:"condition"`
	InvokeCount int    `json:"approximateInvokeCount"`
}

type responseContext struct {
	StatusCode      int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion"`
	FunctionError   string `json:"functionError,omitempty"`
}

type batchInfo struct {
	ShardID       string `json:"shardId"`
	StartSequence string `json:"startSequenceNumber"`
	EndSequence   string `json:"endSequenceNumber"`
	FirstArrival  string `json:"approximateArrivalOfFirstRecord"`
	LastArrival   string `json:"approximateArrivalOfLastRecord"`
	Size          int    `json:"batchSize"`
	StreamARN     string `json:"streamArn"`
}

// failure says why a batch is given up.
type failure struct {
	condition   string
	invocations int
	last        Response // to the last of the invocations
}

func (w *Worker) newDeadLetter(batch []Record, f failure) deadLetter {
	first, last := batch[0], batch[len(batch)-1]
	letter := deadLetter{
		RequestContext: requestContext{
			RequestID: f.last.RequestID, FunctionARN: w.Mapping.FunctionName,
			Condition: f.condition, InvokeCount: f.invocations,
		},
		Version:   "1.0",
		Timestamp: time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		BatchInfo: batchInfo{
			ShardID: w.shard.ID, StreamARN: w.shard.Stream, Size: len(batch),
			StartSequence: first.Sequence, EndSequence: last.Sequence,
			FirstArrival: first.Created.UTC().Format(time.RFC3339), LastArrival: last.Created.UTC().Format(time.RFC3339),
		},
	}
	if f.invocations > 0 {
		letter.ResponseContext = &responseContext{
			StatusCode: f.last.Status, ExecutedVersion: "$LATEST", FunctionError: f.last.FunctionError,
		}
	}
	return letter
}
