package dynamo

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const (
	partitionAttribute = "pk"
	sortAttribute      = "sk"
	expiryAttribute    = "ttl"
)

// index is a global secondary index of the table.
type index struct {
	name       string
	partition  string
	sort       string
	projection types.ProjectionType
}

// The indexes. doc.go has the use of each.
var (
	byOwnerName         = index{"accounts-by-owner-name", "ownerList", "listName", types.ProjectionTypeInclude}
	byOwnerCreated      = index{"accounts-by-owner-created", "ownerList", "listCreated", types.ProjectionTypeInclude}
	byShardName         = index{"accounts-by-shard-name", "allList", "listName", types.ProjectionTypeInclude}
	byShardCreated      = index{"accounts-by-shard-created", "allList", "listCreated", types.ProjectionTypeInclude}
	objectsByParent     = index{"objects-by-parent", "parent", "parentOrder", types.ProjectionTypeAll}
	subscriptionsByPlan = index{"subscriptions-by-plan", "plan", "planOrder", types.ProjectionTypeKeysOnly}
	backupsByCreator    = index{"backups-by-creator", "creator", "creatorOrder", types.ProjectionTypeAll}
	operationsByShard   = index{"operations-by-shard", "operationList", "id", types.ProjectionTypeAll}
	dueByShard          = index{"due-by-shard", "dueShard", "dueAt", types.ProjectionTypeKeysOnly}
)

func indexes() []index {
	return []index{
		byOwnerName, byOwnerCreated, byShardName, byShardCreated, objectsByParent, subscriptionsByPlan, backupsByCreator,
		operationsByShard, dueByShard,
	}
}

// Schema returns the keys, indexes and stream of the table. The table in template.yaml must have the same.
func Schema(table string) *dynamodb.CreateTableInput {
	input := &dynamodb.CreateTableInput{
		TableName:   &table,
		BillingMode: types.BillingModePayPerRequest,
		KeySchema:   keySchema(partitionAttribute, sortAttribute),
		StreamSpecification: &types.StreamSpecification{
			StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages,
		},
	}
	keys := []string{partitionAttribute, sortAttribute}
	for _, ix := range indexes() {
		keys = append(keys, ix.partition, ix.sort)
		projection := &types.Projection{ProjectionType: ix.projection}
		if ix.projection == types.ProjectionTypeInclude {
			projection.NonKeyAttributes = []string{projectedAttribute}
		}
		input.GlobalSecondaryIndexes = append(input.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(ix.name), KeySchema: keySchema(ix.partition, ix.sort), Projection: projection,
		})
	}
	slices.Sort(keys)
	for _, name := range slices.Compact(keys) {
		input.AttributeDefinitions = append(input.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(name), AttributeType: types.ScalarAttributeTypeS,
		})
	}
	return input
}

func keySchema(partition, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: &partition, KeyType: types.KeyTypeHash},
		{AttributeName: &sort, KeyType: types.KeyTypeRange},
	}
}
