package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
)

// erasedAtOnce is how many rows are deleted side by side.
const eraseBatch = 25

// EraseRemains deletes rows of the collection of an account that is gone, about so many at most, and tells whether there are no
// more. Of an account that is there it deletes nothing. Round trips: 2 for each erasedAtOnce rows, 1 when there are none.
func (s *Store) EraseRemains(ctx context.Context, of account.ID, most int) (bool, error) {
	for erased := 0; erased < most; {
		output, err := s.client.Query(ctx, &dynamodb.QueryInput{
			TableName: &s.table, ConsistentRead: aws.Bool(true), Limit: aws.Int32(min(eraseBatch, int32(most-erased))), //nolint:gosec // it is small
			KeyConditionExpression: aws.String("#pk = :account"), ProjectionExpression: aws.String("#pk, #sk"),
			ExpressionAttributeNames:  map[string]string{"#pk": partitionAttribute, "#sk": sortAttribute},
			ExpressionAttributeValues: item{":account": text(string(accountPartition(of)))},
		})
		if err != nil {
			return false, failed(err, "look for what is left of an account")
		}
		if len(output.Items) > 0 && keyOf(output.Items[0]) == accountKey(of) { // it sorts before all others
			return true, nil
		}
		if err := s.deleteAll(ctx, output.Items); err != nil {
			return false, err
		}
		if len(output.LastEvaluatedKey) == 0 {
			return true, nil
		}
		erased += len(output.Items)
	}
	return false, nil
}

// deleteAll deletes items concurrently and unconditionally. It tries all of them and returns the first error.
func (s *Store) deleteAll(ctx context.Context, items []item) error {
	var deletes errgroup.Group
	for _, stored := range items {
		deletes.Go(func() error {
			_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: keyOf(stored).attributes()})
			return failed(err, "delete what is left of an account")
		})
	}
	return deletes.Wait()
}
