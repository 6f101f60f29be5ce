package edit_test

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/shared/account"
	"tenantry/shared/dynamotest"
	"tenantry/shared/edit"
	"tenantry/shared/event"
	"tenantry/shared/fault"
	"tenantry/shared/idempotency"
	"tenantry/shared/request"
)

// tally is a limiter that counts orders.
type tally struct{ count, limit int }

func (t *tally) TakeMail(_ context.Context, _ edit.MailOrder, _ time.Time) (func(context.Context), error) {
	if t.count == t.limit {
		return nil, fault.New(fault.TooManyRequests, "There are too many mails.")
	}
	t.count++
	return func(context.Context) { t.count-- }, nil
}

// ordering is a change that orders a mail.
func ordering(a *account.Account) (edit.Effects, error) {
	a.Contact.City += "x"
	return edit.Effects{
		Event: event.LoginChanged, Order: event.LoginChangedMail, Actor: account.Administrator,
		Changes: []account.FieldChange{{Field: "contact.city", New: a.Contact.City}},
	}, nil
}

// order makes a change that orders a mail, and returns its error.
func (s *scene) order(limiter edit.MailLimiter, meta request.Metadata) error {
	editor := s.editor()
	editor.Mails = limiter
	_, err := edit.UpdateAccount(
		s.Context(), editor, meta, "adm_1", editor.Known(s.read(), meta.Key),
		func(a *account.Account, _ time.Time) (edit.Effects, error) { return ordering(a) }, edit.NoAnswer,
	)
	return err
}

func TestUpdateOrdersMailWithinTheLimits(t *testing.T) {
	s := newScene(t)
	limiter := &tally{limit: 1}
	if err := s.order(limiter, request.Metadata{}); err != nil || s.lastEvent().Mail != event.LoginChangedMail {
		t.Fatalf("got %v and the mail %q, want the mail in the event", err, s.lastEvent().Mail)
	}
	if err := s.order(limiter, request.Metadata{}); !fault.Is(err, fault.TooManyRequests) || s.city() != "x" {
		t.Errorf("beyond the limit: %v, city %q; want too-many-requests and no change", err, s.city())
	}
	if err := s.order(nil, request.Metadata{}); err == nil || fault.CodeOf(err) != "" || s.city() != "x" {
		t.Errorf("without a limiter: %v, city %q; want a defect and no change", err, s.city())
	}
}

func TestReplayOrdersNoMail(t *testing.T) {
	s := newScene(t)
	limiter := &tally{limit: 1}
	meta := request.Metadata{Key: keyed("k")}
	for range 3 {
		if err := s.order(limiter, meta); err != nil || limiter.count != 1 {
			t.Errorf("got %v and %d orders, want 1 order", err, limiter.count)
		}
	}
}

// An order counts unless its write is known to have had no effect.
func TestOrderIsGivenBackIfNothingIsWritten(t *testing.T) {
	refused := fault.New(fault.LoginTaken, "This login is taken.")
	for name, test := range map[string]struct {
		err  error
		want int
	}{
		"written":       {nil, 1},
		"refused":       {refused, 0},
		"a duplicate":   {&idempotency.Replayed{First: idempotency.Record{Key: keyed("k"), Answer: []byte("1")}}, 0},
		"unknown":       {fault.Because(dynamotest.ErrOutage, fault.Unavailable, "The outcome is unknown."), 1},
		"another error": {errors.New("defect"), 1},
	} {
		c, limiter := newCounter(t), &tally{limit: 9}
		editor := c.editor()
		editor.Mails = limiter
		meta := request.Metadata{Key: keyed("k")}
		_, err := edit.Create(t.Context(), editor, meta, func(time.Time) (edit.Outcome[int], error) {
			return edit.Outcome[int]{
				Order: &edit.MailOrder{Event: &event.Event{}, Kind: event.WelcomeMail},
				Write: func(context.Context, *idempotency.Record) error { return test.err },
			}, nil
		})
		if limiter.count != test.want {
			t.Errorf("%s (%v): %d orders are counted, want %d", name, err, limiter.count, test.want)
		}
	}
}

// A conflict makes the edit again, and its mail counts once.
func TestConflictCountsTheOrderOnce(t *testing.T) {
	s := newScene(t)
	s.interrupt(3, s.another("y"))
	limiter := &tally{limit: 9}
	if err := s.order(limiter, request.Metadata{}); err != nil || limiter.count != 1 {
		t.Errorf("got %v and %d orders, want 1", err, limiter.count)
	}
}

// Only this package sets the mail of an event, so no mail escapes the limits. The store copies the mail of events.
func TestOnlyEditSetsTheMailOfEvents(t *testing.T) {
	files := 0
	for _, root := range []string{"../../shared", "../../functions"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			folder := filepath.Base(filepath.Dir(path))
			isOther := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") &&
				folder != "edit" && folder != "dynamo"
			if err != nil || entry.IsDir() || !isOther {
				return err
			}
			files++
			fileSet := token.NewFileSet()
			file, err := parser.ParseFile(fileSet, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(node ast.Node) bool {
				if setsMail(node) {
					t.Errorf("%s sets the mail of an event; order it with edit.MailOrder", fileSet.Position(node.Pos()))
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 100 {
		t.Errorf("read %d files, want all of the module", files)
	}
}

// setsMail reports whether the node sets a field with the name Mail.
func setsMail(node ast.Node) bool {
	switch node := node.(type) {
	case *ast.AssignStmt:
		for _, target := range node.Lhs {
			if selector, isSelector := target.(*ast.SelectorExpr); isSelector && selector.Sel.Name == "Mail" {
				return true
			}
		}
	case *ast.KeyValueExpr:
		key, isName := node.Key.(*ast.Ident)
		return isName && key.Name == "Mail"
	}
	return false
}
