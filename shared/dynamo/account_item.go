package dynamo

import (
	"cmp"
	"maps"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"tenantry/shared/account"
)

// accountItem is an account of any kind.
type accountItem struct {
	keyed
	accountProjection `dynamodbav:"row"`

	listKeys
	dueKeys
	Operation    string `dynamodbav:"operation,omitempty"`
	HoldSequence int64  `dynamodbav:"holdSequence,omitempty"`

	CoveredAdministrator int64 `dynamodbav:"coveredAdministrator,omitempty"` // see coveredCounters
	CoveredReseller      int64 `dynamodbav:"coveredReseller,omitempty"`
	CoveredCustomer      int64 `dynamodbav:"coveredCustomer,omitempty"`

	Limits          *resellerLimitsItem     `dynamodbav:"given,omitempty"`
	LiftMarks       map[account.Level]int64 `dynamodbav:"liftMarks,omitempty"`
	LiftedAt        *time.Time              `dynamodbav:"liftedAt,omitempty"`
	SessionEpoch    int64                   `dynamodbav:"sessionEpoch,omitempty"`
	PasswordVersion int64                   `dynamodbav:"passwordVersion,omitempty"`
	LinkEpoch       int64                   `dynamodbav:"linkEpoch,omitempty"`
	TokenEpoch      int64                   `dynamodbav:"tokenEpoch,omitempty"`
	FormerOwners    []account.ID            `dynamodbav:"formerOwners,omitempty"`
}

// projectedAttribute is the attribute that the indexes of accounts project. It has what lists show, in one map, so that
// the projection of an index, which cannot change, has new fields too (ADR 60).
const projectedAttribute = "row"

// projected returns the path of a field of the projected attribute.
func projected(field string) string { return projectedAttribute + "." + field }

// accountProjection has what lists show of an account.
type accountProjection struct {
	Kind                account.Kind      `dynamodbav:"kind"`
	Login               account.Login     `dynamodbav:"login"`
	Contact             contactItem       `dynamodbav:"contact"`
	Owner               account.ID        `dynamodbav:"owner"`
	ExternalID          string            `dynamodbav:"externalId,omitempty"`
	Holds               []holdItem        `dynamodbav:"holds,omitempty"`
	Lifecycle           account.Lifecycle `dynamodbav:"lifecycle,omitempty"` // missing if the account is ready
	OwnerNote           string            `dynamodbav:"ownerNote,omitempty"`
	AdministratorNote   string            `dynamodbav:"administratorNote,omitempty"`
	Subscriptions       int64             `dynamodbav:"subscriptions,omitempty"`
	HeldByAdministrator int64             `dynamodbav:"heldByAdministrator,omitempty"` // see heldCounters
	HeldByReseller      int64             `dynamodbav:"heldByReseller,omitempty"`
	HeldByCustomer      int64             `dynamodbav:"heldByCustomer,omitempty"`
	HeldByExpiry        int64             `dynamodbav:"heldByExpiry,omitempty"`
	CreatedAt           time.Time         `dynamodbav:"created"`
	Version             int64             `dynamodbav:"version"`
	MailTrouble         *mailTroubleItem  `dynamodbav:"mailTrouble,omitempty"`
	Schedule            *scheduleItem     `dynamodbav:"schedule,omitempty"`
}

// listKeys are the keys of an account in the indexes of accounts.
type listKeys struct {
	OwnerList   partition `dynamodbav:"ownerList,omitempty"`
	GlobalList  partition `dynamodbav:"allList,omitempty"`
	ListName    sortKey   `dynamodbav:"listName,omitempty"`
	ListCreated sortKey   `dynamodbav:"listCreated,omitempty"`
}

// suspended reports whether the keys have the status suspended. A row of an index has only the keys of its index.
func (k listKeys) suspended() bool {
	suspended := statusLetters[account.Suspended] + "#"
	return strings.HasPrefix(string(k.ListName), suspended) || strings.HasPrefix(string(k.ListCreated), suspended)
}

type contactItem struct {
	Name       string `dynamodbav:"name"`
	Company    string `dynamodbav:"company,omitempty"`
	Email      string `dynamodbav:"email"`
	Phone      string `dynamodbav:"phone,omitempty"`
	Fax        string `dynamodbav:"fax,omitempty"`
	Address    string `dynamodbav:"address,omitempty"`
	City       string `dynamodbav:"city,omitempty"`
	State      string `dynamodbav:"state,omitempty"`
	PostalCode string `dynamodbav:"postalCode,omitempty"`
	Country    string `dynamodbav:"country,omitempty"`
	Locale     string `dynamodbav:"locale,omitempty"`
}

type mailTroubleItem struct {
	Kind  string    `dynamodbav:"kind"`
	Since time.Time `dynamodbav:"since"`
}

func newAccountItem(a *account.Account) accountItem {
	return accountItem{
		keyed:             accountKey(a.ID).fields(),
		accountProjection: newAccountProjection(a),
		listKeys:          newListKeys(a),
		dueKeys:           newDueKeys(string(a.ID), a.DueAt),
		Operation:         a.Operation,
		HoldSequence:      a.HoldSequence,

		CoveredAdministrator: a.CoveredHolds[account.AdministratorLevel],
		CoveredReseller:      a.CoveredHolds[account.ResellerLevel],
		CoveredCustomer:      a.CoveredHolds[account.CustomerLevel],

		LiftMarks:       a.LiftMarks,
		Limits:          newResellerLimitsItem(a.Limits),
		LiftedAt:        a.LiftedAt,
		PasswordVersion: a.PasswordVersion,
		SessionEpoch:    a.SessionEpoch,
		LinkEpoch:       a.LinkEpoch,
		TokenEpoch:      a.TokenEpoch,
		FormerOwners:    a.FormerOwners,
	}
}

func newAccountProjection(a *account.Account) accountProjection {
	p := accountProjection{
		Kind: a.Kind, Login: a.Login, Contact: contactItem(a.Contact), Owner: a.Owner, ExternalID: a.ExternalID,
		Holds: newHoldItems(a.Holds), Lifecycle: a.Lifecycle,
		OwnerNote: a.Notes.Owner, AdministratorNote: a.Notes.Administrator,
		Subscriptions:       a.Subscriptions,
		HeldByAdministrator: a.HeldSubscriptions[account.AdministratorLevel],
		HeldByReseller:      a.HeldSubscriptions[account.ResellerLevel],
		HeldByCustomer:      a.HeldSubscriptions[account.CustomerLevel],
		HeldByExpiry:        a.HeldSubscriptions[account.AutomationLevel],
		CreatedAt:           a.CreatedAt.UTC(), Version: a.Version,
		MailTrouble: (*mailTroubleItem)(a.MailTrouble), Schedule: newScheduleItem(a.Schedule),
	}
	if p.Lifecycle == account.Ready {
		p.Lifecycle = ""
	}
	return p
}

// newListKeys returns the keys that list customers, resellers and panel users by owner, and all customers together. Both
// are in the first shard: placeInLists sets the shards of accounts that are new in a list, and a change of an account does
// not touch them.
func newListKeys(a *account.Account) (keys listKeys) {
	if a.Kind == account.Administrator {
		return keys
	}
	status := a.ListStatus()
	keys.OwnerList = accountListPartition(a.Owner, a.Kind, 0)
	keys.ListName = namePosition(a.Contact.Name, a.ID).sortKey(status)
	keys.ListCreated = createdPosition(a.ID).sortKey(status)
	if a.Kind == account.Customer {
		keys.GlobalList = accountListPartition(allOwners, a.Kind, 0)
	}
	return keys
}

func (s *accountItem) account() account.Account {
	return account.Account{
		ID:   account.ID(strings.TrimPrefix(string(s.PK), accountPrefix)),
		Kind: s.Kind, Login: s.Login, Contact: account.Contact(s.Contact), Owner: s.Owner, ExternalID: s.ExternalID,
		FormerOwners: s.FormerOwners, Lifecycle: cmp.Or(s.Lifecycle, account.Ready), Operation: s.Operation,
		Notes: account.Notes{Owner: s.OwnerNote, Administrator: s.AdministratorNote},
		Holds: readHolds(s.Holds), HoldSequence: s.HoldSequence, LiftMarks: s.LiftMarks, LiftedAt: s.LiftedAt,
		Schedule: s.Schedule.schedule(), DueAt: s.time(), ListedSuspended: s.suspended(),
		Subscriptions: s.Subscriptions, HeldSubscriptions: s.heldSubscriptions(),
		CoveredHolds: s.coveredHolds(), Limits: s.Limits.limits(),
		PasswordVersion: s.PasswordVersion, SessionEpoch: s.SessionEpoch, LinkEpoch: s.LinkEpoch, TokenEpoch: s.TokenEpoch,
		MailTrouble: (*account.MailTrouble)(s.MailTrouble),
		CreatedAt:   s.CreatedAt, Version: s.Version,
	}
}

// subscriptionCounter is the path of the number of an account's subscriptions.
var subscriptionCounter = projected("subscriptions")

// heldCounters are the paths of the counts of held subscriptions, by the highest level that holds them.
var heldCounters = map[account.Level]string{
	account.AdministratorLevel: projected("heldByAdministrator"),
	account.ResellerLevel:      projected("heldByReseller"),
	account.CustomerLevel:      projected("heldByCustomer"),
	account.AutomationLevel:    projected("heldByExpiry"),
}

// isReady is the condition that no operation is changing an account.
func isReady() condition { return attribute(projected("lifecycle")).AttributeNotExists() }

// isBusy reports whether an operation is changing the account in an item.
func isBusy(found item) bool {
	row, isMap := found[projectedAttribute].(*types.AttributeValueMemberM)
	return isMap && row.Value["lifecycle"] != nil
}

// accountAtVersion is the condition that an account has not changed since it had the version.
func accountAtVersion(version int64) condition { return equals(projected("version"), version) }

func (p *accountProjection) heldSubscriptions() map[account.Level]int64 {
	return withoutZeros(map[account.Level]int64{
		account.AdministratorLevel: p.HeldByAdministrator,
		account.ResellerLevel:      p.HeldByReseller,
		account.CustomerLevel:      p.HeldByCustomer,
		account.AutomationLevel:    p.HeldByExpiry,
	})
}

// coveredCounters are the attributes that count held subscriptions which also have holds of a lower level, by this
// level. No level covers AutomationLevel. Lists do not have these counters.
var coveredCounters = map[account.Level]string{
	account.AdministratorLevel: "coveredAdministrator",
	account.ResellerLevel:      "coveredReseller",
	account.CustomerLevel:      "coveredCustomer",
}

func (s *accountItem) coveredHolds() map[account.Level]int64 {
	return withoutZeros(map[account.Level]int64{
		account.AdministratorLevel: s.CoveredAdministrator,
		account.ResellerLevel:      s.CoveredReseller,
		account.CustomerLevel:      s.CoveredCustomer,
	})
}

// withoutZeros removes counts of 0. It returns nil if no other count remains.
func withoutZeros(counts map[account.Level]int64) map[account.Level]int64 {
	maps.DeleteFunc(counts, func(_ account.Level, n int64) bool { return n == 0 })
	if len(counts) == 0 {
		return nil
	}
	return counts
}

// readAccount returns the account in an item, or nil if the item is nil.
func readAccount(found item) (*account.Account, error) {
	if found == nil {
		return nil, nil
	}
	var stored accountItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, err
	}
	a := stored.account()
	return &a, nil
}
