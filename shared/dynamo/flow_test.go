package dynamo

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"tenantry/shared/account"
	"tenantry/shared/flowtest"
	"tenantry/shared/operation"
)

// mortal is an HTTP client of a process that dies.
type mortal struct{ death *flowtest.Process }

// over is an error after which the SDK does not try again: there is nobody who could.
type over struct{ error }

func (over) CanceledError() bool { return true }

func (o over) Unwrap() error { return o.error }

func (m mortal) Do(request *http.Request) (*http.Response, error) {
	if err := m.death.Before(""); err != nil {
		return nil, over{err}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	if err := m.death.After(""); err != nil {
		_ = response.Body.Close()
		return nil, over{err}
	}
	return response, nil
}

func openMortal(tb testing.TB, now func() time.Time, death *flowtest.Process) flowtest.Store {
	tb.Helper()
	return openOn(tb, newTable(tb), now, mortal{death})
}

// flows numbers the scenes: an id may name a write beyond its table, so no two scenes may make the same.
var flows atomic.Uint64

// flow removes two customers and one that is none of the originator's, in a process that dies at a call, and tells how that ends
// and how many calls it takes.
func flow(t *testing.T, at int, after bool) (ending string, calls int) {
	t.Helper()
	s := flowtest.New(t, openMortal, flows.Add(1), 3)
	for _, id := range s.Customers {
		s.AddHosting(id)
	}
	removed := []account.ID{s.Customers[0], s.Customers[2], s.South}
	input := operation.NewOperation{}
	for _, id := range removed {
		input.Items = append(input.Items, operation.Item{Customer: id})
	}
	s.Process.CrashAt(at, after)
	id := s.Accept(s.North, operation.Remove, input).ID
	if !(flowtest.Engine{Scene: s}).Run(id) {
		t.Fatalf("killed at call %d (answer lost: %v): the removal does not end", at, after)
	}
	calls = s.Process.Calls()
	store, _ := s.Store.(*Store)
	ending = s.Describe(id) + fmt.Sprintf("%d backups stored\n", len(s.Storage.Keys()))
	for i, id := range s.Customers {
		ending += fmt.Sprintf("%d rows tell of customer %d\n", rowsAbout(t, store, id), i)
	}
	names := []string{string(s.Admin), "admin", string(s.North), "north", string(s.South), "south"}
	for i, id := range s.Customers {
		names = append(names, string(id), fmt.Sprint("customer ", i))
	}
	return strings.NewReplacer(names...).Replace(ending), calls
}

// rowsAbout counts the rows of the table in which an account's id stands.
func rowsAbout(t *testing.T, s *Store, id account.ID) (rows int) {
	t.Helper()
	client := dynamodb.NewFromConfig(emulated(t, nil))
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: &s.table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Items {
			var shown map[string]any
			if err := attributevalue.UnmarshalMap(row, &shown); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(fmt.Sprint(shown), string(id)) {
				rows++
			}
		}
	}
	return rows
}

// The emulator is the storage: a removal that dies at a call of it ends as one that does not. The stand-in is killed at every call;
// here some are enough to see that the storage's own answers lead there too.
func TestAKilledRemovalEndsTheSame(t *testing.T) {
	t.Parallel()
	want, calls := flow(t, 0, false)
	const step = 9
	for at, after := 1, false; at <= calls; at, after = at+step, !after {
		t.Run(fmt.Sprintf("call %d, answer lost %v", at, after), func(t *testing.T) {
			t.Parallel()
			if got, _ := flow(t, at, after); got != want {
				t.Errorf("of %d calls:\n%s\nwithout a death:\n%s", calls, got, want)
			}
		})
	}
}
