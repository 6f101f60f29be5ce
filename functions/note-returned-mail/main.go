// Command note-returned-mail records on accounts that a mail bounced or that its recipient complained.
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
	note := outbox.ReturnRecorder{Editor: edit.AccountEditor{Store: p.Table(), NewID: p.IDs().New, Now: p.Now}}
	lambda.Start(task.BusEvents(p.Task("noteReturnedMail"), mail.ReadReturned, note.Record))
}
