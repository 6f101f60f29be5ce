package dynamo

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/access"
	"tenantry/shared/account"
)

// partition is the value of a partition key, of the table or of an index; sortKey is that of a sort key. They are made
// only by the functions of this file.
type (
	partition string
	sortKey   string
)

// key is the primary key of an item.
type key struct {
	partition partition
	sort      sortKey
}

// item is an item as the storage holds it.
type item = map[string]types.AttributeValue

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

func number[N ~int | ~int64](value N) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(int64(value), 10)}
}

func boolean(value bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: value} }

func (k key) attributes() item {
	return item{partitionAttribute: text(string(k.partition)), sortAttribute: text(string(k.sort))}
}

func (k key) fields() keyed { return keyed{PK: k.partition, SK: k.sort} }

// keyed is the part of every item that names it.
type keyed struct {
	PK partition `dynamodbav:"pk"`
	SK sortKey   `dynamodbav:"sk"`
}

func (k keyed) key() key { return key{k.PK, k.SK} }

const (
	accountPrefix     = "ACCOUNT#"
	accountSort       = sortKey("ACCOUNT")
	accountSortsEnd   = sortKey("ACCOUNT#~") // behind the notes and before everything else of the collection
	noteSortPrefix    = "ACCOUNT#NOTE#"
	eventSortPrefix   = "EVENT#"
	sessionSortPrefix = "SESSION#"
	tokenSortPrefix   = "TOKEN#"
	forgottenPrefix   = "FORGOTTEN#"
)

// accountPartition is the collection of an account.
func accountPartition(id account.ID) partition { return partition(accountPrefix + string(id)) }

// accountKey is where an account is.
func accountKey(id account.ID) key { return key{accountPartition(id), accountSort} }

// noteKey is where the full note of an author about an account is. All administrators are one author.
func noteKey(about, author account.ID) key {
	return key{accountPartition(about), sortKey(noteSortPrefix + string(author))}
}

// eventKey is where an event in an account's trail is.
func eventKey(of account.ID, eventID string) key {
	return key{accountPartition(of), sortKey(eventSortPrefix + eventID)}
}

// sessionKey is where a session is, by the hash of its secret.
func sessionKey(of account.ID, hash string) key {
	return key{accountPartition(of), sortKey(sessionSortPrefix + hash)}
}

// tokenKey is where an API token is, by the hash of its secret.
func tokenKey(of account.ID, hash string) key {
	return key{accountPartition(of), sortKey(tokenSortPrefix + hash)}
}

// tokenSetKey is right behind the API tokens of an account, to be read with them.
func tokenSetKey(of account.ID) key { return key{accountPartition(of), "TOKENS"} }

// linksKey is where the live reset links of an account are.
func linksKey(of account.ID) key { return key{accountPartition(of), "RESETLINKS"} }

// forgottenKey is where a request for a forgotten password is, which is about no account yet.
func forgottenKey(eventID string) key {
	return key{partition(forgottenPrefix + eventID), sortKey(eventSortPrefix + eventID)}
}

// leaseKey is where it is noted how far the mail of an event is.
func leaseKey(eventID string) key { return key{partition("OUTBOX#" + eventID), "LEASE"} }

// usageKey is where it is counted how much an account owns.
func usageKey(of account.ID) key { return key{accountPartition(of), "USAGE"} }

// transferKey is where it is kept that an account's subscriptions have to follow it.
func transferKey(of account.ID) key { return key{accountPartition(of), "TRANSFER"} }

// allUsagePartition is the collection of what all owners together have.
const allUsagePartition = partition("USAGE#ALL")

// allUsageKey is one shard of that.
func allUsageKey(shard int) key {
	return key{allUsagePartition, sortKey("SHARD#" + strconv.Itoa(shard))}
}

// maxLogin and maxExternalID are what their grammars allow. A longer text is nobody's and must not become a key that the
// storage refuses for its length; looking up an empty one takes as long as any other.
const (
	maxLogin      = 60
	maxExternalID = 64
)

// loginKey is the guard of a login.
func loginKey(login account.Login) key {
	if len(login) > maxLogin {
		login = ""
	}
	return key{partition("LOGIN#" + string(login)), "LOGIN"}
}

// externalKey is the guard of an external id, unique per owner.
func externalKey(owner account.ID, externalID string) key {
	if len(externalID) > maxExternalID {
		externalID = ""
	}
	return key{partition("EXTERNAL#" + string(owner) + "#" + externalID), "EXTERNAL"}
}

// knownKey is where it is remembered that a login was used from an address.
func knownKey(opaque string) key { return key{partition("KNOWN#" + opaque), "KNOWN"} }

// attemptKey is a counter of attempts in one window.
func attemptKey(of access.Attempt) key {
	return key{partition("ATTEMPTS#" + of.Key), sortKey(fmt.Sprintf("WINDOW#%d", of.Ends.Unix()))}
}

// onceKey is where the first answer to a request is.
func idempotencyKey(name string) key { return key{partition("ONCE#" + name), "ONCE"} }

// cursorSecretKey is where the key that seals cursors is.
func cursorSecretKey() key { return key{"SECRET#cursor", "SECRET"} }

// firstKey is the guard that lets the first administrator be created only once.
func firstKey() key { return key{"SINGLETON#first", "SINGLETON"} }

const (
	allShards   = 8 // of what is kept of all owners together
	ownerShards = 1 // of an owner's lists
	dueShards   = 4 // of what is due
)

// shardOf spreads accounts, and other objects, over shards.
func shardOf[ID ~string](id ID, shards uint32) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // a hash takes everything
	return int(h.Sum32() % shards)
}

// ownerListOf is an index partition: accounts of a kind that an owner has.
func ownerListOf(owner account.ID, kind account.Kind, shard int) partition {
	return partition(string(owner) + "#" + string(kind) + "#" + strconv.Itoa(shard))
}

// allListOf is an index partition: accounts of a kind that all owners have.
func allListOf(kind account.Kind, shard int) partition {
	return partition("ALL#" + string(kind) + "#" + strconv.Itoa(shard))
}

// dueShardOf is an index partition: a part of what is due.
func dueShardOf(shard int) partition { return partition("DUE#" + strconv.Itoa(shard)) }

// position is the place of an account in a list, whatever its status, shard and owner are.
type position string

// maxListedName is how many code points of a name order a list. Folding can lengthen a name.
const maxListedName = 100

// namePosition is a place in a list by name; accounts of the same name follow each other by creation.
func namePosition(name string, id account.ID) position {
	folded := []rune(account.SortName(name))
	if len(folded) > maxListedName {
		folded = folded[:maxListedName]
	}
	return position(string(folded) + "\x01" + ulidOf(id))
}

// createdPosition is a place in a list by creation.
func createdPosition(id account.ID) position { return position(ulidOf(id)) }

func ulidOf(id account.ID) string {
	_, rest, _ := strings.Cut(string(id), "_")
	return rest
}

// next and previous are the nearest places beside a position at which no account is, in the direction that they name. All
// positions end in a ULID of the same length, so no account is between them and the position.
func (p position) next() position { return p[:len(p)-1] + position(p[len(p)-1]+1) }

func (p position) previous() position { return p[:len(p)-1] + position(p[len(p)-1]-1) }

// statusLetters are what accounts of a status begin with in a list.
var statusLetters = map[account.Status]string{account.Active: "a", account.Suspended: "s"}

// listed is the sort key of a place in an index.
func (p position) listed(status account.Status) sortKey {
	return sortKey(statusLetters[status] + "#" + string(p))
}

// listEnd is behind everything of a status in an index.
func listEnd(status account.Status) sortKey { return sortKey(statusLetters[status] + "$") }

// positionOf is the place that a sort key stands for.
func positionOf(listed sortKey) position {
	_, rest, _ := strings.Cut(string(listed), "#")
	return position(rest)
}
