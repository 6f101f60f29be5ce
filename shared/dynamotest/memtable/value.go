package memtable

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// Limits of DynamoDB, in bytes.
const (
	maxPartitionKey = 2048
	maxSortKey      = 1024
	maxItem         = 400 << 10
)

// invalid is DynamoDB's error for a request that breaks its rules.
func invalid(format string, args ...any) error {
	return &smithy.GenericAPIError{
		Code:    "ValidationException",
		Message: fmt.Sprintf(format, args...),
		Fault:   smithy.FaultClient,
	}
}

// unsupported ends a test that needs what a Table does not have.
func unsupported(format string, args ...any) {
	panic(
		"memtable has no " + fmt.Sprintf(format, args...) + ": add it, and cases for it to the contract in shared/dynamo",
	)
}

func textOf(value types.AttributeValue) (string, bool) {
	s, isText := value.(*types.AttributeValueMemberS)
	if !isText {
		return "", false
	}
	return s.Value, true
}

// keyText reads a key attribute, which must be a text that is neither empty nor too long.
func keyText(attributes item, name string, longest int) (string, error) {
	value, isText := textOf(attributes[name])
	switch {
	case !isText:
		return "", invalid("The key attribute %s is missing or no string", name)
	case value == "":
		return "", invalid("The key attribute %s is an empty string", name)
	case len(value) > longest:
		return "", invalid("The key attribute %s has more than %d bytes", name, longest)
	}
	return value, nil
}

func numberOf(value types.AttributeValue) (int64, bool) {
	n, isNumber := value.(*types.AttributeValueMemberN)
	if !isNumber {
		return 0, false
	}
	whole, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		unsupported("arithmetic with the number %q", n.Value)
	}
	return whole, true
}

// compare orders two values. Reports whether they can be ordered: both are strings or both are numbers.
func compare(left, right types.AttributeValue) (order int, ordered bool) {
	if a, isText := textOf(left); isText {
		b, bothText := textOf(right)
		return cmp.Compare(a, b), bothText
	}
	if a, isNumber := numberOf(left); isNumber {
		b, bothNumbers := numberOf(right)
		return cmp.Compare(a, b), bothNumbers
	}
	return 0, false
}

func equal(left, right types.AttributeValue) bool {
	if order, ordered := compare(left, right); ordered {
		return order == 0
	}
	return left != nil && reflect.DeepEqual(left, right)
}

// sizeOf is the bytes of an item, as DynamoDB counts them.
func sizeOf(stored item) int {
	size := 0
	for name, value := range stored {
		size += len(name) + sizeOfValue(value)
	}
	return size
}

func sizeOfValue(value types.AttributeValue) int {
	const container = 3 // bytes of a list or a map beside its elements, of which each has one more
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return (len(v.Value)+1)/2 + 1
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberBOOL, *types.AttributeValueMemberNULL:
		return 1
	case *types.AttributeValueMemberL:
		size := container + len(v.Value)
		for _, element := range v.Value {
			size += sizeOfValue(element)
		}
		return size
	case *types.AttributeValueMemberM:
		return container + len(v.Value) + sizeOf(v.Value)
	}
	unsupported("attribute of type %T", value)
	return 0
}
