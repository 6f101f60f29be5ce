package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/edit"
)

// noteItem has the full text of a note. The account's item has its beginning.
type noteItem struct {
	keyed
	Text string `dynamodbav:"text"`
}

// ReadWithNotes returns an account with its full notes, or nil if it does not exist. Round trips: 1.
func (s *Store) ReadWithNotes(ctx context.Context, id account.ID) (*account.Account, account.Notes, error) {
	found, err := s.queryAll(ctx, query{
		partition: accountPartition(id), sort: between(accountSort, afterNotesSort), consistency: consistent,
	})
	if err != nil || len(found) == 0 || keyOf(found[0]) != accountKey(id) {
		return nil, account.Notes{}, err
	}
	a, err := readAccount(found[0])
	if err != nil {
		return nil, account.Notes{}, err
	}
	notes, err := readNotes(a, found[1:])
	return a, notes, err
}

// readNotes returns the notes of the present owner and of the administrator. Notes of former owners may be among the
// items.
func readNotes(subject *account.Account, found []item) (notes account.Notes, err error) {
	for _, row := range found {
		var stored noteItem
		if err := attributevalue.UnmarshalMap(row, &stored); err != nil {
			return notes, err
		}
		switch stored.key() {
		case noteKey(subject.ID, subject.Owner):
			notes.Owner = stored.Text
		case noteKey(subject.ID, account.AdministratorOwner):
			notes.Administrator = stored.Text
		}
	}
	return notes, nil
}

// ReadNote returns the full text of an author's note about an account, or "" if there is none. Round trips: 1.
func (s *Store) ReadNote(ctx context.Context, subject, author account.ID) (string, error) {
	found, err := s.get(ctx, consistent, noteKey(subject, author))
	if err != nil {
		return "", err
	}
	return textOf(found["text"]), nil
}

// ReadNotes returns the full text of the notes about an account, by author. Authors without a note are left out. Round
// trips: 1 for each hundred.
func (s *Store) ReadNotes(
	ctx context.Context, subject account.ID, authors []account.ID,
) (map[account.ID]string, error) {
	keys := keysOf(authors, func(author account.ID) key { return noteKey(subject, author) })
	found, err := s.getItems(ctx, consistent, keys...)
	if err != nil {
		return nil, err
	}
	notes := map[account.ID]string{}
	for i, author := range authors {
		if text := textOf(found[keys[i]]["text"]); text != "" {
			notes[author] = text
		}
	}
	return notes, nil
}

// writeNote replaces a note about an account, or deletes it if its text is empty.
func (t *transaction) writeNote(subject account.ID, note *edit.AccountNote) {
	if note.Text == "" {
		t.deleteIfExists(noteKey(subject, note.By))
		return
	}
	t.put(noteItem{keyed: noteKey(subject, note.By).fields(), Text: note.Text})
}
