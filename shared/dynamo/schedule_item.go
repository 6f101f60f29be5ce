package dynamo

import (
	"time"

	"tenantry/shared/account"
)

type scheduleItem struct {
	SuspendAt     *time.Time    `dynamodbav:"suspendAt,omitempty"`
	ActivateAt    *time.Time    `dynamodbav:"activateAt,omitempty"`
	Reason        string        `dynamodbav:"reason,omitempty"`
	PublicMessage string        `dynamodbav:"publicMessage,omitempty"`
	Level         account.Level `dynamodbav:"level"`
	Actor         account.ID    `dynamodbav:"actor"`
	Ends          []endItem     `dynamodbav:"ends,omitempty"`
}

type endItem struct {
	Source   account.Source `dynamodbav:"source"`
	Since    time.Time      `dynamodbav:"since"`
	Previous *time.Time     `dynamodbav:"former,omitempty"`
}

func newScheduleItem(s *account.Schedule) *scheduleItem {
	if s == nil {
		return nil
	}
	stored := &scheduleItem{
		SuspendAt: s.SuspendAt, ActivateAt: s.ActivateAt, Reason: s.Reason, PublicMessage: s.PublicMessage,
		Level: s.Level, Actor: s.Actor,
	}
	for _, end := range s.Ends {
		stored.Ends = append(stored.Ends, endItem(end))
	}
	return stored
}

func (s *scheduleItem) schedule() *account.Schedule {
	if s == nil {
		return nil
	}
	schedule := &account.Schedule{
		SuspendAt: s.SuspendAt, ActivateAt: s.ActivateAt, Reason: s.Reason, PublicMessage: s.PublicMessage,
		Level: s.Level, Actor: s.Actor,
	}
	for _, end := range s.Ends {
		schedule.Ends = append(schedule.Ends, account.ScheduledEnd(end))
	}
	return schedule
}
