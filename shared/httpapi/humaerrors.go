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

// configureHuma replaces huma's error documents and messages, which huma keeps in package variables. Huma's own
// documents repeat the caller's values and have no codes for fields. The replaced messages therefore carry the code of
// the field: "code|detail", or "code:name|detail" if the error is about the field name within the place that huma
// reports.
var configureHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return newProblem(faultOf(status, errs, nil), "")
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		x := exchangeFrom(ctx.Context())
		return x.problem(faultOf(status, errs, x.fields))
	}
	huma.ErrorFormatter = func(format string, args ...any) string { //nolint:reassign // huma's way to set the formatter
		if !strings.Contains(format, "%") {
			return format // without the arguments: they are errors of parsers, which quote the caller's value
		}
		return fmt.Sprintf(format, args...)
	}
	setMessages()
})

func setMessages() {
	for message, text := range map[*string]string{
		&validation.MsgExpectedRequiredProperty:          "required:%s|This field is required.",
		&validation.MsgExpectedDependentRequiredProperty: "required:%[1]s|This field is required if %[2]s is present.",
		&validation.MsgUnexpectedProperty:                "unknown-field|This field is unknown. Remove it.",
		&validation.MsgExpectedBoolean:                   "wrong-type|This must be true or false.",
		&validation.MsgExpectedNumber:                    "wrong-type|This must be a number.",
		&validation.MsgExpectedInteger:                   "wrong-type|This must be a whole number.",
		&validation.MsgExpectedString:                    "wrong-type|This must be a string.",
		&validation.MsgExpectedArray:                     "wrong-type|This must be an array.",
		&validation.MsgExpectedObject:                    "wrong-type|This must be an object.",
		&validation.MsgExpectedOneOf:                     "not-allowed|This must be one of: %s.",
		&validation.MsgExpectedMinimumNumber:             "out-of-range|This must be at least %v.",
		&validation.MsgExpectedExclusiveMinimumNumber:    "out-of-range|This must be more than %v.",
		&validation.MsgExpectedMaximumNumber:             "out-of-range|This must be at most %v.",
		&validation.MsgExpectedExclusiveMaximumNumber:    "out-of-range|This must be less than %v.",
		&validation.MsgExpectedNumberBeMultipleOf:        "out-of-range|This must be a multiple of %v.",
		&validation.MsgExpectedMinLength:                 "too-short|Use at least %d characters.",
		&validation.MsgExpectedMaxLength:                 "too-long|Use at most %d characters.",
		&validation.MsgExpectedMinItems:                  "too-short|Send at least %d items.",
		&validation.MsgExpectedMaxItems:                  "too-long|Send at most %d items.",
		&validation.MsgExpectedMinProperties:             "too-short|Send at least %d fields.",
		&validation.MsgExpectedMaxProperties:             "too-long|Send at most %d fields.",
		&validation.MsgExpectedArrayItemsUnique:          "repeated|An item appears more than once. Remove the duplicates.",
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

// fieldCodes lists the codes that the messages carry.
var fieldCodes = []string{
	"required",
	"unknown-field",
	"wrong-type",
	"not-allowed",
	"out-of-range",
	"too-short",
	"too-long",
	"repeated",
	"format",
}

// fixedMessages replaces the messages that huma does not keep in variables. The key is the start of huma's message.
var fixedMessages = []struct{ prefix, message string }{
	{"required ", "required|This field is required."},
	{"invalid integer", "wrong-type|This must be a whole number."},
	{"invalid float", "wrong-type|This must be a number."},
	{"invalid boolean", "wrong-type|This must be true or false."},
	{"invalid date/time", "format|This must be a date and time."},
}

// faultOf returns the fault for huma's errors and for the invalid fields that the handler found itself.
func faultOf(status int, errs []error, invalid []fault.Field) error {
	fields := append([]fault.Field(nil), invalid...)
	for _, err := range errs {
		var detail huma.ErrorDetailer
		var f *fault.Fault
		switch {
		case errors.As(err, &f):
			fields = append(fields, f.Fields...)
		case errors.As(err, &detail):
			fields = append(fields, fieldOf(detail.ErrorDetail()))
		}
	}
	switch {
	case status == http.StatusUnprocessableEntity && len(fields) > 0:
		return fault.Invalid(fields...)
	case status >= http.StatusBadRequest && status < http.StatusInternalServerError:
		return fault.New(fault.MalformedRequest, "The request cannot be read. Check its syntax.")
	}
	return fmt.Errorf("huma returned the status %d", status)
}

// fieldOf converts one of huma's errors. It leaves out the caller's value.
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
		// The message comes from a JSON decoder and may quote the caller's value.
		return fault.Field{Pointer: pointer, Code: "not-allowed", Detail: "This value, or a value inside it, is not allowed."}
	case within:
		pointer += "/" + name
	}
	return fault.Field{Pointer: pointer, Code: code, Detail: text}
}

// pointerOf turns body.items[3].name into /items/3/name, and query.limit into limit. The location cannot repeat a value
// of the caller, because checkBody has removed all names that the schema does not know.
func pointerOf(location string) string {
	place, rest, _ := strings.Cut(location, ".")
	if !strings.HasPrefix(place, "body") {
		return rest
	}
	inBody := strings.TrimPrefix(location, "body")
	return strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(inBody)
}
