package dynamo

import (
	"errors"
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
)

func TestExpressionsNameEachAttributeOnce(t *testing.T) {
	at := time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		condition condition
		update    update
		condText  string
		updText   string
		names     map[string]string
		values    item
	}{
		"a condition": {
			condition: exists().And(attribute("uses").LessThanEqual(value(3))),
			condText:  "(attribute_exists (#0)) AND (#1 <= :0)",
			names:     map[string]string{"#0": "pk", "#1": "uses"},
			values:    item{":0": number(3)},
		},
		"alternatives within a condition": {
			condition: atVersion(7).And(counterEquals("count", 0), attribute("passed").Equal(attribute("total"))),
			condText:  "(#0 = :0) AND ((attribute_not_exists (#1)) OR (#1 = :1)) AND (#2 = #3)",
			names:     map[string]string{"#0": "version", "#1": "count", "#2": "passed", "#3": "total"},
			values:    item{":0": number(7), ":1": number(0)},
		},
		"a range": {
			condition: attribute("sk").Between(value(sortKey("A")), value(sortKey("B"))),
			condText:  "#0 BETWEEN :0 AND :1",
			names:     map[string]string{"#0": "sk"},
			values:    item{":0": text("A"), ":1": text("B")},
		},
		"an update": {
			update:  update{}.remove("note").set("login", account.Login("ada")).add("count", -1).set("at", at).add("none", 0),
			updText: "SET #0 = :0, #1 = :1 ADD #2 :2 REMOVE #3",
			names:   map[string]string{"#0": "login", "#1": "at", "#2": "count", "#3": "note"},
			values:  item{":0": text("ada"), ":1": text("2026-03-02T10:00:00Z"), ":2": number(-1)},
		},
		"paths": {
			condition: equals("row.version", 7),
			update:    update{}.set("row.login", "ada").add("row.count", 2).add("count", 1).remove("row.note"),
			condText:  "#0.#1 = :0",
			updText:   "SET #0.#2 = :1, #0.#3 = if_not_exists (#0.#3, :2) + :3 ADD #3 :4 REMOVE #0.#4",
			names:     map[string]string{"#0": "row", "#1": "version", "#2": "login", "#3": "count", "#4": "note"},
			values:    item{":0": number(7), ":1": text("ada"), ":2": number(0), ":3": number(2), ":4": number(1)},
		},
		"a sum alone": {
			update:  update{}.add("row.count", -1),
			updText: "SET #0.#1 = if_not_exists (#0.#1, :0) + :1",
			names:   map[string]string{"#0": "row", "#1": "count"},
			values:  item{":0": number(0), ":1": number(-1)},
		},
		"an update with a condition on the same attribute": {
			condition: attribute("state").NotEqual(value("sent")),
			update:    update{}.set("state", "sent").set("done", true).set("texts", []string{"a"}).set("copy", text("b")),
			condText:  "#0 <> :0",
			updText:   "SET #0 = :1, #1 = :2, #2 = :3, #3 = :4",
			names:     map[string]string{"#0": "state", "#1": "done", "#2": "texts", "#3": "copy"},
			values: item{
				":0": text("sent"), ":1": text("sent"), ":2": &types.AttributeValueMemberBOOL{Value: true},
				":3": &types.AttributeValueMemberL{Value: []types.AttributeValue{text("a")}}, ":4": text("b"),
			},
		},
		"a condition without values": {
			condition: notExists(),
			condText:  "attribute_not_exists (#0)",
			names:     map[string]string{"#0": "pk"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := build(c.condition, c.update)
			if err != nil {
				t.Fatal(err)
			}
			if got := aws.ToString(e.Condition); got != c.condText {
				t.Errorf("condition %q, want %q", got, c.condText)
			}
			if got := aws.ToString(e.Update); got != c.updText {
				t.Errorf("update %q, want %q", got, c.updText)
			}
			if got := e.Names(); !maps.Equal(got, c.names) {
				t.Errorf("names %v, want %v", got, c.names)
			}
			if got := e.Values(); !reflect.DeepEqual(got, c.values) {
				t.Errorf("values %v, want %v", got, c.values)
			}
		})
	}
}

// DynamoDB rejects empty expressions and empty maps of placeholders.
func TestExpressionsWithoutConditionAreAbsent(t *testing.T) {
	e, err := build(condition{}, update{})
	if err != nil || e.Condition != nil || e.Update != nil || e.Names() != nil || e.Values() != nil {
		t.Errorf("expressions %+v, error %v; want none", e, err)
	}
}

func TestExpressionsReportValuesThatCannotBeEncoded(t *testing.T) {
	if _, err := build(equals("at", brokenValue{}), update{}); err == nil {
		t.Error("no error for a value that cannot be encoded")
	}
}

type brokenValue struct{}

func (brokenValue) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	return nil, errors.New("broken")
}

// Changes of an update do not show in a copy of it.
func TestUpdateIsAValue(t *testing.T) {
	base := update{}.set("a", 1)
	first, second := base.set("b", 2), base.set("c", 3)
	for want, u := range map[string]update{"b": first, "c": second} {
		if e, err := build(condition{}, u); err != nil || e.Names()["#1"] != want {
			t.Errorf("the update changes %v, error %v; want %s", e.Names(), err, want)
		}
	}
}
