// Package sdkhttp sends the requests of the AWS SDK.
package sdkhttp

import (
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Settings configures a Client. Zero values mean the SDK's own.
type Settings struct {
	Timeout         time.Duration // for one attempt at a request
	IdleConnections int           // how many are kept open
}

// Client is an HTTP client of the SDK. It hides the method WriteTo of the bodies of requests.
//
// As soon as a response begins, the SDK closes the body of the request. If net/http is still about to look for the end
// of the body, WriteTo returns an error, and net/http closes the connection in the middle of the response. The SDK then
// repeats a request that was answered. Read returns io.EOF instead, as net/http expects.
type Client struct {
	client *awshttp.BuildableClient
}

// New returns the configured client if it is another one than a Client, such as that of a test. Otherwise it returns a
// new Client.
func New(configured aws.HTTPClient, settings Settings) aws.HTTPClient {
	if _, isClient := configured.(*Client); configured != nil && !isClient {
		return configured
	}
	client := awshttp.NewBuildableClient().WithTimeout(settings.Timeout)
	if settings.IdleConnections > 0 {
		client = client.WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = settings.IdleConnections })
	}
	return &Client{client: client}
}

// Do sends a request and returns the response.
func (c *Client) Do(request *http.Request) (*http.Response, error) {
	if request.Body != nil && request.Body != http.NoBody {
		request.Body = struct{ io.ReadCloser }{request.Body}
	}
	return c.client.Do(request)
}
