// Package server serves HTTP requests with the operations and pages of a function. Functions without a route do not link
// it.
package server

import (
	"io/fs"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/access"
	"tenantry/shared/httpapi"
	"tenantry/shared/platform"
)

// Serve handles the requests of API Gateway with the operations. It does not return.
func Serve(p *platform.Platform, operations ...httpapi.Endpoint) {
	lambda.Start(Handler(p, operations...))
}

// Handler returns the handler of the operations that Serve gives to the Lambda runtime.
func Handler(p *platform.Platform, operations ...httpapi.Endpoint) httpapi.Function {
	config := configOf(p)
	config.Authenticator = access.Authentication{Sessions: p.Table(), Now: p.Now}
	config.Resolve = p.Get().Resolve
	config.PublicURL = p.PublicURL()
	config.IdempotencySecret = p.Table().IdempotencySecret
	return httpapi.Handler(config, operations...)
}

// ServePage handles the requests of API Gateway with a page. It does not return.
func ServePage(p *platform.Platform, page httpapi.Page) {
	lambda.Start(httpapi.PageHandler(configOf(p), page))
}

// configOf returns the configuration of operations and pages. If the hashes of the edge stack's secrets are invalid,
// configOf logs an error and ends the process.
func configOf(p *platform.Platform) httpapi.Config {
	origins, err := httpapi.ParseOriginHashes(p.OriginHashes())
	if err != nil {
		p.Stop(err)
	}
	return httpapi.Config{Logger: p.Logger, Now: p.Now, OriginHashes: origins}
}

// ReadPage returns the page that open reads from the files of the function's package. If the page cannot be read,
// ReadPage logs an error and ends the process.
func ReadPage(p *platform.Platform, open func(files fs.FS) (httpapi.Page, error)) httpapi.Page {
	page, err := open(os.DirFS(p.TaskRoot()))
	if err != nil {
		p.Stop(err)
	}
	return page
}
