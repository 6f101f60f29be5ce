package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// sdkClients returns the SDK clients that each function imports, except those that the AWS configuration itself
// imports.
func sdkClients(ctx context.Context) (map[string][]string, error) {
	list := exec.CommandContext(ctx, "go", "list", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./functions/...")
	output, err := list.Output()
	clientsByFunction := map[string][]string{}
	for line := range strings.Lines(string(output)) {
		var clients []string
		packages := strings.Fields(line)
		for _, dependency := range packages[1:] {
			client, found := strings.CutPrefix(dependency, services)
			if found && !strings.Contains(client, "/") && !slices.Contains(configurationClients, client) {
				clients = append(clients, client)
			}
		}
		clientsByFunction[filepath.Base(packages[0])] = clients
	}
	return clientsByFunction, err
}

const services = sdk + "service/"

// configurationClients are the clients that the package of the AWS configuration imports.
var configurationClients = []string{"signin", "sso", "ssooidc", "sts"}

// baseline is a program that makes SDK clients and does nothing else.
type baseline struct {
	name    string // in the figures
	imports []string
	config  string // a function that returns the AWS configuration
}

var (
	// plain is what a program does that follows the SDK's documentation.
	plain = baseline{
		name: "the SDK's configuration", imports: []string{sdk + "aws", sdk + "config"},
		config: `func load() aws.Config {
	loaded, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		panic(err)
	}
	return loaded
}`,
	}

	// light has a configuration like that of the functions (ADR 57).
	light = baseline{
		name: "a light one", imports: []string{sdk + "aws", sdk + "credentials", "os"},
		config: `func load() aws.Config {
	return aws.Config{
		Region: os.Getenv("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider(
			os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")),
	}
}`,
	}
)

const sdk = "github.com/aws/aws-sdk-go-v2/"

const baselineSource = `package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
%s)

%s

func main() {
	loaded := load()
	clients := []any{%s}
	lambda.Start(func(context.Context) (int, error) { return len(clients), nil })
}
`

// build builds the baseline with the clients in the folder, unless it is already built. It returns the path of a copy, see
// copyProgram.
func (b baseline) build(ctx context.Context, folder string, clients []string) (string, error) {
	path := filepath.Join(folder, strings.ReplaceAll(b.name, " ", "-")+"-"+strings.Join(clients, "-"))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	imports, values := "", ""
	for _, name := range b.imports {
		imports += fmt.Sprintf("\t%q\n", name)
	}
	for _, client := range clients {
		imports += fmt.Sprintf("\t%q\n", services+client)
		values += fmt.Sprintf("%s.NewFromConfig(loaded), ", client)
	}
	source := fmt.Appendf(nil, baselineSource, imports, b.config, values)
	sourceFile, linked := path+".go", path+".linked"
	if err := os.WriteFile(sourceFile, source, 0o600); err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath",
		"-tags", "lambda.norpc,nethttpomithttp2", "-ldflags", "-s -w", "-o", linked, sourceFile) // as in local/build.sh
	build.Env, build.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := build.Run(); err != nil {
		return "", err
	}
	return copyProgram(linked, path)
}
