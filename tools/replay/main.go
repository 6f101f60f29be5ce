// Replay passes the parked records of a stage's stream to their functions again, and deletes each object whose records
// were processed. See docs/runbooks/parked-records.md.
//
//	go run ./replay [-list] [-prefix <keys>] <bucket>
//
// It finds the account like the AWS command line. AWS_ENDPOINT_URL names another endpoint, such as an emulator's.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func main() {
	list := flag.Bool("list", false, "only list the objects")
	prefix := flag.String("prefix", "", "take only objects whose keys have this prefix")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: replay [-list] [-prefix <keys>] <bucket>")
		os.Exit(2)
	}
	if err := run(context.Background(), flag.Arg(0), *prefix, *list); err != nil {
		fmt.Fprintln(os.Stderr, "replay:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, bucket, prefix string, list bool) error {
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	local := func(o *s3.Options) { o.UsePathStyle = os.Getenv("AWS_ENDPOINT_URL") != "" }
	r := replayer{
		objects: s3.NewFromConfig(loaded, local), functions: lambda.NewFromConfig(loaded),
		bucket: bucket, prefix: prefix, list: list, out: os.Stdout,
	}
	return r.run(ctx)
}
