package dynamotest

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
)

// stored is the attributes of an item.
type stored = map[string]types.AttributeValue

// Dump describes what is stored about accounts and what they have, a line for each item, sorted. It leaves out
// versions, times and the ids of events, so two histories that must end the same have the same dump.
func (s *Store) Dump() []string {
	var lines []string
	events := map[string]int{}
	for _, of := range s.table.All() {
		if kindOf(of) == Event {
			events[fmt.Sprintf("event %s of %s about %s", value(of, "name"), owner(of), textOf(of, "subject"))]++
			continue
		}
		if line := describeItem(of); line != "" {
			lines = append(lines, line)
		}
	}
	for name, times := range events {
		lines = append(lines, fmt.Sprintf("%s, %d times", name, times))
	}
	slices.Sort(lines)
	return lines
}

// Mentions returns the number of items of all kinds in which a text occurs.
func (s *Store) Mentions(text string) int {
	count := 0
	for _, of := range s.table.All() {
		if mentions(&types.AttributeValueMemberM{Value: of}, text) {
			count++
		}
	}
	return count
}

func mentions(in types.AttributeValue, text string) bool {
	switch v := in.(type) {
	case *types.AttributeValueMemberS:
		return strings.Contains(v.Value, text)
	case *types.AttributeValueMemberB:
		return bytes.Contains(v.Value, []byte(text))
	case *types.AttributeValueMemberSS:
		return slices.ContainsFunc(v.Value, func(element string) bool { return strings.Contains(element, text) })
	case *types.AttributeValueMemberL:
		return slices.ContainsFunc(v.Value, func(element types.AttributeValue) bool { return mentions(element, text) })
	case *types.AttributeValueMemberM:
		for name, value := range v.Value {
			if strings.Contains(name, text) || mentions(value, text) {
				return true
			}
		}
	}
	return false
}

// describeItem returns the line for an item, or "" for an item that Dump leaves out.
func describeItem(row stored) string {
	id := owner(row)
	get := func(attribute string) string { return value(row, attribute) }
	switch kindOf(row) {
	case Account:
		listed, _ := row["row"].(*types.AttributeValueMemberM)
		get := func(attribute string) string { return value(listed.Value, attribute) }
		lifecycle := cmp.Or(textOf(listed.Value, "lifecycle"), string(account.Ready))
		return fmt.Sprintf("account %s: %s %s of %s, %s, %s holds, %s subscriptions",
			id, get("kind"), get("login"), get("owner"), lifecycle, get("holds"), get("subscriptions"))
	case Login:
		return fmt.Sprintf("login %s of %s", id, get("account"))
	case ExternalID:
		return fmt.Sprintf("external id %s: %s", id, get("account"))
	case Usage:
		return fmt.Sprintf("usage of %s: %s", id, all(row, "limitsVersion", "revision"))
	case Plan:
		return fmt.Sprintf("plan %s of %s: %s on it, %s follow it", id, get("owner"), get("uses"), get("synced"))
	case Subscription:
		return fmt.Sprintf("subscription %s of %s: %s, %s websites, %s, %s",
			id, get("customer"), textOf(row, "plan"), get("websites"), get("link"), get("resources"))
	case Website:
		return fmt.Sprintf("website %s of %s of %s: %s", id, get("subscription"), get("customer"), get("domain"))
	case Domain:
		return fmt.Sprintf("domain %s of %s", id, get("website"))
	case Backup:
		return fmt.Sprintf("backup %s of %s of %s by %s", id, get("subscription"), get("customer"), get("creator"))
	case Transfer:
		return fmt.Sprintf("transfer of %s from %s to %s: %s of %s", id, get("from"), get("to"), get("passed"), get("total"))
	case Note:
		return fmt.Sprintf("note on %s by %s", id, strings.TrimPrefix(get("sk"), string(Note)+"#"))
	case Session:
		return "session of " + id
	case Token:
		return "token of " + id
	case ResetLinks:
		return "reset links of " + id
	default: // operations, records and counters of attempts differ between two runs with the same result
		return ""
	}
}

// owner is what the collection of an item is named after.
func owner(of stored) string {
	_, id, _ := strings.Cut(value(of, "pk"), "#")
	return id
}

// value returns an attribute as text: of a list its length, and "0" for what is missing.
func value(of stored, name string) string {
	switch v := of[name].(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberBOOL:
		return fmt.Sprint(v.Value)
	case *types.AttributeValueMemberL:
		return fmt.Sprint(len(v.Value))
	case *types.AttributeValueMemberM:
		return all(v.Value)
	default:
		return "0"
	}
}

// all returns all attributes but some and those of the key, in the order of their names. Zeros say nothing.
func all(of stored, but ...string) string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(of)) {
		if shown := value(of, name); shown != "0" && name != "pk" && name != "sk" && !slices.Contains(but, name) {
			pairs = append(pairs, name+"="+shown)
		}
	}
	return strings.Join(pairs, " ")
}
