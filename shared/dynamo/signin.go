package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// FindSignIn tells whose a login is, and whether it is known at an address. Round trips: 1.
func (s *Store) FindSignIn(ctx context.Context, login account.Login, known string) (hints []account.ID, isKnown bool, err error) {
	found, err := s.getAll(ctx, consistent, loginKey(login), knownAddressKey(known))
	if err != nil {
		return nil, false, err
	}
	if guard := found[loginKey(login)]; guard != nil {
		var stored loginItem
		if err := attributevalue.UnmarshalMap(guard, &stored); err != nil {
			return nil, false, err
		}
		hints = append([]account.ID{stored.Account}, stored.Parents...)
	}
	if address := found[knownAddressKey(known)]; address != nil {
		var stored knownAddressItem
		if err := attributevalue.UnmarshalMap(address, &stored); err != nil {
			return nil, false, err
		}
		isKnown = !stored.expired(s.now())
	}
	return hints, isKnown, nil
}

// TakeAttempt counts an attempt that is within the limit. Round trips: 1.
func (s *Store) TakeAttempt(ctx context.Context, attempt access.Attempt) (bool, error) {
	if attempt.Limit < 1 {
		return false, nil
	}
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: attemptKey(attempt).attributes(),
		UpdateExpression:         aws.String("ADD #count :one SET #ttl = :ends"),
		ConditionExpression:      aws.String("attribute_not_exists(#count) OR #count < :limit"),
		ExpressionAttributeNames: map[string]string{"#count": "count", "#ttl": expiryAttribute},
		ExpressionAttributeValues: item{
			":one": number(1), ":limit": number(attempt.Limit), ":ends": number(attempt.WindowEnd.Unix()),
		},
	})
	if outcomeOf(err) == refused {
		return false, nil
	}
	return err == nil, failed(err, "count an attempt")
}

// GiveBackAttempt takes an attempt back; there are never less than none. Round trips: 1.
func (s *Store) GiveBackAttempt(ctx context.Context, attempt access.Attempt) error {
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: attemptKey(attempt).attributes(),
		UpdateExpression:          aws.String("ADD #count :less"),
		ConditionExpression:       aws.String("#count > :none"),
		ExpressionAttributeNames:  map[string]string{"#count": "count"},
		ExpressionAttributeValues: item{":less": number(-1), ":none": number(0)},
	})
	if outcomeOf(err) == refused {
		return nil
	}
	return failed(err, "give back an attempt")
}
