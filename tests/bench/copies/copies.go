// Package copies fills a table with many customers, by copying the rows of a few.
package copies

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"
)

// Row is an item of the table.
type Row = map[string]types.AttributeValue

// Table is a table to fill.
type Table struct {
	Client *dynamodb.Client
	Name   string
	NewID  func(prefix string) string
}

// listed is the attribute of an account's row that has what lists show.
const listed = "row"

// Templates returns the rows of all accounts whose owner is the account. Only tests scan a table.
func (t Table) Templates(ctx context.Context, owner string) (rows []Row, err error) {
	pages := dynamodb.NewScanPaginator(t.Client, &dynamodb.ScanInput{
		TableName: &t.Name, FilterExpression: aws.String("attribute_exists(allList) AND #row.#owner = :owner"),
		ExpressionAttributeNames:  map[string]string{"#row": listed, "#owner": "owner"},
		ExpressionAttributeValues: Row{":owner": &types.AttributeValueMemberS{Value: owner}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		rows = append(rows, page.Items...)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s has no customers", owner)
	}
	return rows, nil
}

// Write writes copies of the templates' rows with the numbers from first on, up to last, but without it. A copy has a
// login and an id of its own. It has no login row, no counters and no search rows, so it is in lists and can be read and
// changed, but cannot sign in and is not found.
func (t Table) Write(ctx context.Context, templates []Row, first, last int) error {
	const atOnce = 25 // AWS limit of BatchWriteItem
	var batches errgroup.Group
	batches.SetLimit(4)
	for begin := first; begin < last; begin += atOnce {
		batches.Go(func() error {
			var requests []types.WriteRequest
			for n := begin; n < min(begin+atOnce, last); n++ {
				put := types.PutRequest{Item: t.copy(templates[n%len(templates)], n)}
				requests = append(requests, types.WriteRequest{PutRequest: &put})
			}
			_, err := t.Client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{t.Name: requests},
			})
			return err // the emulator returns no unprocessed items
		})
	}
	return batches.Wait()
}

// Serial returns a part of the name and login of customer n. Its order differs from that of n, so that the copies
// spread over the whole list by name.
func Serial(n int) string { return fmt.Sprintf("n%09d", n*2_654_435_761%1_000_000_007) }

// copy returns a copy of a row for customer n.
func (t Table) copy(row Row, n int) Row {
	login := row[listed].(*types.AttributeValueMemberM).Value["login"].(*types.AttributeValueMemberS).Value
	key := row["pk"].(*types.AttributeValueMemberS).Value
	return replaceStrings(row, strings.NewReplacer(login, Serial(n), key[strings.LastIndex(key, "_")+1:], t.NewID("")))
}

// replaceStrings returns a copy of an item with replacements in all its strings.
func replaceStrings(item Row, r *strings.Replacer) Row {
	result := make(Row, len(item))
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			value = &types.AttributeValueMemberS{Value: r.Replace(v.Value)}
		case *types.AttributeValueMemberM:
			value = &types.AttributeValueMemberM{Value: replaceStrings(v.Value, r)}
		}
		result[name] = value
	}
	return result
}
