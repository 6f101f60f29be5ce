package platform

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// environment reads environment variables and collects the errors. A variable that is empty counts as missing.
type environment struct {
	lookUp   func(name string) string
	problems []error
}

// text returns the value of the variable, or "".
func (e *environment) text(name string) string { return e.lookUp(name) }

// required returns the value of a variable that must not be empty.
func (e *environment) required(name string) string {
	value := e.lookUp(name)
	if value == "" {
		e.problems = append(e.problems, fmt.Errorf("%s is missing", name))
	}
	return value
}

// number returns the value of the variable, or the default value if the variable is empty.
func (e *environment) number(name string, defaultValue int) int {
	value := e.lookUp(name)
	if value == "" {
		return defaultValue
	}
	number, err := strconv.Atoi(value)
	if err != nil {
		e.problems = append(e.problems, fmt.Errorf("%s is not a number", name))
	}
	return number
}

// list returns the texts between the commas of the variable, without spaces around them.
func (e *environment) list(name string) []string {
	var texts []string
	for text := range strings.SplitSeq(e.lookUp(name), ",") {
		if text = strings.TrimSpace(text); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// err returns the collected errors, or nil.
func (e *environment) err() error { return errors.Join(e.problems...) }
