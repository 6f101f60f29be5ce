package templatecheck

import (
	"fmt"
	"slices"
	"strings"
)

// protectedPartitions are the partitions of the table that a role may use only if its function was recorded to use them:
// password hashes and the secret of the stack (ADR 41). Package dynamo records calls on them as
// "dynamodb:GetItem table/PASSWORD#*", beside "dynamodb:GetItem table".
var protectedPartitions = []string{"PASSWORD#*", "SECRET#*"}

// secretPartition has the secret that every request with an Idempotency-Key needs. A test run may not send a key to every
// operation, so the API document says which functions read it.
const (
	secretPartition = "SECRET#*"
	idempotencyRead = "dynamodb:BatchGetItem"
)

// cursorRead is the call that reads the key of cursors.
const cursorRead = "dynamodb:GetItem table/" + secretPartition

// checkPages reports functions that return pages, if no test read a second page while storage calls were recorded. The
// role of such a function denies the key of cursors.
func checkPages(project Project, found *report) {
	for _, f := range project.Template.functions() {
		if project.Paged[f.operation()] && !slices.Contains(project.Calls[f.operation()], cursorRead) {
			found.add("role", f.ID, "no test read a second page of it while storage calls were recorded")
		}
	}
}

const tablePrefix = "table/" // precedes a protected partition in docs/storage-calls.json

// isProtected reports whether a resource in docs/storage-calls.json is a protected partition.
func isProtected(name string) bool {
	partition, isPartition := strings.CutPrefix(name, tablePrefix)
	return isPartition && slices.Contains(protectedPartitions, partition)
}

// denials returns the statements that deny a function the protected partitions, for all actions on the table that the
// role allows and the function does not need there. Indexes have no items of these partitions.
func (p Project) denials(f function, r *role) []statement {
	var all []statement
	for _, table := range p.Template.allOfType(tableType) {
		i := slices.IndexFunc(r.statements, func(s statement) bool { return s.resource == p.Template.arnOf(table.ID) })
		if i < 0 {
			continue
		}
		for _, partition := range protectedPartitions {
			denied := slices.DeleteFunc(slices.Clone(r.statements[i].actions), func(action string) bool {
				return p.needs(f, action, partition)
			})
			denied = slices.Compact(slices.Sorted(slices.Values(denied)))
			last := len(all) - 1
			switch {
			case len(denied) == 0:
			case last >= 0 && slices.Equal(all[last].actions, denied):
				all[last].denied = append(all[last].denied, partition)
			default:
				all = append(all, statement{resource: p.Template.arnOf(table.ID), actions: denied, denied: []string{partition}})
			}
		}
	}
	return all
}

// needs reports whether a function needs an action on a protected partition.
func (p Project) needs(f function, action, partition string) bool {
	call := action + " " + tablePrefix + partition
	return slices.Contains(p.Calls[f.operation()], call) || slices.Contains(p.Rare[f.operation()], call) ||
		partition == secretPartition && action == idempotencyRead && p.Keyed[f.operation()]
}

// leadingKeys returns the condition of a denial. A request may name several partitions, as BatchGetItem does: one that is
// protected suffices.
func leadingKeys(partitions []string) string {
	return fmt.Sprintf(`, Condition: {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": [%s]}}`,
		`"`+strings.Join(partitions, `", "`)+`"`)
}
