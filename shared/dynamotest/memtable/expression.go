package memtable

import (
	"slices"
	"strings"
	"sync"
)

// words splits an expression into names, values, keywords and signs.
func words(expression string) (all []string) {
	for rest := strings.TrimSpace(expression); rest != ""; rest = strings.TrimSpace(rest) {
		end := strings.IndexAny(rest, " \t\n(),=<>")
		switch {
		case end < 0:
			end = len(rest)
		case end == 0 && (strings.HasPrefix(rest, "<=") || strings.HasPrefix(rest, ">=") || strings.HasPrefix(rest, "<>")):
			end = 2
		case end == 0:
			end = 1
		}
		all = append(all, rest[:end])
		rest = rest[end:]
	}
	return all
}

func isName(word string) bool  { return strings.HasPrefix(word, "#") }
func isValue(word string) bool { return strings.HasPrefix(word, ":") }

// parser reads the words of an expression in their order.
type parser struct {
	expression string
	words      []string
	used       []string // names and values
}

// next returns the next word without taking it; "" at the end.
func (p *parser) next() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0]
}

// accept takes the next word if it is one of some.
func (p *parser) accept(some ...string) bool {
	if !slices.Contains(some, p.next()) || len(p.words) == 0 {
		return false
	}
	p.words = p.words[1:]
	return true
}

// expect takes the next word, which must be the given one.
func (p *parser) expect(word string) {
	if !p.accept(word) {
		p.unsupported()
	}
}

// placeholder takes the next word, which must name an attribute or a value.
func (p *parser) placeholder(kinds ...func(word string) bool) string {
	word := p.next()
	for _, is := range kinds {
		if is(word) {
			p.words = p.words[1:]
			p.used = append(p.used, strings.Split(word, ".")...)
			return word
		}
	}
	p.unsupported()
	return ""
}

func (p *parser) unsupported() {
	unsupported("expression %q (at %q)", p.expression, strings.Join(p.words, " "))
}

// parsed is what has been read of expressions, which are few and come again and again.
type parsed[T any] struct{ all sync.Map }

// of returns the expression that parse makes of a text.
func (c *parsed[T]) of(expression string, parse func(p *parser) T) T {
	if known, found := c.all.Load(expression); found {
		return known.(T)
	}
	p := &parser{expression: expression, words: words(expression)}
	made := parse(p)
	if len(p.words) > 0 {
		p.unsupported()
	}
	c.all.Store(expression, made)
	return made
}

// placeholders are the names and values of a request.
type placeholders struct {
	names  map[string]string
	values item
}

// path returns the names of a path, such as #0.#1.
func (p placeholders) path(word string) []string {
	names := strings.Split(word, ".")
	for i, name := range names {
		names[i] = p.names[name]
	}
	return names
}

// check returns the error for placeholders that are used and not defined, or defined and not used.
func (p placeholders) check(used ...string) error {
	if p.names != nil && len(p.names) == 0 {
		return invalid("ExpressionAttributeNames must not be empty")
	}
	if p.values != nil && len(p.values) == 0 {
		return invalid("ExpressionAttributeValues must not be empty")
	}
	for _, word := range used {
		if isName(word) && p.names[word] == "" {
			return invalid("An expression attribute name used in the document path is not defined; attribute name: %s", word)
		}
		if isValue(word) && p.values[word] == nil {
			return invalid("An expression attribute value used in expression is not defined; attribute value: %s", word)
		}
	}
	for name := range p.names {
		if !slices.Contains(used, name) {
			return invalid("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", name)
		}
	}
	for value := range p.values {
		if !slices.Contains(used, value) {
			return invalid("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", value)
		}
	}
	return nil
}
