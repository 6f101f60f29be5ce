package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tenantry/local/pump"
)

// Client calls an emulator in AWS's wire format. Unlike an SDK, it returns the records of a stream as unparsed JSON.
type Client struct {
	Endpoint string
}

func (c Client) post(
	ctx context.Context, path string, header http.Header, body []byte,
) (*http.Response, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.Endpoint+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	request.Header = header
	request.Header.Set("X-Amz-Date", time.Now().UTC().Format("20060102T150405Z"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	responseBody, err := io.ReadAll(response.Body)
	return response, responseBody, err
}

// signature returns an Authorization header. The emulators require the header but do not check the signature.
func signature(service string) string {
	credential := "test/20260101/" + Region + "/" + service + "/aws4_request"
	return "AWS4-HMAC-SHA256 Credential=" + credential + ", SignedHeaders=host, Signature=0"
}

// call sends a request in AWS's JSON protocol, which names the operation in the X-Amz-Target header.
func (c Client) call(ctx context.Context, service, target string, in, out any) error {
	request, err := json.Marshal(in)
	if err != nil {
		return err
	}
	response, body, err := c.post(ctx, "/", http.Header{
		"Authorization": {signature(service)},
		"Content-Type":  {"application/x-amz-json-1.0"},
		"X-Amz-Target":  {target},
	}, request)
	if err != nil {
		return fmt.Errorf("%s: %w", target, err)
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", target, response.Status, body)
	}
	return json.Unmarshal(body, out)
}

// Invoke invokes a function and waits for its response.
func (c Client) Invoke(ctx context.Context, function string, payload []byte) (pump.Response, error) {
	path := "/2015-03-31/functions/" + url.PathEscape(function) + "/invocations"
	response, body, err := c.post(ctx, path, http.Header{"Authorization": {signature("lambda")}}, payload)
	if err != nil {
		return pump.Response{}, fmt.Errorf("invoke %s: %w", function, err)
	}
	if response.StatusCode != http.StatusOK {
		return pump.Response{}, fmt.Errorf("invoke %s: %s: %s", function, response.Status, body)
	}
	return pump.Response{
		RequestID:     response.Header.Get("X-Amzn-Requestid"),
		Status:        response.StatusCode,
		FunctionError: response.Header.Get("X-Amz-Function-Error"),
		Payload:       body,
	}, nil
}

// Send sends a message to a queue.
func (c Client) Send(ctx context.Context, queueARN string, message []byte) error {
	parts := strings.Split(queueARN, ":")
	if len(parts) != 6 {
		return fmt.Errorf("%q is not the ARN of a queue", queueARN)
	}
	in := map[string]string{"QueueUrl": c.Endpoint + "/" + parts[4] + "/" + parts[5], "MessageBody": string(message)}
	return c.call(ctx, "sqs", "AmazonSQS.SendMessage", in, &struct{}{})
}

// Store stores an object in a bucket.
func (c Client) Store(ctx context.Context, bucket, key string, object []byte) error {
	target := c.Endpoint + "/" + bucket + "/" + key
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, target, bytes.NewReader(object))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", signature("s3"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("store %s in %s: %s", key, bucket, response.Status)
	}
	return nil
}

// Save makes ministack save its state. Without it, ministack saves only when it is stopped.
func (c Client) Save(ctx context.Context) error {
	response, body, err := c.post(ctx, "/_local/save", http.Header{}, nil)
	if err == nil && response.StatusCode != http.StatusNoContent {
		err = fmt.Errorf("%s: %s", response.Status, body)
	}
	if err != nil {
		return fmt.Errorf("save the emulator's state: %w", err)
	}
	return nil
}
