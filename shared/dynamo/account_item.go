package dynamo

import (
	"maps"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
)

// accountItem is an account of any kind.
type accountItem struct {
	keyed
	listed
	listKeys
	dueKeys
	Operation    string                  `dynamodbav:"operation,omitempty"`
	HoldSequence int64                   `dynamodbav:"holdSequence,omitempty"`
	Given        *givenItem              `dynamodbav:"given,omitempty"`
	LiftMarks    map[account.Level]int64 `dynamodbav:"liftMarks,omitempty"`
	LiftedAt     *time.Time              `dynamodbav:"liftedAt,omitempty"`
	PasswordHash string                  `dynamodbav:"passwordHash,omitempty"`
	SessionEpoch int64                   `dynamodbav:"sessionEpoch,omitempty"`
	LinkEpoch    int64                   `dynamodbav:"linkEpoch,omitempty"`
	TokenEpoch   int64                   `dynamodbav:"tokenEpoch,omitempty"`
	FormerOwners []account.ID            `dynamodbav:"formerOwners,omitempty"`
}

// listed is what a list shows of an account, and so what the indexes hold of it.
type listed struct {
	Kind                account.Kind      `dynamodbav:"kind"`
	Login               account.Login     `dynamodbav:"login"`
	Contact             contactItem       `dynamodbav:"contact"`
	Owner               account.ID        `dynamodbav:"owner"`
	ExternalID          string            `dynamodbav:"externalId,omitempty"`
	Holds               []holdItem        `dynamodbav:"holds,omitempty"`
	Lifecycle           account.Lifecycle `dynamodbav:"lifecycle"`
	OwnerNote           string            `dynamodbav:"ownerNote,omitempty"`
	AdministratorNote   string            `dynamodbav:"administratorNote,omitempty"`
	Subscriptions       int64             `dynamodbav:"subscriptions,omitempty"`
	HeldByAdministrator int64             `dynamodbav:"heldByAdministrator,omitempty"` // subscriptions, by the highest level that holds them
	HeldByReseller      int64             `dynamodbav:"heldByReseller,omitempty"`
	HeldByCustomer      int64             `dynamodbav:"heldByCustomer,omitempty"`
	HeldByExpiry        int64             `dynamodbav:"heldByExpiry,omitempty"`
	CreatedAt           time.Time         `dynamodbav:"createdAt"`
	Version             int64             `dynamodbav:"version"`
	MailTrouble         *troubleItem      `dynamodbav:"mailTrouble,omitempty"`
	Schedule            *scheduleItem     `dynamodbav:"schedule,omitempty"`
}

// listKeys are what puts an account into lists.
type listKeys struct {
	OwnerList   partition `dynamodbav:"ownerList,omitempty"`
	AllList     partition `dynamodbav:"allList,omitempty"`
	ListName    sortKey   `dynamodbav:"listName,omitempty"`
	ListCreated sortKey   `dynamodbav:"listCreated,omitempty"`
}

// suspended tells what status the keys were written with. A row of an index has those of its index only.
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

type troubleItem struct {
	Kind  string    `dynamodbav:"kind"`
	Since time.Time `dynamodbav:"since"`
}

type holdItem struct {
	Level         account.Level  `dynamodbav:"level"`
	Source        account.Source `dynamodbav:"source"`
	Actor         account.ID     `dynamodbav:"actor,omitempty"`
	Reason        string         `dynamodbav:"reason,omitempty"`
	PublicMessage string         `dynamodbav:"publicMessage,omitempty"`
	Since         time.Time      `dynamodbav:"since"`
	Until         *time.Time     `dynamodbav:"until,omitempty"`
	Sequence      int64          `dynamodbav:"sequence,omitempty"` // of a subscription's hold
}

func newHoldItems(holds account.Holds) []holdItem {
	var stored []holdItem
	for _, hold := range holds {
		stored = append(stored, holdItem(hold))
	}
	return stored
}

func holdsOf(stored []holdItem) account.Holds {
	var holds account.Holds
	for _, hold := range stored {
		holds = append(holds, account.Hold(hold))
	}
	return holds
}

func newAccountItem(a *account.Account) accountItem {
	return accountItem{
		keyed: accountKey(a.ID).fields(),
		listed: listed{
			Kind: a.Kind, Login: a.Login, Contact: contactItem(a.Contact), Owner: a.Owner, ExternalID: a.ExternalID,
			Lifecycle: a.Lifecycle, OwnerNote: a.Notes.Owner, AdministratorNote: a.Notes.Administrator,
			Subscriptions: a.Subscriptions, HeldByAdministrator: a.HeldSubscriptions[account.AdministratorLevel],
			HeldByReseller: a.HeldSubscriptions[account.ResellerLevel], HeldByCustomer: a.HeldSubscriptions[account.CustomerLevel],
			HeldByExpiry: a.HeldSubscriptions[account.AutomationLevel], Schedule: newScheduleItem(a.Schedule), Holds: newHoldItems(a.Holds),
			CreatedAt: a.CreatedAt.UTC(), Version: a.Version, MailTrouble: (*troubleItem)(a.MailTrouble),
		},
		listKeys:     newListKeys(a),
		dueKeys:      newDueKeys(string(a.ID), a.DueAt),
		Operation:    a.Operation,
		HoldSequence: a.HoldSequence,
		LiftMarks:    a.LiftMarks,
		Given:        newGivenItem(a.Limits),
		LiftedAt:     a.LiftedAt,
		PasswordHash: a.PasswordHash,
		SessionEpoch: a.SessionEpoch,
		LinkEpoch:    a.LinkEpoch,
		TokenEpoch:   a.TokenEpoch,
		FormerOwners: a.FormerOwners,
	}
}

// newListKeys puts customers, resellers and panel users into their owner's list, and customers into that of all.
func newListKeys(a *account.Account) (keys listKeys) {
	if a.Kind == account.Administrator {
		return keys
	}
	status := a.ListStatus()
	keys.OwnerList = ownerListOf(a.Owner, a.Kind, shardOf(a.ID, ownerShards))
	keys.ListName = namePosition(a.Contact.Name, a.ID).listed(status)
	keys.ListCreated = createdPosition(a.ID).listed(status)
	if a.Kind == account.Customer {
		keys.AllList = allListOf(a.Kind, shardOf(a.ID, allShards))
	}
	return keys
}

func (s *accountItem) account() account.Account {
	return account.Account{
		ID:   account.ID(strings.TrimPrefix(string(s.PK), accountPrefix)),
		Kind: s.Kind, Login: s.Login, Contact: account.Contact(s.Contact), Owner: s.Owner, ExternalID: s.ExternalID,
		Lifecycle: s.Lifecycle, Operation: s.Operation, PasswordHash: s.PasswordHash, SessionEpoch: s.SessionEpoch,
		Notes:         account.Notes{Owner: s.OwnerNote, Administrator: s.AdministratorNote},
		Subscriptions: s.Subscriptions, HeldSubscriptions: s.heldBelow(), LiftedAt: s.LiftedAt, Limits: s.Given.given(),
		HoldSequence: s.HoldSequence, LiftMarks: s.LiftMarks, LinkEpoch: s.LinkEpoch, TokenEpoch: s.TokenEpoch, FormerOwners: s.FormerOwners,
		MailTrouble: (*account.MailTrouble)(s.MailTrouble),
		CreatedAt:   s.CreatedAt, Version: s.Version, Schedule: s.Schedule.schedule(), Holds: holdsOf(s.Holds), ListedSuspended: s.suspended(), DueAt: s.time(),
	}
}

// heldAttributes are what counts held subscriptions, by level.
var heldAttributes = map[account.Level]string{
	account.AdministratorLevel: "heldByAdministrator", account.ResellerLevel: "heldByReseller", account.CustomerLevel: "heldByCustomer",
	account.AutomationLevel: "heldByExpiry",
}

func (l *listed) heldBelow() map[account.Level]int64 {
	held := map[account.Level]int64{
		account.AdministratorLevel: l.HeldByAdministrator, account.ResellerLevel: l.HeldByReseller, account.CustomerLevel: l.HeldByCustomer,
		account.AutomationLevel: l.HeldByExpiry,
	}
	maps.DeleteFunc(held, func(_ account.Level, n int64) bool { return n == 0 })
	if len(held) == 0 {
		return nil
	}
	return held
}

// readAccount reads an account item; nil stays nil.
func readAccount(from item) (*account.Account, error) {
	if from == nil {
		return nil, nil
	}
	var stored accountItem
	if err := attributevalue.UnmarshalMap(from, &stored); err != nil {
		return nil, err
	}
	a := stored.account()
	return &a, nil
}
