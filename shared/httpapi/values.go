package httpapi

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/shared/fault"
)

// A name that the caller chose is repeated only if it looks like a field of ours; anything else might be a value.
// The grammars are compiled when they are first needed: few requests need them, and every start would wait for them.
var (
	fieldName = compiled(`^[A-Za-z][A-Za-z0-9]{0,39}$`)
	mapKey    = compiled(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)
	integer   = compiled(`^-?(0|[1-9][0-9]*)$`)
)

func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

func (x *exchange) find(pointer, code, detail string) {
	x.findings = append(x.findings, fault.Field{Pointer: pointer, Code: code, Detail: detail})
}

// readQuery returns the query after looking for what huma does not: unknown and repeated parameters, control characters.
func (x *exchange) readQuery() (url.Values, error) {
	query, err := url.ParseQuery(x.request.query)
	if err != nil {
		return nil, fault.New(fault.MalformedRequest, "The query cannot be read; escape what is not a letter or digit.")
	}
	for name, values := range query {
		switch {
		case !x.route.query[name] && fieldName().MatchString(name):
			x.find(name, "unknown-parameter", "This operation has no such query parameter.")
		case !x.route.query[name]:
			x.find("", "unknown-parameter", "This operation has no such query parameter.")
		case len(values) > 1:
			x.find(name, "repeated", "This query parameter may be given only once.")
		case !plain(values[0]):
			x.find(name, "format", "This has control characters or is not valid Unicode.")
		}
	}
	return query, nil
}

// idempotencyKey is a key that the caller gave, and what it was given with.
type idempotencyKey struct {
	text   string
	target string
	body   []byte
}

// readIdempotencyKey reads the key that the caller gave.
func (x *exchange) readIdempotencyKey(query url.Values, body []byte) {
	given := x.request.header.Values(idempotencyHeader)
	if !x.route.spec.keyed() || len(given) == 0 {
		return
	}
	key := strings.Join(given, ",")
	visible := func(c rune) bool { return c >= '!' && c <= '~' }
	if key == "" || len(key) > 255 || strings.ContainsFunc(key, func(c rune) bool { return !visible(c) }) {
		x.find(idempotencyHeader, "format", "A key has 1 to 255 visible ASCII characters.")
		return
	}
	x.key = &idempotencyKey{text: key, target: x.request.method + " " + x.request.path + "?" + query.Encode(), body: body}
}

// nameRequest names the write when the caller gave a key. Nothing else needs the secret, which may cost a round trip.
func (x *exchange) nameRequest(ctx context.Context, in any) error {
	if x.key == nil {
		return nil
	}
	secret, err := x.secret(ctx)
	if err != nil || secret == nil {
		return err
	}
	caller := string(x.call.Caller.Account.ID)
	if x.route.spec.Public() {
		caller = "address " + x.call.Address + " for " + in.(Subject).Subject()
	}
	x.call.Key = secret.NewKey(caller, x.route.spec.ID, x.key.text, x.key.target, x.key.body)
	return nil
}

// checkBody reads the body strictly and looks for what huma does not find: null where a value is needed, unknown fields
// by their exact names, numbers that do not fit. It returns the body with all of that mended, for huma to look for the rest:
// the request is refused in any case, but with everything that is wrong in one answer.
func (x *exchange) checkBody(registry huma.Registry, body []byte) ([]byte, error) {
	if !x.route.hasBody() {
		return nil, nil
	}
	if len(body) == 0 {
		if x.route.doc.RequestBody.Required {
			return nil, fault.New(fault.MalformedRequest, "This operation needs a body.")
		}
		return nil, nil
	}
	value, err := parse(body)
	if err != nil {
		return nil, err
	}
	before := len(x.findings)
	value = x.check(registry, x.route.doc.RequestBody.Content["application/json"].Schema, "", value)
	if len(x.findings) == before {
		return body, nil
	}
	return json.Marshal(value)
}

func (x *exchange) check(registry huma.Registry, schema *huma.Schema, pointer string, value any) any {
	for schema != nil && schema.Ref != "" {
		schema = registry.SchemaFromRef(schema.Ref)
	}
	if schema == nil {
		schema = &huma.Schema{}
	}
	switch value := value.(type) {
	case json.Number:
		return x.checkNumber(schema, pointer, value)
	case []any:
		for i, item := range value {
			value[i] = x.check(registry, schema.Items, pointer+"/"+strconv.Itoa(i), item)
		}
	case map[string]any:
		x.checkObject(registry, schema, pointer, value)
	}
	return value
}

func (x *exchange) checkNumber(schema *huma.Schema, pointer string, number json.Number) any {
	bits := 64
	if schema.Format == "int32" {
		bits = 32
	}
	var err error
	if schema.Type == huma.TypeInteger && integer().MatchString(number.String()) {
		_, err = strconv.ParseInt(number.String(), 10, bits)
	} else {
		_, err = number.Float64()
	}
	switch {
	case err != nil:
		x.find(pointer, "out-of-range", "This number is too large.")
	case schema.Type == huma.TypeInteger && !integer().MatchString(number.String()):
		x.find(pointer, "wrong-type", "This must be a whole number, without a point or exponent.")
	default:
		return number
	}
	return json.Number("0")
}

func (x *exchange) checkObject(registry huma.Registry, schema *huma.Schema, pointer string, object map[string]any) {
	rest, _ := schema.AdditionalProperties.(*huma.Schema)
	for name, value := range object {
		property, known := schema.Properties[name]
		switch {
		case !known && rest != nil && mapKey().MatchString(name):
			object[name] = x.check(registry, rest, pointer+"/"+name, value)
		case !known && rest != nil:
			x.find(pointer, "format", "A name in this object may have letters, digits, _ and - only, and begins with a letter.")
			delete(object, name)
		case !known && schema.Type == huma.TypeObject && schema.AdditionalProperties != true:
			x.unknown(pointer, name)
			delete(object, name)
		case !known:
			object[name] = x.check(registry, nil, pointer, value)
		case value == nil && typed(property) && !property.Nullable && !slices.Contains(schema.Required, name):
			x.find(pointer+"/"+name, "wrong-type", "This may not be null; leave it out instead.")
			delete(object, name)
		default:
			object[name] = x.check(registry, property, pointer+"/"+name, value)
		}
	}
}

// typed tells whether a schema allows some kinds of value only.
func typed(schema *huma.Schema) bool { return schema.Type != "" || schema.Ref != "" }

func (x *exchange) unknown(pointer, name string) {
	if fieldName().MatchString(name) {
		pointer += "/" + name
	}
	x.find(pointer, "unknown-field", "There is no such field.")
}

// queryNames returns the names of an operation's query parameters.
func queryNames(doc *huma.Operation) map[string]bool {
	names := map[string]bool{}
	for _, param := range doc.Parameters {
		if param.In == "query" {
			names[param.Name] = true
		}
	}
	return names
}
