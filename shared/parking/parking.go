// Package parking keeps records of the table's stream that a function cannot read, in the bucket in which Lambda keeps
// the records that it gives up. tools/replay passes both kinds to their function again.
package parking

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tenantry/shared/meter"
)

// unreadable is the condition of an object. Lambda's own conditions are RetryAttemptsExhausted and RecordAgeExceeded.
const unreadable = "RecordUnreadable"

// Object is a parked object. It has the form in which Lambda keeps an invocation that it gives up:
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
type Object struct {
	RequestContext Context   `json:"requestContext"`
	Version        string    `json:"version"`
	Timestamp      time.Time `json:"timestamp"`
	Payload        string    `json:"payload"` // the event of the invocation, as JSON
}

// Context says which function could not process the records, and why.
type Context struct {
	RequestID   string `json:"requestId"`
	FunctionARN string `json:"functionArn"`
	Condition   string `json:"condition"`
}

// Bucket is the bucket of parked records.
type Bucket struct {
	client *s3.Client
	name   string
	now    func() time.Time
}

// Open returns the bucket with the name.
func Open(config aws.Config, name string, now func() time.Time) *Bucket {
	client := s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = config.BaseEndpoint != nil })
	return &Bucket{client: client, name: name, now: now}
}

// Park keeps a record that the operation cannot read. A record that is parked again replaces its object.
func (b *Bucket) Park(ctx context.Context, operation string, record *events.DynamoDBEventRecord) error {
	payload, err := json.Marshal(events.DynamoDBEvent{Records: []events.DynamoDBEventRecord{*record}})
	if err != nil {
		return err
	}
	object := Object{Version: "1.0", Timestamp: b.now(), Payload: string(payload)}
	object.RequestContext.Condition = unreadable
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		object.RequestContext.RequestID = invocation.AwsRequestID
		object.RequestContext.FunctionARN = invocation.InvokedFunctionArn
	}
	body, err := json.Marshal(object)
	if err != nil {
		return err
	}
	key := "unreadable/" + operation + "/" + record.Change.SequenceNumber + ".json"
	meter.From(ctx).AddTrip(0, 0, "s3:PutObject ParkedRecords/*")
	_, err = b.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &b.name, Key: &key, Body: bytes.NewReader(body), ContentType: aws.String("application/json"),
	})
	return err
}
