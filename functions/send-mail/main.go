// Command send-mail sends mails. It reads the queue of mail orders.
package main

import (
	"github.com/aws/aws-lambda-go/lambda"

	"tenantry/shared/edit"
	"tenantry/shared/mail"
	"tenantry/shared/outbox"
	"tenantry/shared/platform"
	"tenantry/shared/task"
)

func main() {
	p := platform.Open()
	mailer := mail.Open(p.AWS, mail.Settings{
		From: p.MailFrom(), ConfigurationSet: p.MailSettings(), PublicURL: p.PublicURL(), Logger: p.Logger,
	})
	troubles := outbox.Troubles{Editor: edit.AccountEditor{Store: p.Table(), NewID: p.IDs().New, Now: p.Now}}
	sender := outbox.Sender{
		Store: p.Table(), Mailer: mailer, Troubles: troubles, NewID: p.IDs().New, Random: p.Random, Lifetimes: p.Lifetimes(),
		Limits:    p.MailLimits(),
		PublicURL: p.PublicURL(), Now: p.Now,
	}
	lambda.Start(task.Messages(p.Task("sendMail"), outbox.ErrLeased, sender.Deliver))
}
