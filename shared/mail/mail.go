// Package mail hands letters to Amazon SES, and reads what SES reports of mails that came back.
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
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/aws/smithy-go"

	"tenantry/shared/account"
	"tenantry/shared/letter"
	"tenantry/shared/meter"
	"tenantry/shared/outbox"
)

// Settings are how mails leave a stack.
type Settings struct {
	From             string // an address, or `Name <address>`; empty for a stack that sends no mail
	ConfigurationSet string
	PublicURL        string
	Logger           *slog.Logger
}

// Post is Amazon SES. It implements outbox.Mailer.
type Post struct {
	client interface {
		SendEmail(context.Context, *sesv2.SendEmailInput, ...func(*sesv2.Options)) (*sesv2.SendEmailOutput, error)
	}
	settings Settings
	from     *mail.Address
	writer   letter.Writer
}

// The names of the tags that SES repeats in its reports.
const (
	accountTag = "account"
	kindTag    = "kind"
)

const (
	sendTimeout = 8 * time.Second // of a mail with all tries: a function has longer
	callTimeout = 4 * time.Second
)

// Open returns the post of a stack. One that sends no mail says so in the log.
func Open(config aws.Config, settings Settings) *Post {
	return newPost(sesv2.NewFromConfig(config, func(o *sesv2.Options) {
		if config.HTTPClient == nil {
			o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(callTimeout)
		}
	}), settings)
}

func newPost(client *sesv2.Client, settings Settings) *Post {
	p := &Post{client: client, settings: settings}
	if address, err := mail.ParseAddress(settings.From); err == nil {
		p.from = address
		p.writer = letter.Writer{Service: serviceName(address), PublicURL: settings.PublicURL}
	}
	if settings.From == "" {
		settings.Logger.Warn("MAIL_FROM is empty: mails that are owed are noted as unsent")
	}
	return p
}

// serviceName is what mails call the service.
func serviceName(from *mail.Address) string {
	if from.Name != "" {
		return from.Name
	}
	return from.Address[strings.LastIndex(from.Address, "@")+1:]
}

// Send sends a letter and returns SES's id of it. A letter that can never be sent, since the stack sends no mail or SES does
// not take such addresses, is outbox.Unsent and has an entry in the log.
func (p *Post) Send(ctx context.Context, envelope outbox.Envelope) (string, error) {
	unsent := func(reason outbox.Unsent, why string) (string, error) {
		p.settings.Logger.LogAttrs(ctx, slog.LevelWarn, "a mail is not sent",
			slog.String("why", why), slog.String("account", string(envelope.Account)), slog.String("kind", string(envelope.Letter.Kind)))
		return "", reason
	}
	if p.settings.From == "" {
		return unsent(outbox.NoSender, "MAIL_FROM is empty")
	}
	if p.from == nil {
		return "", errors.New("MAIL_FROM is not a mail address")
	}
	to, ok := account.ASCIIEmail(envelope.To)
	if !ok {
		return unsent(outbox.BadAddress, "the address is none that SES takes")
	}
	words, err := p.writer.Write(envelope.Letter)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	answer, err := p.client.SendEmail(ctx, p.message(envelope, to, words))
	meter.From(ctx).AddTrip(0, 0, "ses:SendEmail configuration-set/MailSettings", "ses:SendEmail identity/MailDomain")
	if err != nil {
		return "", discreet(err)
	}
	return aws.ToString(answer.MessageId), nil
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
				// Programs that answer mails by themselves must not answer these (RFC 3834).
				{Name: aws.String("Auto-Submitted"), Value: aws.String("auto-generated")},
			},
		}},
		// A tracked link leads through a third party, which would learn its secret.
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

// discreet keeps what SES says out of the log: it repeats addresses.
func discreet(err error) error {
	var refused smithy.APIError
	switch {
	case errors.As(err, &refused):
		return fmt.Errorf("SES refused the mail: %s", refused.ErrorCode())
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("SES did not answer in time")
	}
	return fmt.Errorf("SES cannot be reached: %w", err)
}
