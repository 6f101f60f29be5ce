package dynamo

import (
	"fmt"
	"strings"

	"tenantry/shared/account"
	"tenantry/shared/search"
)

// searchCharacters is the number of characters of a text that select its partition of the search index.
const searchCharacters = 3

// endingShards is the number of partitions of a shared ending in one scope.
const endingShards = 4

// searchPartition returns the partition of the rows whose text begins with the same characters.
func searchPartition(scope account.ID, text string) partition {
	characters := []rune(text)
	first := string(characters[:min(len(characters), searchCharacters)])
	return partition("SEARCH#" + string(scope) + "#" + first)
}

// endingPartition returns the partition of one shard of the rows of a shared ending. No text has this partition: the
// part after the scope is longer than the first characters of a text.
func endingPartition(scope account.ID, ending string, shard int) partition {
	return partition(fmt.Sprintf("SEARCH#%s#=%s#%d", scope, ending, shard))
}

// searchSections are the parts of the sort keys that name the section of a row.
var searchSections = map[search.Section]string{search.Prefix: "0", search.PrefixEnding: "1", search.Inside: "2"}

// searchSort returns the beginning of the sort keys of rows whose text begins with a text.
func searchSort(kind search.Kind, section search.Section, text string) sortKey {
	return sortKey(string(kind) + searchSections[section] + "#" + text)
}

// searchRowSort returns the sort key of a row.
func searchRowSort(kind search.Kind, section search.Section, text, id string) sortKey {
	return searchSort(kind, section, text+"\x01"+id)
}

func searchRowKey(row *search.Row) key {
	p := searchPartition(row.Scope, row.Text)
	if row.IsEnding() {
		p = endingPartition(row.Scope, row.Text, shardOf(row.ID, endingShards))
	}
	return key{p, searchRowSort(row.Kind, row.Section, row.Text, row.ID)}
}

// textAndID returns the text and the id in the sort key of a row.
func textAndID(sort sortKey) (rowText, id string) {
	_, rest, _ := strings.Cut(string(sort), "#")
	end := strings.LastIndexByte(rest, '\x01')
	return rest[:max(0, end)], rest[end+1:]
}

const (
	websiteChunkPrefix = "WEBSITES#"
	endingSortPrefix   = "ENDING#"
	afterEndingsSort   = "ENDING#\U0010ffff"
)

// searchedPartition returns the partition of what the index has of an account, and of the endings of its scope.
func searchedPartition(id account.ID) partition { return partition(searchedPrefix + string(id)) }

func documentKey(id account.ID) key { return key{searchedPartition(id), "DOCUMENT"} }

func websiteChunkKey(id account.ID, number int) key {
	return key{searchedPartition(id), sortKey(fmt.Sprintf("%s%06d", websiteChunkPrefix, number))}
}

func endingKey(scope account.ID, ending string) key {
	return key{searchedPartition(scope), sortKey(endingSortPrefix + ending)}
}

// rebuildKey returns the key of the order to index an account again. It is in the account's partition, so that the
// stream delivers it in the order of the account's events.
func rebuildKey(id account.ID) key { return key{accountPartition(id), "SEARCHREBUILD"} }
