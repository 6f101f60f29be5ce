// Package dynamo keeps everything in one DynamoDB table. It is the only package that knows keys.
//
// # The table
//
// Partition key pk, sort key sk. An account and what can only be read with it share its collection; what is found by an id
// of its own has a collection of its own. A dash in the last column means that a later operation brings the item.
//
//	pk                      sk                       item                                                    Go type
//	ACCOUNT#<id>            ACCOUNT                  the account: administrator, reseller, customer, user    accountItem
//	ACCOUNT#<id>            ACCOUNT#NOTE#<owner>     full note of one owner about it; administrator's too    noteItem
//	ACCOUNT#<id>            EVENT#<event id>         audit trail and outbox                                  eventItem
//	ACCOUNT#<id>            SESSION#<token hash>     a sign-in                                               sessionItem
//	ACCOUNT#<id>            USAGE                    how much a reseller owns, against its limits            usageItem
//	ACCOUNT#<id>            TRANSFER                 subscriptions that have to follow it to another host    transferItem
//	ACCOUNT#<id>            TOKEN#<token hash>       an API token                                            tokenItem
//	ACCOUNT#<id>            TOKENS                   how many API tokens it has ever made                     tokenSetItem
//	ACCOUNT#<id>            RESETLINKS               up to three live reset links                            linksItem
//	FORGOTTEN#<event id>    EVENT#<event id>         somebody asks for a forgotten password                  forgottenItem
//	USAGE#ALL               SHARD#<n>                customers of all owners, customers of the administrator usageItem
//	LOGIN#<login>           LOGIN                    guard: whose login it is, with parents as hints         loginItem
//	EXTERNAL#<owner>#<ext>  EXTERNAL                 guard: which account has the external id                externalItem
//	DOMAIN#<ascii domain>   DOMAIN                   guard: which website has the domain, with parents       domainItem
//	KNOWN#<opaque>          KNOWN                    an address that signed in to a login                    knownItem
//	ATTEMPTS#<opaque>       WINDOW#<end>             attempts counted in one window                          access.Attempt
//	ONCE#<key>              ONCE                     the first answer to a request with an Idempotency-Key   idempotencyItem
//	SECRET#cursor           SECRET                   a key of the stack: seals cursors, keys fingerprints     secretItem
//	SINGLETON#first         SINGLETON                guard: there is a first administrator                   singletonItem
//	PLAN#<plan id>          PLAN                     service plan or reseller plan, with its use count       planItem
//	SUBSCRIPTION#<id>       SUBSCRIPTION             subscription                                            subscriptionItem
//	WEBSITE#<id>            WEBSITE                  website                                                 websiteItem
//	BACKUP#<id>             BACKUP                   backup                                                  backupItem
//	BACKUP#<id>             TOMBSTONE                a deleted backup, until its storage is erased again     tombstoneItem
//	OPERATION#<id>          OPERATION                a long-running action and its progress                  operationItem
//	OPERATION#<id>          CHUNK#<n>                a part of its item list                                 chunkItem
//	OPERATION#<id>          BATCH#<n>                the outcome of one numbered batch                       batchItem
//	RETRY#<kind>#<id>       RETRY                    attempts at something that stays due                    retryItem
//	OUTBOX#<event id>       LEASE                    a mail being sent, or done with                         leaseItem
//	SEARCH#<view>#<3 chars> <suffix>#<id>            search: a suffix of a searchable text                   -
//
// A credential is found by the hash of its secret, in the collection of its account, which the credential names: so one batch
// reads it with the account and its parents. To list an account's API tokens, or to find one of them by its id, is one query.
// What is void goes by itself: sessions, API tokens and reset links of an older epoch than the account's. The whole collection of a
// panel user that was removed is erased by the consumer of the stream.
//
// # The indexes
//
// All are sparse: an item is in an index only while it has the index's attributes. None has a constant partition key.
//
//	index                        partition     sort          for
//	accounts-by-owner-name       ownerList     listName      an owner's customers, resellers or panel users by name
//	accounts-by-owner-created    ownerList     listCreated   the same by creation
//	accounts-by-shard-name       allList       listName      the administrator's list of all customers by name
//	accounts-by-shard-created    allList       listCreated   the same by creation
//	objects-by-parent            parent        parentOrder   subscriptions, websites, backups, plans, operations of a parent
//	subscriptions-by-plan        plan          planOrder     what an edit of a plan must reach
//	backups-by-creator           creator       creatorOrder  what a removal must erase
//	operations-by-shard          operationList id            the administrator's list of all operations
//	due-by-shard                 dueShard      dueAt         what the sweep must look at in a minute: accounts, subscriptions, operations, deleted backups
//
// ownerList is <owner>#<kind>#<shard>; an owner has one shard until a reshard gives it more. allList is ALL#<kind>#<shard> with
// eight shards. listName is <status>#<folded name>\x01<ulid> and listCreated <status>#<ulid>, so that one index answers a
// list of one status with one range and a list of both by merging two; status is a for active and s for suspended. A position
// in a list is what follows the status, the same in every shard and range. Names are folded by account.SortName; what an older
// version folded otherwise stays in its place until the account's name or status changes.
//
// # Listing
//
// A page is merged from ranges that are read side by side: one for each shard and status, 2 for an owner's list and 16 for that
// of all owners, of which each costs half a unit at least. Of each range only its likely share of the page is read ahead; a
// range that runs dry is read once more. Counts come from the USAGE items, never from reading what they count.
//
// # What is due
//
// dueShard is DUE#<n> with four shards, dueAt the next time at which something happens to the item by itself: a hold of its own
// begins or ends, it expires. The status in list keys, the counts of held subscriptions and the events follow within a
// minute: until then, and without it, status is judged on reading. A subscription that is being removed is due until it is gone, a
// deleted backup until its storage is erased for the last time. A RETRY row counts the attempts at what stays due; it is deleted
// by the attempt that succeeds.
//
// # Writing
//
// Every change is one transaction: the item with its condition, its guards, its event, and the record of its
// Idempotency-Key. The event's id is fresh, so that after an unknown outcome reading the event back tells whether the
// transaction took place. A failed condition, a conflict with another transaction (tried again with full jitter), and an
// unknown outcome are three different things. TTL (attribute ttl, epoch seconds) only cleans up: expiry is judged on
// reading.
package dynamo
