package dynamo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
	"tenantry/shared/plan"
	"tenantry/shared/sweep"
)

// partition is a partition key and sortKey is a sort key, of the table or of an index. Only this file and list_keys.go
// create them.
type (
	partition string
	sortKey   string
)

// key is the primary key of an item.
type key struct {
	partition partition
	sort      sortKey
}

// item contains the attributes of an item.
type item = map[string]types.AttributeValue

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

func number[N ~int | ~int64](value N) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(int64(value), 10)}
}

func (k key) attributes() item {
	return item{partitionAttribute: text(string(k.partition)), sortAttribute: text(string(k.sort))}
}

func (k key) fields() keyed { return keyed{PK: k.partition, SK: k.sort} }

// keyed is the primary key as fields of an item type.
type keyed struct {
	PK partition `dynamodbav:"pk"`
	SK sortKey   `dynamodbav:"sk"`
}

func (k keyed) key() key { return key{k.PK, k.SK} }

const (
	accountPrefix      = "ACCOUNT#"
	forgottenPrefix    = "FORGOTTEN#"
	passwordPrefix     = "PASSWORD#"
	secretPrefix       = "SECRET#"
	planPrefix         = "PLAN#"
	subscriptionPrefix = "SUBSCRIPTION#"
	websitePrefix      = "WEBSITE#"
	backupPrefix       = "BACKUP#"
	operationPrefix    = "OPERATION#"
	searchedPrefix     = "SEARCHED#"
	outboxPrefix       = "OUTBOX#"

	globalUsagePartition = partition("USAGE#ALL")
)

// Sort keys in the collection of an account. The account comes first, then its notes.
const (
	accountSort       = sortKey("ACCOUNT")
	afterNotesSort    = sortKey("ACCOUNT#~") // after the notes, before all other items
	noteSortPrefix    = "ACCOUNT#NOTE#"
	eventSortPrefix   = "EVENT#"
	sessionSortPrefix = "SESSION#"
	tokenSortPrefix   = "TOKEN#"
)

const batchSortPrefix = "BATCH#"

// accountPartition returns the partition key of an account's collection.
func accountPartition(id account.ID) partition { return partition(accountPrefix + string(id)) }

func accountKey(id account.ID) key { return key{accountPartition(id), accountSort} }

// noteKey returns the key of an author's note about an account. All administrators are one author,
// account.AdministratorOwner.
func noteKey(subject, author account.ID) key {
	return key{accountPartition(subject), sortKey(noteSortPrefix + string(author))}
}

func eventKey(id account.ID, eventID string) key {
	return key{accountPartition(id), sortKey(eventSortPrefix + eventID)}
}

func sessionKey(id account.ID, hash string) key {
	return key{accountPartition(id), sortKey(sessionSortPrefix + hash)}
}

func tokenKey(id account.ID, hash string) key {
	return key{accountPartition(id), sortKey(tokenSortPrefix + hash)}
}

// tokenSetKey sorts directly after the API tokens of the account, so one query reads both.
func tokenSetKey(id account.ID) key { return key{accountPartition(id), "TOKENS"} }

func linksKey(id account.ID) key { return key{accountPartition(id), "RESETLINKS"} }

func usageKey(id account.ID) key { return key{accountPartition(id), "USAGE"} }

func transferKey(id account.ID) key { return key{accountPartition(id), "TRANSFER"} }

// forgottenKey returns the key of a request for a forgotten password. Its account is not known yet.
func forgottenKey(eventID string) key {
	return key{partition(forgottenPrefix + eventID), sortKey(eventSortPrefix + eventID)}
}

// unknownSignInKey returns the key of a failed sign-in at an unknown login.
func unknownSignInKey(eventID string) key {
	return key{partition("UNKNOWN#" + eventID), "SIGNIN"}
}

func leaseKey(eventID string) key { return key{partition(outboxPrefix + eventID), "LEASE"} }

func globalUsageKey(shard int) key {
	return key{globalUsagePartition, sortKey("SHARD#" + strconv.Itoa(shard))}
}

// administratorListsKey returns the key of the item that says how the administrator's lists are divided.
func administratorListsKey() key { return key{globalUsagePartition, "LISTS"} }

// globalListsKey returns the key of the item that says how the list of all customers is divided.
func globalListsKey() key { return key{globalUsagePartition, "LISTS#ALL"} }

// The greatest lengths that the grammars of logins and external ids allow. Longer texts come from requests. They must
// not become keys, because DynamoDB rejects keys of more than 2,048 bytes.
const (
	maxLoginLength      = 60
	maxExternalIDLength = 64
)

// loginKey returns the key of a login's guard. A text that is too long gets the key of the empty login, which has no
// guard and takes as long to look up as any other.
func loginKey(login account.Login) key {
	if len(login) > maxLoginLength {
		login = ""
	}
	return key{partition("LOGIN#" + string(login)), "LOGIN"}
}

// externalKey returns the key of the guard of an external id, which is unique per owner.
func externalKey(owner account.ID, externalID string) key {
	if len(externalID) > maxExternalIDLength {
		externalID = ""
	}
	return key{partition("EXTERNAL#" + string(owner) + "#" + externalID), "EXTERNAL"}
}

// domainKey returns the key of a domain's guard. The domain is in ASCII.
func domainKey(domain string) key { return key{partition("DOMAIN#" + domain), "DOMAIN"} }

// registrableKey returns the key of a registrable domain's guard. The domain is in ASCII.
func registrableKey(domain string) key { return key{partition("REGISTRABLE#" + domain), "REGISTRABLE"} }

// firstAdministratorKey returns the key of the guard that allows only one first administrator.
func firstAdministratorKey() key { return key{"SINGLETON#first", "SINGLETON"} }

// passwordKey returns the key of an account's password. It has a partition of its own, because IAM can protect
// partitions and not items (ADR 41).
func passwordKey(id account.ID) key { return key{partition(passwordPrefix + string(id)), "PASSWORD"} }

func stackSecretKey() key { return key{secretPrefix + "cursor", "SECRET"} }

// knownAddressKey and attemptKey take keyed hashes.
func knownAddressKey(hash string) key { return key{partition("KNOWN#" + hash), "KNOWN"} }

func attemptKey(hash string, windowEnd time.Time) key {
	return key{partition("ATTEMPTS#" + hash), sortKey(fmt.Sprintf("WINDOW#%d", windowEnd.Unix()))}
}

func idempotencyKey(name string) key { return key{partition("ONCE#" + name), "ONCE"} }

// maxIDLength is longer than every id. Longer texts come from requests and must not become keys.
const maxIDLength = 100

// accountIDOf returns the id in the key of an account.
func accountIDOf(k key) account.ID {
	return account.ID(strings.TrimPrefix(string(k.partition), accountPrefix))
}

// boundedID returns the id, or "" if the id is too long.
func boundedID(id string) string {
	if len(id) > maxIDLength {
		return ""
	}
	return id
}

func planKey(id plan.ID) key { return key{partition(planPrefix + boundedID(string(id))), "PLAN"} }

func subscriptionKey(id string) key {
	return key{partition(subscriptionPrefix + boundedID(id)), "SUBSCRIPTION"}
}

func websiteKey(id string) key { return key{partition(websitePrefix + boundedID(id)), "WEBSITE"} }

func backupKey(id string) key { return key{partition(backupPrefix + boundedID(id)), "BACKUP"} }

func tombstoneKey(id string) key { return key{partition(backupPrefix + boundedID(id)), "TOMBSTONE"} }

func retryKey(entry sweep.DueEntry) key {
	return key{partition("RETRY#" + string(entry.Kind) + "#" + entry.ID), "RETRY"}
}

// operationPartition returns the partition key of an operation's collection.
func operationPartition(id string) partition { return partition(operationPrefix + boundedID(id)) }

func operationKey(id string) key { return key{operationPartition(id), "OPERATION"} }

func chunkKey(id string, number int64) key {
	return key{operationPartition(id), sortKey(fmt.Sprintf("CHUNK#%08d", number))}
}

func batchKey(id string, number int64) key {
	return key{operationPartition(id), sortKey(fmt.Sprintf("%s%08d", batchSortPrefix, number))}
}

const feedSortPrefix = "ROW#"

// feedPartition returns the partition key of a shard of the change feed.
func feedPartition(shard int) partition { return partition("FEED#" + strconv.Itoa(shard)) }

// feedRowKey returns the key of a row of the change feed. The sort keys are in the order of the numbers.
func feedRowKey(shard int, number int64) key {
	return key{feedPartition(shard), sortKey(fmt.Sprintf("%s%018d", feedSortPrefix, number))}
}

// feedHeadKey returns the key of the item that has the number of the last row of each shard of the change feed.
func feedHeadKey() key { return key{"FEED", "HEAD"} }

// feedHeadAttribute returns the name of the attribute that has the number of a shard's last row.
func feedHeadAttribute(shard int) string { return "shard" + strconv.Itoa(shard) }
