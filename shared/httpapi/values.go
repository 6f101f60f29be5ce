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

// A response repeats a name that the caller chose only if it has the form of a field name. Any other name might be a
// value. The patterns are compiled on first use, because few requests need them and compiling would slow down every
// cold start.
var (
	fieldName = compiled(`^[A-Za-z][A-Za-z0-9]{0,39}$`)
	mapKey    = compiled(`^[A-Za-z][A-Za-z0-9_-]{0,63}$`)
	integer   = compiled(`^-?(0|[1-9][0-9]*)$`)
	decimal   = compiled(`^-?(0|[1-9][0-9]*)[.]0+$`)
)

func compiled(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// reject adds an invalid field to the ones that the request is rejected for.
func (x *exchange) reject(pointer, code, detail string) {
	x.fields = append(x.fields, fault.Field{Pointer: pointer, Code: code, Detail: detail})
}

// readQuery parses the query. It rejects what huma accepts: unknown parameters, repeated parameters and control
// characters.
func (x *exchange) readQuery() (url.Values, error) {
	query, err := url.ParseQuery(x.request.query)
	if err != nil {
		return nil, fault.New(
			fault.MalformedRequest,
			"The query cannot be read. Escape all characters other than letters and digits.",
		)
	}
	for name, values := range query {
		switch {
		case !x.route.query[name] && fieldName().MatchString(name):
			x.reject(name, "unknown-parameter", "This query parameter is unknown. Remove it.")
		case !x.route.query[name]:
			x.reject("", "unknown-parameter", "A query parameter is unknown. Remove it.")
		case len(values) > 1:
			x.reject(name, "repeated", "Send this query parameter only once.")
		case values[0] == "":
			x.reject(name, "empty", "Give this query parameter a value, or leave it out.")
		case !isPrintable(values[0]):
			x.reject(name, "format", "Remove control characters and invalid Unicode from this value.")
		}
	}
	return query, nil
}

// keyedRequest is a request with an Idempotency-Key: the text of the key, and the request that it identifies.
type keyedRequest struct {
	text   string
	target string
	body   []byte
}

// readIdempotencyKey reads and checks the Idempotency-Key header.
func (x *exchange) readIdempotencyKey(query url.Values, body []byte) {
	values := x.request.header.Values(idempotencyHeader)
	if !x.route.spec.keyed() || len(values) == 0 {
		return
	}
	key := strings.Join(values, ",")
	isInvisible := func(c rune) bool { return c < '!' || c > '~' }
	if key == "" || len(key) > 255 || strings.ContainsFunc(key, isInvisible) {
		x.reject(idempotencyHeader, "format", "Use 1 to 255 visible ASCII characters in the key.")
		return
	}
	x.key = &keyedRequest{text: key, target: x.request.method + " " + x.request.path + "?" + query.Encode(), body: body}
}

// setKey sets call.Key if the request has an Idempotency-Key. It reads the secret only then, because reading the
// secret may cost a round trip.
func (x *exchange) setKey(ctx context.Context, in any) error {
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

// checkBody parses the body strictly and rejects what huma accepts: null where a value is required, fields whose names
// differ in case, numbers that are too large. It returns a body without these errors, in which huma then finds the
// other errors. Such a request is rejected in any case, but the response lists all errors at once. Whole numbers with a
// decimal point, such as 1.0, lose it.
func (x *exchange) checkBody(registry huma.Registry, body []byte) ([]byte, error) {
	if !x.route.hasBody() {
		return nil, nil
	}
	if len(body) == 0 {
		if x.route.doc.RequestBody.Required {
			return nil, fault.New(fault.MalformedRequest, "The body is missing. Send a JSON body.")
		}
		return nil, nil
	}
	value, err := parse(body)
	if err != nil {
		return nil, err
	}
	before := len(x.fields)
	value = x.check(registry, x.route.doc.RequestBody.Content["application/json"].Schema, "", value)
	if len(x.fields) == before && !x.rewritten {
		return body, nil
	}
	return json.Marshal(value)
}

// check rejects the invalid parts of a value and returns the value without them.
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
	if schema.Type == huma.TypeInteger && decimal().MatchString(number.String()) { // JSON Schema: 1.0 is an integer
		whole, _, _ := strings.Cut(number.String(), ".")
		number, x.rewritten = json.Number(whole), true
	}
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
		x.reject(pointer, "out-of-range", "This number is too large.")
	case schema.Type == huma.TypeInteger && !integer().MatchString(number.String()):
		x.reject(pointer, "wrong-type", "This must be a whole number, without an exponent.")
	default:
		return number
	}
	return json.Number("0")
}

func (x *exchange) checkObject(registry huma.Registry, schema *huma.Schema, pointer string, object map[string]any) {
	entries, _ := schema.AdditionalProperties.(*huma.Schema) // the schema of a map's values, nil if the object is not a map
	for name, value := range object {
		property, known := schema.Properties[name]
		switch {
		case !known && entries != nil && mapKey().MatchString(name):
			object[name] = x.check(registry, entries, pointer+"/"+name, value)
		case !known && entries != nil:
			x.reject(pointer, "format", "Start each name in this object with a letter, and use only letters, digits, _ and -.")
			delete(object, name)
		case !known && schema.Type == huma.TypeObject && schema.AdditionalProperties != true:
			x.rejectUnknown(pointer, name)
			delete(object, name)
		case !known:
			object[name] = x.check(registry, nil, pointer, value)
		case value == nil && isTyped(property) && !property.Nullable && !slices.Contains(schema.Required, name):
			x.reject(pointer+"/"+name, "wrong-type", "This must not be null. Leave it out instead.")
			delete(object, name)
		default:
			object[name] = x.check(registry, property, pointer+"/"+name, value)
		}
	}
}

// isTyped reports whether a schema restricts the type of its values.
func isTyped(schema *huma.Schema) bool { return schema.Type != "" || schema.Ref != "" }

func (x *exchange) rejectUnknown(pointer, name string) {
	if fieldName().MatchString(name) {
		pointer += "/" + name
	}
	x.reject(pointer, "unknown-field", "This field is unknown. Remove it.")
}

// queryNames returns the names of the query parameters of an operation.
func queryNames(doc *huma.Operation) map[string]bool {
	names := map[string]bool{}
	for _, param := range doc.Parameters {
		if param.In == "query" {
			names[param.Name] = true
		}
	}
	return names
}
