// Package dynamo stores all data in one DynamoDB table. No other package knows the keys of the table.
//
// # Items
//
// The partition key is pk, the sort key is sk. The items of one partition are a collection. The collection of an
// account has the account and the items that are only read together with it. An item with an id of its own has its own
// collection.
//
//	pk                      sk                       item                                               Go type
//	ACCOUNT#<id>            ACCOUNT                  administrator, reseller, customer or panel user    accountItem
//	ACCOUNT#<id>            ACCOUNT#NOTE#<author>    full text of a note about the account              noteItem
//	ACCOUNT#<id>            EVENT#<event id>         event: audit trail and outbox                      eventItem
//	ACCOUNT#<id>            SESSION#<token hash>     session                                            sessionItem
//	ACCOUNT#<id>            TOKEN#<token hash>       API token                                          tokenItem
//	ACCOUNT#<id>            TOKENS                   version of the account's set of API tokens         tokenSetItem
//	ACCOUNT#<id>            RESETLINKS               up to three valid reset links                      linksItem
//	ACCOUNT#<id>            USAGE                    usage, limits and shards of lists of a reseller    usageItem
//	ACCOUNT#<id>            TRANSFER                 transfer with subscriptions still to move          transferItem
//	FORGOTTEN#<event id>    EVENT#<event id>         request for a forgotten password                   forgottenItem
//	USAGE#ALL               SHARD#<n>                number of accounts of all owners                   usageItem
//	USAGE#ALL               LISTS                    shards of the administrator's lists                usageItem
//	USAGE#ALL               LISTS#ALL                shards of the list of all customers                usageItem
//	LOGIN#<login>           LOGIN                    guard: account that has the login                  loginItem
//	EXTERNAL#<owner>#<ext>  EXTERNAL                 guard: account that has the external id            externalItem
//	DOMAIN#<ascii domain>   DOMAIN                   guard: website that has the domain                 domainItem
//	REGISTRABLE#<domain>    REGISTRABLE              guard: customer that has websites in the domain    registrableItem
//	SINGLETON#first         SINGLETON                guard: the first administrator exists              singletonItem
//	PASSWORD#<account id>   PASSWORD                 hash of the account's password                     passwordItem
//	SECRET#cursor           SECRET                   secret for cursors and fingerprints                secretItem
//	KNOWN#<keyed hash>      KNOWN                    address from which a login has signed in           knownAddressItem
//	UNKNOWN#<event id>      SIGNIN                   failed sign-in at an unknown login                 eventItem
//	ATTEMPTS#<keyed hash>   WINDOW#<end>             number of attempts in a time window                access.Attempt
//	ONCE#<key>              ONCE                     response to a request with an Idempotency-Key      idempotencyItem
//	PLAN#<plan id>          PLAN                     service plan or reseller plan, with its use count  planItem
//	SUBSCRIPTION#<id>       SUBSCRIPTION             subscription                                       subscriptionItem
//	WEBSITE#<id>            WEBSITE                  website                                            websiteItem
//	BACKUP#<id>             BACKUP                   backup                                             backupItem
//	BACKUP#<id>             TOMBSTONE                deleted backup whose storage is erased again       tombstoneItem
//	OPERATION#<id>          OPERATION                operation and its progress                         operationItem
//	OPERATION#<id>          CHUNK#<n>                part of the operation's list of items              chunkItem
//	OPERATION#<id>          BATCH#<n>                batch and the results of its items                 batchItem
//	SEARCH#<scope>#<text>   <kind><section>#<text>   row of the search index                            searchRowItem
//	SEARCHED#<account id>   DOCUMENT                 what the search index has of an account            documentItem
//	SEARCHED#<account id>   WEBSITES#<n>             more websites of a document                        websiteChunkItem
//	SEARCHED#<scope>        ENDING#<ending>          shared ending in a scope of the search index       endingItem
//	ACCOUNT#<id>            SEARCHREBUILD            order to index the account again                   rebuildItem
//	FEED#<shard>            ROW#<n>                  entries of the change feed, for a day              feedRowItem
//	FEED                    HEAD                     number of the last row of each shard of the feed   changefeed.Positions
//	RETRY#<kind>#<id>       RETRY                    number of attempts at a due item that failed       retryItem
//	OUTBOX#<event id>       LEASE                    mail of an event: owed, leased, or its result      leaseItem
//
// A guard makes a value unique: its key contains the value, and it is created in the same transaction as the object
// that has the value. The guards of logins and domains also name the accounts above the object. These are hints that
// can be out of date, so readers check them.
//
// Sessions and API tokens are found by the hash of their secret. The credential also names its account, so one
// BatchGetItem reads the session or token, the account and the accounts above it. One query lists the API tokens of an
// account.
//
// Sessions, API tokens and reset links with an older epoch than their account are invalid. Nobody has to delete them.
// The events of sign-ins contain personal data and expire. Readers leave out expired events.
// Passwords and the secret have partitions of their own, so that the roles of functions can deny them (ADR 41).
// When a panel user is removed, the stream consumer deletes the rest of its collection.
//
// # Indexes
//
// All indexes are sparse: an item is in an index while it has the index's attributes. No index has a constant partition
// key.
//
//	index                        partition     sort          use
//	accounts-by-owner-name       ownerList     listName      an owner's customers, resellers or panel users, by name
//	accounts-by-owner-created    ownerList     listCreated   the same accounts, by creation time
//	accounts-by-shard-name       allList       listName      all customers, by name
//	accounts-by-shard-created    allList       listCreated   all customers, by creation time
//	objects-by-parent            parent        parentOrder   subscriptions, websites, backups, plans, operations, previews
//	subscriptions-by-plan        plan          planOrder     subscriptions that a plan change must update
//	backups-by-creator           creator       creatorOrder  backups that an account has created
//	operations-by-shard          operationList id            all operations, and all previews
//	due-by-shard                 dueShard      dueAt         accounts, subscriptions, operations, tombstones, mails
//
// The indexes of accounts project the attribute row: a map of all that lists show (ADR 60). Expressions name its fields by
// their paths. A missing row.lifecycle means ready. The index keys of accounts:
//
//	ownerList    <owner>#<kind>#<shard>
//	allList      ALL#<kind>#<shard>
//	listName     <status>#<folded name>\x01<ulid>
//	listCreated  <status>#<ulid>
//
// The status is "a" for active accounts and "s" for suspended ones. A list of one status reads one range of the index.
// A list of both statuses merges two ranges. A position in a list is the sort key without the status, so it is the same
// in all shards and ranges. account.SortName folds names. If its rules change, an account keeps its old position until
// its name or status changes.
//
// # Lists
//
// A list has one shard. It gets more by itself when it has more than a million accounts, or when an operator says so
// (ADR 44). A page is merged from ranges that are read concurrently, one for each shard and status: usually two. Each
// range costs at least half a read unit. The first read of a range covers its expected share of the page; a range that has
// more rows on the page is read again. The USAGE items contain the number of accounts. Lists are never read to count them.
//
// # Search
//
// The partition of a row of the search index is SEARCH#<scope>#<first three characters of its text>. That of a row of a
// shared ending is SEARCH#<scope>#=<ending>#<shard>, with four shards. The sort key is <kind><section>#<text>\x01<id>. The
// scope is an owner or ALL. The consumer of the table's stream writes these items (docs/adr/0042-search.md).
//
// # Change feed
//
// The rows of a shard of the change feed are numbered without gaps. The item HEAD has the number of the last row of each
// shard. A row is written only after the row before it, and then the head: AppendFeed. Readers compare their positions
// with the head, and read the rows in between (docs/adr/0047-change-feed.md).
//
// # Due items
//
// The index key dueShard is DUE#<n>, with four shards. The attribute dueAt is the next time at which an item changes by
// itself: one of its holds begins or ends, or it expires. The sweep reads due items every minute. It updates their
// status in the list keys and in the counts of held subscriptions, and writes their events. Readers compute the status
// from the holds, so it is right at any time.
//
// A subscription that is being removed is due until it is removed. A tombstone is due until the storage of its backup
// is erased for the last time. A mail is due from the transaction that orders it until it has a result: the sweep puts
// it into the queue again if it was lost on its way, and gives it up after a day. A RETRY item counts the attempts at an
// item that stays due; a successful attempt deletes it.
//
// # Writes
//
// Each change is one transaction: the item with a condition, its guards, its event, and the record of its
// Idempotency-Key. The id of the event is new. If the outcome of a transaction is unknown, the store reads this event:
// it exists only if the transaction was committed. There are three kinds of failure. A failed condition is returned to
// the caller. A conflict with another transaction is retried with full jitter. An unknown outcome is resolved by
// reading the event.
//
// The attribute ttl is in epoch seconds. It only cleans up: readers check the expiry themselves.
package dynamo
