package operation

import "fmt"

// Machine is a state machine that runs operations.
type Machine struct {
	Name string // in the stack's template
	ARN  string
}

// Machines are the state machines, by the kind of operation that they run.
type Machines map[Kind]Machine

// Of returns the state machine of a kind of operation.
func (m Machines) Of(kind Kind) (Machine, error) {
	machine, isKnown := m[kind]
	if !isKnown {
		return Machine{}, fmt.Errorf("no state machine runs operations of kind %s", kind)
	}
	return machine, nil
}
