package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/account"
)

// Count returns how many customers or resellers there are, by the counters. Round trips: 1.
func (s *Store) Count(ctx context.Context, kind account.Kind, owner account.ID) (int64, error) {
	if kind == account.Customer && owner != "" && owner != account.AdministratorOwner {
		return s.countCustomers(ctx, owner)
	}
	all, err := s.sumGlobalUsage(ctx)
	switch {
	case kind == account.Reseller && (owner == "" || owner == account.AdministratorOwner):
		return all.Resellers, err
	case kind == account.Customer && owner == "":
		return all.Customers, err
	case kind == account.Customer:
		return all.OwnCustomers, err
	}
	return 0, err // nobody owns accounts of other kinds yet
}

func (s *Store) countCustomers(ctx context.Context, owner account.ID) (int64, error) {
	var usage usageItem
	found, err := s.get(ctx, eventual, usageKey(owner))
	if err != nil {
		return 0, err
	}
	err = attributevalue.UnmarshalMap(found, &usage)
	return usage.Customers, err
}

// countAll adds up the shards.
func (s *Store) sumGlobalUsage(ctx context.Context) (sum usageItem, err error) {
	shards, err := s.collect(ctx, &dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("#pk = :all"),
		ExpressionAttributeNames:  map[string]string{"#pk": partitionAttribute},
		ExpressionAttributeValues: item{":all": text(string(globalUsagePartition))},
	})
	if err != nil {
		return sum, err
	}
	for _, shard := range shards {
		var usage usageItem
		if err := attributevalue.UnmarshalMap(shard, &usage); err != nil {
			return sum, err
		}
		sum.Customers += usage.Customers
		sum.OwnCustomers += usage.OwnCustomers
		sum.Resellers += usage.Resellers
	}
	return sum, nil
}
