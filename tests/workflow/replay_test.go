package workflow

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tenantry/shared/parking"
	"tenantry/tests/client"
)

// A function parks a record that it cannot read. The replay processes and deletes the objects whose records it can read,
// and keeps the others.
func TestParkedRecordsAreReplayed(t *testing.T) {
	stack := client.Running(t)
	bucket := openParked(t, stack.Emulator)
	bucket.empty(t)
	record := func(image string) json.RawMessage {
		return json.RawMessage(`{"Records":[{"eventID":"1","eventName":"INSERT",` +
			`"dynamodb":{"SequenceNumber":"4711","NewImage":` + image + `}}]}`)
	}
	unreadable := record(`{"sk":{"S":"NOTHING"}}`)
	response := stack.Invoke(t, "IndexSearchFunction", unreadable)
	if strings.Contains(response.Text, "4711") {
		t.Errorf("the function answered %s, want no failed record", response.Text)
	}
	const key = "unreadable/indexSearch/4711.json"
	kept := bucket.read(t, key)
	if !strings.Contains(kept.RequestContext.FunctionARN, "IndexSearchFunction") ||
		!strings.Contains(kept.Payload, "NOTHING") {
		t.Fatalf("parked %+v, want the whole record and the function", kept)
	}

	readable := kept
	readable.Payload = string(record(`{"pk":{"S":"ACCOUNT#cus_01JZ0000000000000000000000"},"sk":{"S":"SEARCHREBUILD"}}`))
	bucket.write(t, "aws/lambda/1", readable)
	replay := exec.CommandContext(t.Context(), "go", "run", "-C", "../../tools", "./replay", bucket.name)
	replay.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+stack.Emulator, "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
	output, err := replay.CombinedOutput()
	if err == nil || !strings.Contains(string(output), "1 objects replayed") || !strings.Contains(string(output), key) {
		t.Errorf("the replay ended with %v and printed %s, want one object replayed and %s kept", err, output, key)
	}
	if keys := bucket.keys(t); len(keys) != 1 || keys[0] != key {
		t.Errorf("the bucket has %v after the replay, want %s", keys, key)
	}
	bucket.empty(t)
}

// parked is the stack's bucket of parked records.
type parked struct {
	client *s3.Client
	name   string
}

func openParked(t *testing.T, emulator string) parked {
	t.Helper()
	config := aws.Config{
		Region: "us-east-1", BaseEndpoint: &emulator,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
	p := parked{client: s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })}
	listed, err := p.client.ListBuckets(t.Context(), &s3.ListBucketsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, bucket := range listed.Buckets {
		if strings.HasPrefix(strings.ToLower(aws.ToString(bucket.Name)), "tenantry-data-parkedrecords") {
			p.name = aws.ToString(bucket.Name)
			return p
		}
	}
	t.Fatal("the stack has no bucket of parked records")
	return p
}

func (p parked) keys(t *testing.T) (keys []string) {
	t.Helper()
	listed, err := p.client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &p.name})
	if err != nil {
		t.Fatal(err)
	}
	for _, object := range listed.Contents {
		keys = append(keys, aws.ToString(object.Key))
	}
	return keys
}

func (p parked) read(t *testing.T, key string) (object parking.Object) {
	t.Helper()
	output, err := p.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &p.name, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	defer output.Body.Close()
	text, err := io.ReadAll(output.Body)
	if err == nil {
		err = json.Unmarshal(text, &object)
	}
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func (p parked) write(t *testing.T, key string, object parking.Object) {
	t.Helper()
	text, err := json.Marshal(object)
	if err == nil {
		_, err = p.client.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &p.name, Key: &key, Body: strings.NewReader(string(text)),
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (p parked) empty(t *testing.T) {
	t.Helper()
	for _, key := range p.keys(t) {
		if _, err := p.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &p.name, Key: &key}); err != nil {
			t.Fatal(err)
		}
	}
}
