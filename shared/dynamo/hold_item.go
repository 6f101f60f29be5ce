package dynamo

import (
	"time"

	"tenantry/shared/account"
)

type holdItem struct {
	Level         account.Level  `dynamodbav:"level"`
	Source        account.Source `dynamodbav:"source"`
	Actor         account.ID     `dynamodbav:"actor,omitempty"`
	Reason        string         `dynamodbav:"reason,omitempty"`
	PublicMessage string         `dynamodbav:"publicMessage,omitempty"`
	Since         time.Time      `dynamodbav:"since"`
	Until         *time.Time     `dynamodbav:"until,omitempty"`
	Sequence      int64          `dynamodbav:"sequence,omitempty"` // only for holds of subscriptions
}

func newHoldItems(holds account.Holds) []holdItem {
	var stored []holdItem
	for _, hold := range holds {
		stored = append(stored, holdItem(hold))
	}
	return stored
}

func readHolds(stored []holdItem) account.Holds {
	var holds account.Holds
	for _, hold := range stored {
		holds = append(holds, account.Hold(hold))
	}
	return holds
}
