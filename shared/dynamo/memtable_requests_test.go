package dynamo

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var (
	onlyN = map[string]string{"#n": "n"}
	onlyS = map[string]string{"#s": "s"}
	nAndS = map[string]string{"#n": "n", "#s": "s"}
)

// requests are sent to the emulator and to a table in memory.
var requests = map[string]struct {
	send     func(c single) (any, error)
	rejected bool // by DynamoDB, but accepted by the emulator
}{
	"get":                   {send: func(c single) (any, error) { return c.get(at("a", "1")) }},
	"get of a missing item": {send: func(c single) (any, error) { return c.get(at("a", "9")) }},
	"get by a part of the key": {send: func(c single) (any, error) {
		return c.get(item{partitionAttribute: text("a")})
	}},
	"get by an empty key": {send: func(c single) (any, error) { return c.get(at("", "1")) }},
	"get by a number": {send: func(c single) (any, error) {
		return c.get(item{partitionAttribute: text("a"), sortAttribute: number(1)})
	}},
	"batch with a duplicate": {send: func(c single) (any, error) {
		_, err := c.BatchGetItem(c.ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			*c.table: {Keys: []item{at("a", "1"), at("a", "1")}},
		}})
		return nil, err
	}},
	"batch of too many keys": {send: func(c single) (any, error) {
		keys := make([]item, maxBatch+1)
		for i := range keys {
			keys[i] = at("a", strings.Repeat("1", i+1))
		}
		_, err := c.BatchGetItem(
			c.ctx,
			&dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{*c.table: {Keys: keys}}},
		)
		return nil, err
	}},

	"put an item that is too large": {send: func(c single) (any, error) {
		return nil, c.put(with(at("a", "1"), item{"s": text(strings.Repeat("x", 400<<10))}))
	}},
	"put without a key": {send: func(c single) (any, error) { return nil, c.put(item{"s": text("x")}) }},
	"put a key that is too long": {
		send: func(c single) (any, error) { return nil, c.put(at("a", strings.Repeat("x", 1025))) },
	},
	"put a number into an index": {
		send: func(c single) (any, error) { return nil, c.put(with(at("c", "1"), item{"parent": number(1)})) },
	},
	"put an empty key of an index": {
		send:     func(c single) (any, error) { return nil, c.put(with(at("c", "1"), item{"parent": text("")})) },
		rejected: true,
	},

	"set and remove": {
		send: func(c single) (any, error) { return c.update("SET #n = :v REMOVE #s", nAndS, item{":v": number(7)}) },
	},
	"several clauses on several lines": {send: func(c single) (any, error) {
		names := map[string]string{"#n": "n", "#m": "m", "#s": "s", "#x": "x", "#y": "y"}
		return c.update("SET #x = :v,\n\t#y = :v\nREMOVE #s\n\tADD #n :v,\n#m :v\n", names, item{":v": number(7)})
	}},
	"remove a missing attribute": {
		send: func(c single) (any, error) { return c.update("REMOVE #x", map[string]string{"#x": "x"}, nil) },
	},
	"add": {send: func(c single) (any, error) {
		return c.update("ADD #n :v, #m :v", map[string]string{"#n": "n", "#m": "m"}, item{":v": number(-7)})
	}},
	"add to a string": {send: func(c single) (any, error) { return c.update("ADD #s :v", onlyS, item{":v": number(1)}) }},
	"update the key": {send: func(c single) (any, error) {
		return c.update("SET #sk = :v", map[string]string{"#sk": sortAttribute}, item{":v": text("x")})
	}},
	"update twice": {
		send: func(c single) (any, error) { return c.update("SET #n = :v REMOVE #n", onlyN, item{":v": number(1)}) },
	},
	"update nothing": {send: func(c single) (any, error) { return c.update("", nil, nil) }, rejected: true},
	"a name is not used": {
		send: func(c single) (any, error) { return c.update("SET #n = :v", nAndS, item{":v": number(1)}) },
	},
	"a name is not defined": {
		send: func(c single) (any, error) { return c.update("SET #n = :v", nil, item{":v": number(1)}) },
	},
	"a value is not used": {send: func(c single) (any, error) {
		return c.update("SET #n = :v", onlyN, item{":v": number(1), ":w": number(1)})
	}},
	"a value is not defined": {send: func(c single) (any, error) { return c.update("SET #n = :v", onlyN, nil) }},
	"an empty map of values": {
		send:     func(c single) (any, error) { return c.update("REMOVE #n", onlyN, item{}) },
		rejected: true,
	},

	"equal": {
		send: func(c single) (any, error) { return c.holds("#n = :v", onlyN, item{":v": number(5)}) },
	},
	"equal as another type": {
		send: func(c single) (any, error) { return c.holds("#n = :v", onlyN, item{":v": text("5")}) },
	},
	"less as numbers": {
		send: func(c single) (any, error) { return c.holds("#n < :v", onlyN, item{":v": number(10)}) },
	},
	"less as another type": {
		send: func(c single) (any, error) { return c.holds("#n < :v", onlyN, item{":v": text("9")}) },
	},
	"less than a string": {
		send: func(c single) (any, error) { return c.holds("#s < :v", onlyS, item{":v": text("y")}) },
	},
	"at most": {
		send: func(c single) (any, error) { return c.holds("#n <= :v", onlyN, item{":v": number(5)}) },
	},
	"more than": {
		send: func(c single) (any, error) { return c.holds("#n > :v", onlyN, item{":v": number(5)}) },
	},
	"at least": {
		send: func(c single) (any, error) { return c.holds("#n >= :v", onlyN, item{":v": number(5)}) },
	},
	"between": {send: func(c single) (any, error) {
		return c.holds("#n BETWEEN :v AND :w", onlyN, item{":v": number(1), ":w": number(5)})
	}},
	"a missing attribute fits no comparison": {send: func(c single) (any, error) {
		return c.holds("#x < :v OR #x >= :v OR #x = :v", map[string]string{"#x": "x"}, item{":v": number(5)})
	}},
	"AND binds first": {send: func(c single) (any, error) {
		return c.holds("#n = :v OR #n = :w AND attribute_not_exists(#n)", onlyN, item{":v": number(5), ":w": number(6)})
	}},
	"parentheses bind before": {send: func(c single) (any, error) {
		return c.holds("(#n = :v OR #n = :w) AND attribute_not_exists(#n)", onlyN, item{":v": number(5), ":w": number(6)})
	}},
	"a value is compared with a value": {send: func(c single) (any, error) {
		return c.holds("attribute_not_exists(#n) OR :v = :w", onlyN, item{":v": number(5), ":w": number(5)})
	}},

	"reasons in their order": {send: func(c single) (any, error) {
		met, unmet := aws.String("attribute_exists(#n)"), aws.String("attribute_not_exists(#n)")
		return c.transact(
			"t",
			addOf(c, at("a", "1"), unmet),
			addOf(c, at("a", "2"), met),
			addOf(c, at("a", "3"), met),
			addOf(c, at("a", "9"), met),
		)
	}},
	"a cancelled transaction writes nothing": {send: func(c single) (any, error) {
		failing := addOf(c, at("a", "1"), aws.String("attribute_not_exists(#n)"))
		if _, err := c.transact("t", addOf(c, at("a", "2"), nil), failing); err == nil {
			return "the transaction was not cancelled", nil
		}
		return c.get(at("a", "2"))
	}},
	"one token twice": {send: func(c single) (any, error) {
		for range 2 {
			if _, err := c.transact("t", addOf(c, at("a", "1"), nil)); err != nil {
				return nil, err
			}
		}
		return c.get(at("a", "1"))
	}},
	"one token after a cancelled transaction": {send: func(c single) (any, error) {
		absent := addOf(c, at("a", "9"), aws.String("attribute_exists(#n)"))
		_, _ = c.transact("t", absent)
		if err := c.put(with(at("a", "9"), item{"n": number(1)})); err != nil {
			return nil, err
		}
		if _, err := c.transact("t", absent); err != nil {
			return nil, err
		}
		return c.get(at("a", "9"))
	}},
	"one token for two transactions": {send: func(c single) (any, error) {
		if _, err := c.transact("t", addOf(c, at("a", "1"), nil)); err != nil {
			return nil, err
		}
		return c.transact("t", addOf(c, at("a", "2"), nil))
	}},
	"an empty token": {
		send:     func(c single) (any, error) { return c.transact("", addOf(c, at("a", "1"), nil)) },
		rejected: true,
	},
	"a token that is too long": {
		send: func(c single) (any, error) { return c.transact(strings.Repeat("t", 37), addOf(c, at("a", "1"), nil)) },
	},
	"one item twice": {send: func(c single) (any, error) {
		return c.transact("t", addOf(c, at("a", "1"), nil), putOf(c, at("a", "1")))
	}},
	"a transaction of a hundred":      {send: func(c single) (any, error) { return c.transact("t", many(c, 100)...) }},
	"a transaction of too many items": {send: func(c single) (any, error) { return c.transact("t", many(c, 101)...) }},
	"a transaction that is too big": {send: func(c single) (any, error) {
		items := many(c, 11)
		for i := range items {
			items[i].Put.Item["s"] = text(strings.Repeat("x", 390<<10))
		}
		return c.transact("t", items...)
	}},

	"a partition":        {send: func(c single) (any, error) { return c.query(ofPartition("#pk = :pk", nil)) }},
	"an empty partition": {send: func(c single) (any, error) { return c.query(ofParent("nobody")) }},
	"backwards": {send: func(c single) (any, error) {
		input := ofPartition("#pk = :pk", nil)
		input.ScanIndexForward = aws.Bool(false)
		return c.query(input)
	}},
	"a range": {send: func(c single) (any, error) {
		return c.query(ofPartition("#pk = :pk AND #sk BETWEEN :from AND :to", item{":from": text("2"), ":to": text("3")}))
	}},
	"a range whose end is before its start": {send: func(c single) (any, error) {
		return c.query(ofPartition("#pk = :pk AND #sk BETWEEN :from AND :to", item{":from": text("3"), ":to": text("2")}))
	}},
	"after a key": {send: func(c single) (any, error) {
		return c.query(ofPartition("#pk = :pk AND #sk > :from", item{":from": text("1")}))
	}},
	"up to a key": {send: func(c single) (any, error) {
		return c.query(ofPartition("#pk = :pk AND #sk <= :to", item{":to": text("2")}))
	}},
	"before a key": {send: func(c single) (any, error) {
		return c.query(ofPartition("#pk = :pk AND #sk < :to", item{":to": text("2")}))
	}},
	"a page": {send: func(c single) (any, error) {
		input := ofPartition("#pk = :pk", nil)
		input.Limit = aws.Int32(2)
		return c.query(input)
	}},
	"the next page": {send: func(c single) (any, error) {
		input := ofPartition("#pk = :pk", nil)
		input.Limit, input.ExclusiveStartKey = aws.Int32(2), at("a", "2")
		return c.query(input)
	}},
	"a page after a key that is gone, backwards": {send: func(c single) (any, error) {
		input := ofPartition("#pk = :pk", nil)
		input.ExclusiveStartKey, input.ScanIndexForward = at("a", "25"), aws.Bool(false)
		return c.query(input)
	}},
	"only some attributes": {send: func(c single) (any, error) {
		input := ofPartition("#pk = :pk", nil)
		input.ProjectionExpression, input.ExpressionAttributeNames["#n"] = aws.String("#pk, #n"), "n"
		return c.query(input)
	}},
	"a limit of zero": {send: func(c single) (any, error) {
		input := ofPartition("#pk = :pk", nil)
		input.Limit = aws.Int32(0)
		return c.query(input)
	}},
	"a condition on another attribute": {send: func(c single) (any, error) {
		input := ofPartition("#pk = :pk AND #n = :n", item{":n": number(5)})
		input.ExpressionAttributeNames["#n"] = "n"
		return c.query(input)
	}},
	"an index in its order": {send: func(c single) (any, error) { return c.query(ofParent("p")) }},
	"a page of an index": {send: func(c single) (any, error) {
		input := ofParent("p")
		input.Limit = aws.Int32(1)
		return c.query(input)
	}},
	"an index consistently": {send: func(c single) (any, error) {
		input := ofParent("p")
		input.ConsistentRead = aws.Bool(true)
		return c.query(input)
	}},
	"an unknown index": {send: func(c single) (any, error) {
		input := ofParent("p")
		input.IndexName = aws.String("unknown")
		return c.query(input)
	}},
	"the projection of an index": {send: func(c single) (any, error) {
		return c.query(dynamodb.QueryInput{
			IndexName: &byOwnerName.name, KeyConditionExpression: aws.String("#owner = :owner"),
			ExpressionAttributeNames:  map[string]string{"#owner": byOwnerName.partition},
			ExpressionAttributeValues: item{":owner": text("owner")},
		})
	}},
	"an index after an item has left it": {send: func(c single) (any, error) {
		if _, err := c.update("REMOVE #order", map[string]string{"#order": objectsByParent.sort}, nil); err != nil {
			return nil, err
		}
		return c.query(ofParent("p"))
	}},
	"an index after an item has moved in it": {send: func(c single) (any, error) {
		names := map[string]string{"#order": objectsByParent.sort}
		if _, err := c.update("SET #order = :order", names, item{":order": text("0")}); err != nil {
			return nil, err
		}
		return c.query(ofParent("p"))
	}},
	"an index after an item was deleted": {send: func(c single) (any, error) {
		if _, err := c.DeleteItem(c.ctx, &dynamodb.DeleteItemInput{TableName: c.table, Key: at("a", "3")}); err != nil {
			return nil, err
		}
		return c.query(ofParent("p"))
	}},
	"another table": {send: func(c single) (any, error) {
		c.table = aws.String("another")
		return c.get(at("a", "1"))
	}},
}
