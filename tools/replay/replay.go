package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// replayer replays the objects of one bucket.
type replayer struct {
	objects   *s3.Client
	functions *lambda.Client
	bucket    string
	prefix    string
	list      bool // only list the objects
	out       io.Writer
}

// parked is an object in the bucket, as Lambda and shared/parking write it.
type parked struct {
	RequestContext struct {
		FunctionARN string `json:"functionArn"`
		Condition   string `json:"condition"`
	} `json:"requestContext"`
	Timestamp string `json:"timestamp"`
	Payload   string `json:"payload"` // the event of the invocation, as JSON
}

// response is the response of a function that reads a stream.
type response struct {
	BatchItemFailures []struct {
		ItemIdentifier string `json:"itemIdentifier"`
	} `json:"batchItemFailures"`
}

// run replays the objects in the order of their keys. An object whose records fail stays, and the others go on. The
// returned error counts the objects that stay.
func (r *replayer) run(ctx context.Context) error {
	keys, err := r.keys(ctx)
	if err != nil {
		return err
	}
	done, failed := 0, 0
	for _, key := range keys {
		if err := r.replay(ctx, key); err != nil {
			failed++
			fmt.Fprintf(r.out, "%s: %v\n", key, err)
			continue
		}
		done++
	}
	if r.list {
		fmt.Fprintf(r.out, "%d objects\n", done)
		return nil
	}
	fmt.Fprintf(r.out, "%d objects replayed and deleted\n", done)
	if failed > 0 {
		return fmt.Errorf("%d objects could not be replayed and stay", failed)
	}
	return nil
}

func (r *replayer) keys(ctx context.Context) ([]string, error) {
	var keys []string
	pages := s3.NewListObjectsV2Paginator(r.objects, &s3.ListObjectsV2Input{Bucket: &r.bucket, Prefix: &r.prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, object := range page.Contents {
			keys = append(keys, aws.ToString(object.Key))
		}
	}
	return keys, nil
}

func (r *replayer) replay(ctx context.Context, key string) error {
	object, err := r.read(ctx, key)
	if err != nil {
		return err
	}
	if r.list {
		fmt.Fprintf(r.out, "%s %s %s %s\n", object.Timestamp, object.RequestContext.Condition,
			object.RequestContext.FunctionARN, key)
		return nil
	}
	if object.Payload == "" || object.RequestContext.FunctionARN == "" {
		return errors.New("the object has no payload or no function")
	}
	if err := r.invoke(ctx, object); err != nil {
		return err
	}
	after, err := r.read(ctx, key)
	if err != nil {
		return err
	}
	if after != object {
		return errors.New("the function still cannot read the record and has parked it again")
	}
	_, err = r.objects.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &r.bucket, Key: &key})
	return err
}

func (r *replayer) read(ctx context.Context, key string) (object parked, err error) {
	output, err := r.objects.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.bucket, Key: &key})
	if err != nil {
		return object, err
	}
	defer output.Body.Close()
	text, err := io.ReadAll(output.Body)
	if err == nil {
		err = json.Unmarshal(text, &object)
	}
	return object, err
}

// invoke passes the records to their function. It returns an error unless the function processes all of them. Records
// that are processed twice do no harm: the stream delivers at least once too.
func (r *replayer) invoke(ctx context.Context, object parked) error {
	output, err := r.functions.Invoke(ctx, &lambda.InvokeInput{
		FunctionName: &object.RequestContext.FunctionARN, Payload: []byte(object.Payload),
	})
	if err != nil {
		return err
	}
	if output.FunctionError != nil {
		return fmt.Errorf("the function failed: %s", output.Payload)
	}
	var answer response
	if err := json.Unmarshal(output.Payload, &answer); err != nil {
		return fmt.Errorf("the function answered %q: %w", output.Payload, err)
	}
	if len(answer.BatchItemFailures) > 0 {
		return fmt.Errorf("the function did not process the record %s and those after it; its log has the cause",
			answer.BatchItemFailures[0].ItemIdentifier)
	}
	return nil
}
