// Package owncode measures the processor time and the allocations of requests without the storage: from the event of
// the Lambda runtime through the handler to the response. The storage's responses are recorded from the table in memory
// and replayed as bytes, so the SDK encodes its requests and decodes its responses as it does on AWS.
package owncode
