package dynamo

import (
	"cmp"
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// EmulatedTable is a table of the storage emulator. It implements dynamotest.Table.
type EmulatedTable struct {
	Client

	Name    string
	tb      testing.TB
	scanner dynamodb.ScanAPIClient
}

// NewEmulatedTable returns an empty table of the storage emulator.
func NewEmulatedTable(tb testing.TB) EmulatedTable {
	tb.Helper()
	name := newTable(tb)
	client := dynamodb.NewFromConfig(emulatorConfig(tb, http.DefaultClient))
	return EmulatedTable{Client: client, Name: name, tb: tb, scanner: client}
}

// All implements dynamotest.Table. The ids of events ascend, so their sort keys are in the order of the writes.
func (t EmulatedTable) All() []map[string]types.AttributeValue {
	t.tb.Helper()
	var all []item
	input := &dynamodb.ScanInput{TableName: &t.Name, ConsistentRead: aws.Bool(true)}
	for pages := dynamodb.NewScanPaginator(t.scanner, input); pages.HasMorePages(); {
		page, err := pages.NextPage(t.tb.Context())
		if err != nil {
			t.tb.Fatal(err)
		}
		all = append(all, page.Items...)
	}
	slices.SortStableFunc(all, func(a, b item) int {
		return cmp.Compare(textOf(a[sortAttribute]), textOf(b[sortAttribute]))
	})
	return all
}
