package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/clock"
	"tenantry/shared/idgen"
	"tenantry/tests/bench/copies"
	"tenantry/tests/bench/report"
)

// object is a JSON object.
type object = map[string]any

// benchPassword is the password of all accounts that this program creates.
const benchPassword = "a password for the bench"

// stack is the local stack with a reseller that has many customers.
type stack struct {
	url             string
	client          *http.Client
	table           copies.Table
	admin, reseller string   // tokens
	resellerID      string   // id
	login           string   // of the reseller
	templates       []string // ids of the customers that are no copies
	rows            []copies.Row
	customers       int // number of the reseller's customers, with copies
	serial          int // makes logins and domains unique
	run             string
}

// openStack signs in, and creates the reseller with the customers that are no copies.
func openStack(ctx context.Context) (*stack, error) {
	endpoint, path := os.Getenv("TENANTRY_DYNAMODB"), os.Getenv("TENANTRY_CREDENTIALS")
	if endpoint == "" || path == "" {
		return nil, errors.New("TENANTRY_DYNAMODB or TENANTRY_CREDENTIALS is not set: run `make bench`")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var stored struct{ URL, Login, Password string }
	if err := json.Unmarshal(text, &stored); err != nil {
		return nil, err
	}
	s := &stack{
		url: stored.URL, run: strings.ToLower(rand.Text()[:8]),
		client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: crowd}},
	}
	s.table.Client = dynamodb.NewFromConfig(aws.Config{
		Region: "us-east-1", BaseEndpoint: &endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	s.table.NewID = idgen.Generator{Now: clock.Now, Random: rand.Reader}.New
	if s.table.Name, err = tableName(ctx, s.table.Client); err != nil {
		return nil, err
	}
	if s.admin, err = s.signIn(ctx, stored.Login, stored.Password); err != nil {
		return nil, err
	}
	return s, s.createAccounts(ctx)
}

// tableName returns the name of the stack's table. The emulator may also have tables of the other benchmarks.
func tableName(ctx context.Context, client *dynamodb.Client) (string, error) {
	found, err := client.ListTables(ctx, &dynamodb.ListTablesInput{})
	if err != nil {
		return "", err
	}
	for _, name := range found.TableNames {
		if !strings.HasPrefix(name, "tenantry-bench-") {
			return name, nil
		}
	}
	return "", fmt.Errorf("the stack has no table among %v", found.TableNames)
}

// createAccounts creates the reseller and its first customers.
func (s *stack) createAccounts(ctx context.Context) error {
	s.login = "reseller." + s.run
	created, err := s.call(ctx, s.admin, http.MethodPost, "/v1/resellers", s.newAccount(s.login, true))
	if err != nil {
		return err
	}
	s.resellerID = created["id"].(string)
	if s.reseller, err = s.signIn(ctx, s.login, benchPassword); err != nil {
		return err
	}
	for range report.MinimumSize {
		id, err := s.createCustomer(ctx, false)
		if err != nil {
			return err
		}
		s.templates = append(s.templates, id)
	}
	s.rows, err = s.table.Templates(ctx, s.resellerID)
	s.customers = len(s.templates)
	if err == nil && len(s.rows) != s.customers {
		err = fmt.Errorf("the table has %d rows of %d customers", len(s.rows), s.customers)
	}
	return err
}

// fill adds copies until the reseller has as many customers.
func (s *stack) fill(ctx context.Context, customers int) error {
	err := s.table.Write(ctx, s.rows, s.customers, customers)
	s.customers = max(s.customers, customers)
	return err
}

func (s *stack) signIn(ctx context.Context, login, password string) (string, error) {
	answer, err := s.call(ctx, "", http.MethodPost, "/v1/sessions", object{"login": login, "password": password})
	if err != nil {
		return "", err
	}
	return answer["token"].(string), nil
}

// createCustomer creates a customer of the reseller and returns its id.
func (s *stack) createCustomer(ctx context.Context, hasPassword bool) (string, error) {
	s.serial++
	body := s.newAccount(copies.Serial(s.serial)+"."+s.run, hasPassword)
	created, err := s.call(ctx, s.reseller, http.MethodPost, "/v1/customers", body)
	if err != nil {
		return "", err
	}
	return created["id"].(string), nil
}

func (s *stack) newAccount(login string, hasPassword bool) object {
	account := object{"login": login, "contact": object{
		"name": "Customer " + login, "email": login + "@example.com", "company": "A company", "phone": "+353 1 234 5678",
		"city": "Dublin", "country": "IE",
	}}
	if hasPassword {
		account["password"] = benchPassword
	}
	return account
}

// call sends a request, and returns the JSON object of the response. It returns an error if the request does not succeed.
func (s *stack) call(ctx context.Context, token, method, path string, body any) (answer object, err error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, s.url+path, content)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if text, err = io.ReadAll(response.Body); err != nil {
		return nil, err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return nil, fmt.Errorf("%s %s: %d %s", method, path, response.StatusCode, text)
	}
	if len(text) == 0 {
		return nil, nil
	}
	err = json.Unmarshal(text, &answer)
	return answer, err
}
