package platform

import (
	"context"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go/logging"

	"tenantry/shared/sdkhttp"
)

// readAWS returns the AWS configuration of a function: what the SDK's config.LoadDefaultConfig returns in a Lambda
// function, and our own HTTP client. It reads only the variables that Lambda, a local stack and `sam local` set
// (ADR 57). Lambda ends the execution environment before the credentials expire.
func readAWS(e *environment) aws.Config {
	config := aws.Config{
		Region: e.required("AWS_REGION"),
		Credentials: credentials.StaticCredentialsProvider{
			Value: aws.Credentials{
				AccessKeyID:     e.required("AWS_ACCESS_KEY_ID"),
				SecretAccessKey: e.required("AWS_SECRET_ACCESS_KEY"),
				SessionToken:    e.text("AWS_SESSION_TOKEN"),
				Source:          "EnvConfigCredentials",
			},
			Source: []aws.CredentialSource{aws.CredentialSourceEnvVars},
		},
		HTTPClient:                  sdkhttp.New(nil, sdkhttp.Settings{}),
		ConfigSources:               []any{environmentEndpoints{e.lookUp}},
		Logger:                      logging.NewStandardLogger(os.Stderr),
		DefaultsMode:                aws.DefaultsModeLegacy,
		RequestMinCompressSizeBytes: 10240,
		AccountIDEndpointMode:       aws.AccountIDEndpointModePreferred,
		RequestChecksumCalculation:  aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation:  aws.ResponseChecksumValidationWhenSupported,
		RestrictFilePermissions:     aws.RestrictFilePermissionsUserReadWrite,
	}
	if url := e.text("AWS_ENDPOINT_URL"); url != "" {
		config.BaseEndpoint = &url
	}
	return config
}

// environmentEndpoints gives the clients their endpoints from variables such as AWS_ENDPOINT_URL_DYNAMODB. The SDK finds
// the method by its name.
type environmentEndpoints struct{ lookUp func(name string) string }

// GetServiceBaseEndpoint returns the endpoint of a service, and whether there is one.
func (e environmentEndpoints) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	name := strings.ReplaceAll(strings.ToUpper(service), " ", "_")
	url := e.lookUp("AWS_ENDPOINT_URL_" + name)
	return url, url != "", nil
}
