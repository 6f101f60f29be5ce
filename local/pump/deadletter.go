package pump

import (
	"encoding/json"
	"time"
)

// Lambda's names for the reasons why a batch is given up.
const (
	retriesExhausted = "RetryAttemptsExhausted"
	recordTooOld     = "RecordAgeExceeded"
)

// deadLetter is the message that Lambda sends to an on-failure destination. It contains the position of the records in
// the stream and not the records themselves.
type deadLetter struct {
	RequestContext  requestContext   `json:"requestContext"`
	ResponseContext *responseContext `json:"responseContext,omitempty"`
	Version         string           `json:"version"`
	Timestamp       string           `json:"timestamp"`
	BatchInfo       batchInfo        `json:"DDBStreamBatchInfo"`
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

func (w *Worker) newDeadLetter(batch []Record, f failure) ([]byte, error) {
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
	return json.Marshal(letter)
}
