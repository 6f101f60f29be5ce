package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"tenantry/shared/fault"
)

var jsonFormat = huma.DefaultJSONFormat

// configureHuma sets what huma keeps in package variables. Its own problems repeat what the caller sent and have no codes
// for fields; its messages are variables for translation, so they carry the code here: "code|detail", or
// "code:name|detail" where name is a field within the place that huma points to.
var configureHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return problemOf(faultOf(status, errs, nil), "")
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		x := exchangeFrom(ctx.Context())
		return x.problem(faultOf(status, errs, x.findings))
	}
	huma.ErrorFormatter = func(format string, args ...any) string { //nolint:reassign // a variable so that it can be set
		if !strings.Contains(format, "%") {
			return format // leaves out errors of parsers, which quote the value
		}
		return fmt.Sprintf(format, args...)
	}
	setMessages()
})

func setMessages() {
	for message, text := range map[*string]string{
		&validation.MsgExpectedRequiredProperty:          "required:%s|This is required.",
		&validation.MsgExpectedDependentRequiredProperty: "required:%[1]s|This is required when %[2]s is given.",
		&validation.MsgUnexpectedProperty:                "unknown-field|There is no such field.",
		&validation.MsgExpectedBoolean:                   "wrong-type|This must be true or false.",
		&validation.MsgExpectedNumber:                    "wrong-type|This must be a number.",
		&validation.MsgExpectedInteger:                   "wrong-type|This must be a whole number.",
		&validation.MsgExpectedString:                    "wrong-type|This must be a string.",
		&validation.MsgExpectedArray:                     "wrong-type|This must be an array.",
		&validation.MsgExpectedObject:                    "wrong-type|This must be an object.",
		&validation.MsgExpectedOneOf:                     "not-allowed|This must be one of: %s.",
		&validation.MsgExpectedMinimumNumber:             "out-of-range|This must be at least %v.",
		&validation.MsgExpectedExclusiveMinimumNumber:    "out-of-range|This must be more than %v.",
		&validation.MsgExpectedMaximumNumber:             "out-of-range|This may be at most %v.",
		&validation.MsgExpectedExclusiveMaximumNumber:    "out-of-range|This must be less than %v.",
		&validation.MsgExpectedNumberBeMultipleOf:        "out-of-range|This must be a multiple of %v.",
		&validation.MsgExpectedMinLength:                 "too-short|This needs at least %d characters.",
		&validation.MsgExpectedMaxLength:                 "too-long|This may have at most %d characters.",
		&validation.MsgExpectedMinItems:                  "too-short|This needs at least %d items.",
		&validation.MsgExpectedMaxItems:                  "too-long|This may have at most %d items.",
		&validation.MsgExpectedMinProperties:             "too-short|This needs at least %d fields.",
		&validation.MsgExpectedMaxProperties:             "too-long|This may have at most %d fields.",
		&validation.MsgExpectedArrayItemsUnique:          "repeated|No item may appear twice.",
		&validation.MsgExpectedBePattern:                 "format|This must be %s.",
		&validation.MsgExpectedMatchPattern:              "format|This must match the pattern %s.",
		&validation.MsgExpectedRFC3339DateTime:           "format|This must be an RFC 3339 date and time.",
		&validation.MsgExpectedRFC1123DateTime:           "format|This must be an HTTP date.",
		&validation.MsgExpectedRFC3339Date:               "format|This must be a date such as 2027-01-31.",
		&validation.MsgExpectedRFC3339Time:               "format|This must be a time such as 15:04:05.",
		&validation.MsgExpectedDuration:                  "format|This must be a duration.",
		&validation.MsgExpectedRFC5322Email:              "format|This must be an e-mail address.",
		&validation.MsgExpectedRFC5890Hostname:           "format|This must be a host name.",
		&validation.MsgExpectedRFC2673IPv4:               "format|This must be an IPv4 address.",
		&validation.MsgExpectedRFC2373IPv6:               "format|This must be an IPv6 address.",
		&validation.MsgExpectedRFCIPAddr:                 "format|This must be an IP address.",
		&validation.MsgExpectedRFC3986URI:                "format|This must be a URI.",
		&validation.MsgExpectedRFC4122UUID:               "format|This must be a UUID.",
		&validation.MsgExpectedRFC6570URITemplate:        "format|This must be a URI template.",
		&validation.MsgExpectedRFC6901JSONPointer:        "format|This must be a JSON Pointer.",
		&validation.MsgExpectedRegexp:                    "format|This must be a regular expression.",
		&validation.MsgExpectedBase64String:              "format|This must be base64.",
	} {
		*message = text
	}
}

// fieldCodes are the codes that the messages carry.
var fieldCodes = []string{
	"required", "unknown-field", "wrong-type", "not-allowed", "out-of-range", "too-short", "too-long", "repeated", "format",
}

// fixedMessages are the messages that huma does not keep in variables, by how they begin.
var fixedMessages = []struct{ prefix, message string }{
	{"required ", "required|This is required."},
	{"invalid integer", "wrong-type|This must be a whole number."},
	{"invalid float", "wrong-type|This must be a number."},
	{"invalid boolean", "wrong-type|This must be true or false."},
	{"invalid date/time", "format|This must be a date and time."},
}

// faultOf turns huma's findings, and those made before, into a fault.
func faultOf(status int, errs []error, found []fault.Field) error {
	fields := append([]fault.Field(nil), found...)
	for _, err := range errs {
		var detail huma.ErrorDetailer
		var refused *fault.Fault
		switch {
		case errors.As(err, &refused):
			fields = append(fields, refused.Fields...)
		case errors.As(err, &detail):
			fields = append(fields, fieldOf(detail.ErrorDetail()))
		}
	}
	switch {
	case status == http.StatusUnprocessableEntity && len(fields) > 0:
		return fault.Invalid(fields...)
	case status >= http.StatusBadRequest && status < http.StatusInternalServerError:
		return fault.New(fault.MalformedRequest, "The request cannot be read.")
	}
	return fmt.Errorf("huma answers %d", status)
}

// fieldOf reads one of huma's findings without the value in it.
func fieldOf(detail *huma.ErrorDetail) fault.Field {
	message, pointer := detail.Message, pointerOf(detail.Location)
	for _, fixed := range fixedMessages {
		if strings.HasPrefix(message, fixed.prefix) {
			message = fixed.message
		}
	}
	head, text, _ := strings.Cut(message, "|")
	code, name, within := strings.Cut(head, ":")
	switch {
	case !slices.Contains(fieldCodes, code):
		// A message of a JSON decoder: it may quote the value.
		return fault.Field{Pointer: pointer, Code: "not-allowed", Detail: "This value, or one in it, is not allowed."}
	case within:
		pointer += "/" + name
	}
	return fault.Field{Pointer: pointer, Code: code, Detail: text}
}

// pointerOf turns body.items[3].name into /items/3/name, and query.limit into limit. The names in it are the schema's own
// or harmless: checkBody has taken out all others.
func pointerOf(location string) string {
	place, rest, _ := strings.Cut(location, ".")
	if !strings.HasPrefix(place, "body") {
		return rest
	}
	inBody := strings.TrimPrefix(location, "body")
	return strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(inBody)
}
