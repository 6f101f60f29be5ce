package probe

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// Secret reads the target from Secrets Manager.
type Secret struct {
	client *secretsmanager.Client
	arn    string
}

// OpenSecret returns the secret with the ARN.
func OpenSecret(config aws.Config, arn string) Secret {
	return Secret{client: secretsmanager.NewFromConfig(config), arn: arn}
}

// Read returns the target. It returns an error if a member is missing.
func (s Secret) Read(ctx context.Context) (Target, error) {
	output, err := s.client.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &s.arn})
	if err != nil {
		return Target{}, err
	}
	return parseTarget(aws.ToString(output.SecretString))
}

// parseTarget reads the text of the secret. Its errors do not repeat the text.
func parseTarget(text string) (Target, error) {
	var target Target
	if json.Unmarshal([]byte(text), &target) != nil {
		return Target{}, errors.New("the secret is not a JSON object of texts")
	}
	for name, value := range map[string]string{
		"url": target.URL, "login": target.Login, "password": target.Password, "gateToken": target.GateToken, "domain": target.Domain,
	} {
		if value == "" {
			return Target{}, errors.New("the secret has no " + name)
		}
	}
	return target, nil
}
