package dynamotest

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Kind is a kind of item, as the map in package dynamo lists them.
type Kind string

// The kinds of items. The text is the beginning of their sort keys.
const (
	Account      Kind = "ACCOUNT"
	Note         Kind = "ACCOUNT#NOTE"
	Event        Kind = "EVENT"
	Session      Kind = "SESSION"
	Usage        Kind = "USAGE"
	Transfer     Kind = "TRANSFER"
	Token        Kind = "TOKEN"
	Password     Kind = "PASSWORD"
	ResetLinks   Kind = "RESETLINKS"
	Login        Kind = "LOGIN"
	ExternalID   Kind = "EXTERNAL"
	Domain       Kind = "DOMAIN"
	Attempts     Kind = "WINDOW"
	Known        Kind = "KNOWN"
	Record       Kind = "ONCE"
	Plan         Kind = "PLAN"
	Subscription Kind = "SUBSCRIPTION"
	Website      Kind = "WEBSITE"
	Backup       Kind = "BACKUP"
	Operation    Kind = "OPERATION"
	Batch        Kind = "BATCH"
	Mail         Kind = "LEASE"
	Tombstone    Kind = "TOMBSTONE"
	Retry        Kind = "RETRY"
)

// kindOf returns the kind of an item by its sort key.
func kindOf(key map[string]types.AttributeValue) Kind {
	sortKey := textOf(key, "sk")
	if strings.HasPrefix(sortKey, string(Note)) {
		return Note
	}
	kind, _, _ := strings.Cut(sortKey, "#")
	return Kind(kind)
}

func textOf(of map[string]types.AttributeValue, name string) string {
	if value, isText := of[name].(*types.AttributeValueMemberS); isText {
		return value.Value
	}
	return ""
}

// Call is a call of the storage. Each has one entry in Reads, Writes, Deletes or Checks for each item that it names.
type Call struct {
	Operation string // the API's name for it
	Index     string // that a query reads; "" for the table
	Reads     []Kind // by their keys
	Writes    []Kind // put or updated
	Deletes   []Kind
	Checks    []Kind // only by a condition
}

// Items is how many items the call names.
func (c Call) Items() int { return len(c.Reads) + len(c.Writes) + len(c.Deletes) + len(c.Checks) }

// String returns the call in one line.
func (c Call) String() string {
	return fmt.Sprintf(
		"%s %s reads %v writes %v deletes %v checks %v",
		c.Operation,
		c.Index,
		c.Reads,
		c.Writes,
		c.Deletes,
		c.Checks,
	)
}

// When selects calls.
type When func(Call) bool

// Any selects every call.
func Any(Call) bool { return true }

// Commits selects the transactions.
func Commits(c Call) bool { return c.Operation == "TransactWriteItems" }

// Reads selects the calls that read items of all the kinds by their keys.
func Reads(kinds ...Kind) When {
	return func(c Call) bool { return containsAll(c.Reads, kinds) }
}

// Writes selects the calls that put or update items of all the kinds.
func Writes(kinds ...Kind) When {
	return func(c Call) bool { return containsAll(c.Writes, kinds) }
}

// Deletes selects the calls that delete items of all the kinds.
func Deletes(kinds ...Kind) When {
	return func(c Call) bool { return containsAll(c.Deletes, kinds) }
}

// Queries selects the queries of an index.
func Queries(index string) When {
	return func(c Call) bool { return c.Operation == "Query" && c.Index == index }
}

// Nth selects only one of the calls that another selection has: the first is 1.
func Nth(n int, when When) When { return counted(when, func(count int) bool { return count == n }) }

// From selects the calls of another selection from the n-th on: the first is 1.
func From(n int, when When) When { return counted(when, func(count int) bool { return count >= n }) }

func counted(when When, selects func(count int) bool) When {
	var count atomic.Int64
	return func(c Call) bool { return when(c) && selects(int(count.Add(1))) }
}

func containsAll(all, some []Kind) bool {
	for _, kind := range some {
		if !slices.Contains(all, kind) {
			return false
		}
	}
	return true
}

// describe returns what a request to the storage does.
func describe(request any) Call {
	switch r := request.(type) {
	case *dynamodb.GetItemInput:
		return Call{Operation: "GetItem", Reads: []Kind{kindOf(r.Key)}}
	case *dynamodb.BatchGetItemInput:
		call := Call{Operation: "BatchGetItem"}
		for _, asked := range r.RequestItems {
			for _, key := range asked.Keys {
				call.Reads = append(call.Reads, kindOf(key))
			}
		}
		return call
	case *dynamodb.QueryInput:
		return Call{Operation: "Query", Index: aws.ToString(r.IndexName)}
	case *dynamodb.PutItemInput:
		return Call{Operation: "PutItem", Writes: []Kind{kindOf(r.Item)}}
	case *dynamodb.UpdateItemInput:
		return Call{Operation: "UpdateItem", Writes: []Kind{kindOf(r.Key)}}
	case *dynamodb.DeleteItemInput:
		return Call{Operation: "DeleteItem", Deletes: []Kind{kindOf(r.Key)}}
	case *dynamodb.BatchWriteItemInput:
		return describeBatch(r.RequestItems)
	case *dynamodb.TransactWriteItemsInput:
		return describeTransaction(r.TransactItems)
	}
	panic(fmt.Sprintf("no call of the storage: %T", request))
}

func describeBatch(requests map[string][]types.WriteRequest) Call {
	call := Call{Operation: "BatchWriteItem"}
	for _, table := range requests {
		for _, request := range table {
			if request.PutRequest != nil {
				call.Writes = append(call.Writes, kindOf(request.PutRequest.Item))
			} else {
				call.Deletes = append(call.Deletes, kindOf(request.DeleteRequest.Key))
			}
		}
	}
	return call
}

func describeTransaction(items []types.TransactWriteItem) Call {
	call := Call{Operation: "TransactWriteItems"}
	for _, one := range items {
		switch {
		case one.Put != nil:
			call.Writes = append(call.Writes, kindOf(one.Put.Item))
		case one.Update != nil:
			call.Writes = append(call.Writes, kindOf(one.Update.Key))
		case one.Delete != nil:
			call.Deletes = append(call.Deletes, kindOf(one.Delete.Key))
		case one.ConditionCheck != nil:
			call.Checks = append(call.Checks, kindOf(one.ConditionCheck.Key))
		}
	}
	return call
}
