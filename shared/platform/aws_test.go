package platform

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// lambdaVariables are variables that Lambda sets.
var lambdaVariables = map[string]string{
	"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "key",
	"AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "session",
}

// setVariables replaces all variables of the SDK by the given ones until the test ends.
func setVariables(t *testing.T, sets ...map[string]string) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, value, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, value) // restores the variable after the test
			_ = os.Unsetenv(name)
		}
	}
	for _, set := range sets {
		for name, value := range set {
			t.Setenv(name, value)
		}
	}
}

// The SDK's own loader is the reference: an upgrade of the SDK that changes a default in it must not pass unseen.
func TestReadAWSEqualsDefaultConfig(t *testing.T) {
	for name, variables := range map[string]map[string]string{
		"in Lambda":         {"AWS_ENDPOINT_URL_DYNAMODB": ""},
		"in a local stack":  {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
		"without a session": {"AWS_SESSION_TOKEN": ""},
	} {
		t.Run(name, func(t *testing.T) {
			setVariables(t, lambdaVariables, variables)
			want, err := config.LoadDefaultConfig(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got := readAWS(&environment{lookUp: os.Getenv})
			gotCredentials, gotErr := got.Credentials.Retrieve(t.Context())
			wantCredentials, wantErr := want.Credentials.Retrieve(t.Context())
			if gotErr != nil || wantErr != nil || gotCredentials != wantCredentials {
				t.Errorf("credentials %+v, error %v; want %+v, %v", gotCredentials, gotErr, wantCredentials, wantErr)
			}
			gotSources, wantSources := sourcesOf(t, got), sourcesOf(t, want)
			if !reflect.DeepEqual(gotSources, wantSources) {
				t.Errorf("the sources of the credentials are %v, want %v", gotSources, wantSources)
			}
			if gotType, wantType := reflect.TypeOf(got.Logger), reflect.TypeOf(want.Logger); gotType != wantType {
				t.Errorf("the logger is a %s, want a %s", gotType, wantType)
			}
			if got, want := fmt.Sprint(got.Interceptors), fmt.Sprint(want.Interceptors); got != want {
				t.Errorf("the interceptors are %s, want %s", got, want)
			}
			want.Interceptors = got.Interceptors // empty lists instead of nil
			got.Credentials, got.ConfigSources, got.Logger, got.HTTPClient = nil, nil, nil, nil
			want.Credentials, want.ConfigSources, want.Logger = nil, nil, nil
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the configuration is\n%+v, want\n%+v", got, want)
			}
		})
	}
}

// sourcesOf returns the sources that the SDK names in its User-Agent.
func sourcesOf(t *testing.T, config aws.Config) []aws.CredentialSource {
	t.Helper()
	provider, ok := config.Credentials.(aws.CredentialProviderSource)
	if !ok {
		t.Fatalf("%T has no sources", config.Credentials)
	}
	return provider.ProviderSources()
}

func TestReadAWSFindsEndpoints(t *testing.T) {
	for name, c := range map[string]struct {
		variables           map[string]string
		table, queue, state string
	}{
		"none": {},
		"one for all services": {
			map[string]string{"AWS_ENDPOINT_URL": "http://all"}, "http://all", "http://all", "http://all",
		},
		"one for the table": {map[string]string{"AWS_ENDPOINT_URL_DYNAMODB": "http://table"}, "http://table", "", ""},
		"an empty one for the table": {
			map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_DYNAMODB": ""},
			"http://all", "http://all", "http://all",
		},
		"both": {
			map[string]string{"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_DYNAMODB": "http://table"},
			"http://table", "http://all", "http://all",
		},
	} {
		t.Run(name, func(t *testing.T) {
			setVariables(t, lambdaVariables, c.variables)
			config := readAWS(&environment{lookUp: os.Getenv})
			for service, endpoint := range map[string]struct {
				got  *string
				want string
			}{
				"DynamoDB":       {dynamodb.NewFromConfig(config).Options().BaseEndpoint, c.table},
				"SQS":            {sqs.NewFromConfig(config).Options().BaseEndpoint, c.queue},
				"Step Functions": {sfn.NewFromConfig(config).Options().BaseEndpoint, c.state},
			} {
				if got := aws.ToString(endpoint.got); got != endpoint.want {
					t.Errorf("the endpoint of %s is %q, want %q", service, got, endpoint.want)
				}
			}
		})
	}
}

// X-Ray and AWS's support read these headers.
func TestRequestsAreSignedAndNamed(t *testing.T) {
	var header http.Header
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amz-Crc32", "2745614147")
		_, _ = w.Write([]byte(`{}`))
	}))
	defer server.Close()
	setVariables(t, lambdaVariables, map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_LAMBDA_FUNCTION_NAME": "function", "_X_AMZN_TRACE_ID": "Root=1-2-3",
	})
	client := dynamodb.NewFromConfig(readAWS(&environment{lookUp: os.Getenv}))
	if _, err := client.ListTables(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"User-Agent":           "aws-sdk-go-v2/",
		"Authorization":        "Credential=key/",
		"X-Amz-Security-Token": "session",
		"X-Amzn-Trace-Id":      "Root=1-2-3",
	} {
		if got := header.Get(name); !strings.Contains(got, want) {
			t.Errorf("%s is %q, want it to contain %q", name, got, want)
		}
	}
}

func TestReadNamesMissingAndInvalidVariables(t *testing.T) {
	complete := map[string]string{"TABLE_NAME": "table", "BUS_NAME": "bus", "PUBLIC_URL": "https://tenantry.example"}
	maps.Copy(complete, lambdaVariables)
	lookUp := func(changes map[string]string) func(string) string {
		variables := maps.Clone(complete)
		maps.Copy(variables, changes)
		return func(name string) string { return variables[name] }
	}
	if _, err := read(lookUp(nil)); err != nil {
		t.Fatalf("a complete configuration has the error %v", err)
	}
	for name, c := range map[string]struct {
		changes map[string]string
		want    string
	}{
		"no table":       {map[string]string{"TABLE_NAME": ""}, "TABLE_NAME is missing"},
		"no credentials": {map[string]string{"AWS_SECRET_ACCESS_KEY": ""}, "AWS_SECRET_ACCESS_KEY is missing"},
		"two missing":    {map[string]string{"AWS_REGION": "", "BUS_NAME": ""}, "AWS_REGION is missing\nBUS_NAME is missing"},
		"no number":      {map[string]string{"SESSION_HOURS": "12h"}, "SESSION_HOURS is not a number"},
	} {
		if _, err := read(lookUp(c.changes)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want %q", name, err, c.want)
		}
	}
}

func TestReadTakesDefaultsAndLists(t *testing.T) {
	variables := map[string]string{"RESERVED_DOMAINS": "gmail.com, gmx.de,", "MAIL_FROM": "", "PASSWORD_MINIMUM": "20"}
	s := readSettings(&environment{lookUp: func(name string) string { return variables[name] }})
	if want := []string{"gmail.com", "gmx.de"}; !reflect.DeepEqual(s.reservedDomains, want) {
		t.Errorf("the reserved domains are %q, want %q", s.reservedDomains, want)
	}
	if s.sharedDomains != nil || s.passwordMinimum != 20 || s.sessionHours != 12 {
		t.Errorf("shared domains %q, password minimum %d, session hours %d; want none, 20, 12",
			s.sharedDomains, s.passwordMinimum, s.sessionHours)
	}
}

func TestLoggerTakesLevelOfLambda(t *testing.T) {
	for level, want := range map[string]bool{"": false, "INFO": false, "DEBUG": true} {
		logger := newLogger(func(name string) string { return map[string]string{"AWS_LAMBDA_LOG_LEVEL": level}[name] })
		if got := logger.Enabled(t.Context(), slog.LevelDebug); got != want || !logger.Enabled(t.Context(), slog.LevelInfo) {
			t.Errorf("level %q: debug lines are %t, want %t; information must be logged", level, got, want)
		}
	}
}
