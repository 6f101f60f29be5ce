// Package mail sends letters through Amazon SES, and reads the events in which SES reports bounces and complaints.
package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"tenantry/shared/account"
	"tenantry/shared/letter"
	"tenantry/shared/meter"
	"tenantry/shared/outbox"
	"tenantry/shared/sdkhttp"
)

// Settings configures how a stack sends mail.
type Settings struct {
	From             string // an address, or `Name <address>`; empty if the stack sends no mail
	ConfigurationSet string
	PublicURL        string
	Logger           *slog.Logger
}

// Post sends mail through Amazon SES. It implements outbox.Mailer.
type Post struct {
	client interface {
		SendEmail(context.Context, *sesv2.SendEmailInput, ...func(*sesv2.Options)) (*sesv2.SendEmailOutput, error)
	}
	settings Settings
	from     *mail.Address
	writer   letter.Writer
}

// The names of the tags that SES repeats in its events about a mail.
const (
	accountTag = "account"
	kindTag    = "kind"
)

const (
	sendTimeout = 8 * time.Second // for a mail with all retries; shorter than the function's timeout
	callTimeout = 4 * time.Second // for one attempt
)

// Open returns the Post of a stack. If the stack sends no mail, Open logs a warning. A mail is sent again at once only if
// SES has refused it because there were too many: after other errors it may have been sent.
func Open(config aws.Config, settings Settings) *Post {
	return newPost(sesv2.NewFromConfig(config, func(o *sesv2.Options) {
		o.HTTPClient = sdkhttp.New(config.HTTPClient, sdkhttp.Settings{Timeout: callTimeout})
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) {
			r.Retryables = []retry.IsErrorRetryable{retry.RetryableErrorCode{Codes: retry.DefaultThrottleErrorCodes}}
		})
	}), settings)
}

func newPost(client *sesv2.Client, settings Settings) *Post {
	p := &Post{client: client, settings: settings}
	if address, err := mail.ParseAddress(settings.From); err == nil {
		p.from = address
		p.writer = letter.Writer{Service: serviceName(address), PublicURL: settings.PublicURL}
	}
	if settings.From == "" {
		settings.Logger.Warn("MAIL_FROM is empty: mails are recorded as unsent")
	}
	return p
}

// serviceName returns the name of the service in mails: the name in the From address, or its domain if it has no name.
func serviceName(from *mail.Address) string {
	if from.Name != "" {
		return from.Name
	}
	return from.Address[strings.LastIndex(from.Address, "@")+1:]
}

// Send sends a letter and returns the message id of SES. It returns an outbox.Unsent error, and logs a warning, if the
// letter can never be sent because the stack sends no mail or SES does not accept such an address.
func (p *Post) Send(ctx context.Context, envelope outbox.Envelope) (string, error) {
	unsent := func(code outbox.Unsent, reason string) (string, error) {
		p.settings.Logger.LogAttrs(
			ctx,
			slog.LevelWarn,
			"mail not sent",
			slog.String(
				"reason",
				reason,
			),
			slog.String("account", string(envelope.Account)),
			slog.String("kind", string(envelope.Letter.Kind)),
		)
		return "", code
	}
	if p.settings.From == "" {
		return unsent(outbox.NoSender, "MAIL_FROM is empty")
	}
	if p.from == nil {
		return "", errors.New("MAIL_FROM is not an e-mail address")
	}
	to, ok := account.ASCIIEmail(envelope.To)
	if !ok {
		return unsent(outbox.BadAddress, "SES does not accept this address")
	}
	words, err := p.writer.Write(envelope.Letter)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	sent, err := p.client.SendEmail(ctx, p.message(envelope, to, words))
	meter.From(ctx).AddTrip(0, 0, "ses:SendEmail configuration-set/MailSettings", "ses:SendEmail identity/MailDomain")
	if err != nil {
		return "", withoutAddresses(err)
	}
	return aws.ToString(sent.MessageId), nil
}

func (p *Post) message(envelope outbox.Envelope, to string, words letter.Words) *sesv2.SendEmailInput {
	text := func(data string) *types.Content { return &types.Content{Data: &data, Charset: aws.String("UTF-8")} }
	input := &sesv2.SendEmailInput{
		FromEmailAddress: aws.String(p.from.String()),
		Destination:      &types.Destination{ToAddresses: []string{to}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: text(words.Subject),
			Body:    &types.Body{Text: text(words.Text), Html: text(words.HTML)},
			Headers: []types.MessageHeader{
				// Keeps automatic responders from answering (RFC 3834).
				{Name: aws.String("Auto-Submitted"), Value: aws.String("auto-generated")},
			},
		}},
		// A tracked link leads through a third party, which would see the secret in the link.
		ConfigurationOverrides: &types.ConfigurationOverrides{Tracking: &types.TrackingConfigurationOverrides{
			ClickTrackingEnabled: types.FeatureStatusDisabled, OpenTrackingEnabled: types.FeatureStatusDisabled,
		}},
		EmailTags: []types.MessageTag{
			{Name: aws.String(accountTag), Value: aws.String(string(envelope.Account))},
			{Name: aws.String(kindTag), Value: aws.String(string(envelope.Letter.Kind))},
		},
	}
	if p.settings.ConfigurationSet != "" {
		input.ConfigurationSetName = &p.settings.ConfigurationSet
	}
	return input
}

// withoutAddresses returns an error that can be logged. The messages of SES repeat e-mail addresses.
func withoutAddresses(err error) error {
	var apiError smithy.APIError
	switch {
	case errors.As(err, &apiError):
		return fmt.Errorf("SES rejected the mail: %s", apiError.ErrorCode())
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("SES did not respond in time")
	}
	return fmt.Errorf("call to SES failed: %w", err)
}
