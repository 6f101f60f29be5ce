// Command stub replaces the functions that a workflow calls. It sends its payload to the test at CONTROLLER_URL, and
// does what the response says: it returns a result, returns an error, panics, or runs until its timeout.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
)

// behaviour says what one invocation of the stub does.
type behaviour struct {
	Result json.RawMessage `json:"result"`
	Error  string          `json:"error"` // the type of the error
	Panic  bool            `json:"panic"`
	Hang   bool            `json:"hang"`
}

var client = http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}} // the function's timeout is enough

func main() {
	controller := os.Getenv("CONTROLLER_URL")
	lambda.Start(func(ctx context.Context, payload json.RawMessage) (json.RawMessage, error) {
		b, err := ask(ctx, controller, payload)
		switch {
		case err != nil:
			return nil, err
		case b.Panic:
			panic("the test wants a panic")
		case b.Hang:
			time.Sleep(15 * time.Minute) // Lambda's longest timeout
		case b.Error != "":
			return nil, messages.InvokeResponse_Error{Type: b.Error, Message: "the test wants an error"}
		}
		return b.Result, nil
	})
}

// ask returns what the test wants for this invocation.
func ask(ctx context.Context, controller string, payload []byte) (b behaviour, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, controller, bytes.NewReader(payload))
	if err != nil {
		return b, err
	}
	response, err := client.Do(request)
	if err != nil {
		return b, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return b, errors.New("the controller returns " + response.Status)
	}
	return b, json.NewDecoder(response.Body).Decode(&b)
}
