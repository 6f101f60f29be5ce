package parking_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tenantry/shared/parking"
)

// The object has the whole record, in the form in which Lambda passes it to the function.
func TestParkKeepsTheWholeRecord(t *testing.T) {
	var path string
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		path = r.Method + " " + r.URL.Path
		body, _ = io.ReadAll(r.Body)
	}))
	defer server.Close()
	config := aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL,
		Credentials:                credentials.NewStaticCredentialsProvider("test", "test", ""),
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
	}
	bucket := parking.Open(config, "parked", func() time.Time { return time.Unix(0, 0).UTC() })
	record := events.DynamoDBEventRecord{EventID: "e1", EventName: "INSERT", Change: events.DynamoDBStreamRecord{
		SequenceNumber: "100", NewImage: map[string]events.DynamoDBAttributeValue{"id": events.NewNumberAttribute("1")},
	}}
	call := &lambdacontext.LambdaContext{InvokedFunctionArn: "arn:f", AwsRequestID: "r"}
	ctx := lambdacontext.NewContext(t.Context(), call)
	if err := bucket.Park(ctx, "consumeStream", &record); err != nil {
		t.Fatal(err)
	}
	if want := "PUT /parked/unreadable/consumeStream/100.json"; path != want {
		t.Errorf("got the request %s, want %s", path, want)
	}
	var object parking.Object
	var event events.DynamoDBEvent
	if err := json.Unmarshal(body, &object); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(object.Payload), &event); err != nil {
		t.Fatal(err)
	}
	want := parking.Context{RequestID: "r", FunctionARN: "arn:f", Condition: "RecordUnreadable"}
	if object.RequestContext != want || len(event.Records) != 1 || event.Records[0].Change.NewImage["id"].Number() != "1" {
		t.Errorf("parked %+v with %+v, want the record and %+v", object, event, want)
	}
}
