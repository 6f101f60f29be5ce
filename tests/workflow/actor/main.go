// Command actor is a stand-in for the functions that a workflow calls. It hands what it was called with to the test that
// stands behind DIRECTOR, and does as it is told: answers, fails, panics, or goes on until its time is over.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
)

// cue is what the actor is told to do.
type cue struct {
	Answer json.RawMessage `json:"answer"`
	Error  string          `json:"error"` // the error's type
	Panic  bool            `json:"panic"`
	Hang   bool            `json:"hang"`
}

var client = http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}} // no time limit but the function's

func main() {
	director := os.Getenv("DIRECTOR")
	lambda.Start(func(ctx context.Context, payload json.RawMessage) (json.RawMessage, error) {
		fmt.Println("called") // the emulator waits for a line
		told, err := ask(ctx, director, payload)
		switch {
		case err != nil:
			return nil, err
		case told.Panic:
			panic("as told")
		case told.Hang:
			time.Sleep(15 * time.Minute) // longer than any function may run
		case told.Error != "":
			return nil, messages.InvokeResponse_Error{Type: told.Error, Message: "as told"}
		}
		return told.Answer, nil
	})
}

func ask(ctx context.Context, director string, payload []byte) (told cue, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, director, bytes.NewReader(payload))
	if err != nil {
		return told, err
	}
	response, err := client.Do(request)
	if err != nil {
		return told, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return told, errors.New("the director answers " + response.Status)
	}
	return told, json.NewDecoder(response.Body).Decode(&told)
}
