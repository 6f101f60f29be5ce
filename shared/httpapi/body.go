package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"tenantry/shared/fault"
)

// maxDepth is the deepest nesting of objects and arrays that a body may have.
const maxDepth = 32

const mergePatch = "application/merge-patch+json"

// readBody checks the media type and the size of the request body and returns the body. It ignores the body of a GET
// request. It returns nil if the operation takes no body, but rejects a body that is too large even then.
func (x *exchange) readBody() ([]byte, error) {
	spec := x.route.spec
	if !spec.Write() || x.request.body == "" {
		return nil, nil
	}
	if x.route.hasBody() && !isJSON(x.request.header.Values("Content-Type"), spec.Method) {
		return nil, fault.New(fault.UnsupportedMediaType, "Send the body as application/json in UTF-8.")
	}
	body, err := x.request.content()
	switch {
	case len(body) > spec.maxBody():
		return nil, fault.New(fault.TooLarge, "The body is too large. Send at most %d bytes.", spec.maxBody())
	case !x.route.hasBody():
		return nil, nil
	case err != nil:
		return nil, fault.New(fault.MalformedRequest, "The body arrived damaged. Send the request again.")
	}
	return body, nil
}

// isJSON reports whether the Content-Type headers name JSON in UTF-8. A PATCH request may also name JSON Merge Patch.
func isJSON(contentType []string, method string) bool {
	if len(contentType) != 1 {
		return false
	}
	media, params, err := mime.ParseMediaType(contentType[0])
	if err != nil || media != "application/json" && (media != mergePatch || method != http.MethodPatch) {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

// errNotJSON is the fault of a body that is not exactly one JSON value.
var errNotJSON = fault.New(fault.MalformedRequest, "The body must be one valid JSON value.")

// parse reads a JSON text strictly: valid UTF-8, one value, no repeated name in an object, limited nesting. It keeps
// numbers as they are written. Go's decoder accepts or silently repairs texts that break these rules.
func parse(text []byte) (any, error) {
	switch {
	case !utf8.Valid(text) || brokenEscape(text):
		return nil, fault.New(fault.MalformedRequest, "The body must be valid Unicode.")
	case !json.Valid(text):
		return nil, errNotJSON
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	value, err := readValue(decoder, 0)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errNotJSON
	}
	return value, nil
}

func readValue(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, errNotJSON
	}
	delim, opens := token.(json.Delim)
	switch {
	case !opens:
		return token, nil
	case depth == maxDepth:
		return nil, fault.New(fault.MalformedRequest, "The body is nested too deeply. Use at most %d levels.", maxDepth)
	case delim == '[':
		return readArray(decoder, depth+1)
	}
	return readObject(decoder, depth+1)
}

func readArray(decoder *json.Decoder, depth int) (any, error) {
	array := []any{}
	for decoder.More() {
		value, err := readValue(decoder, depth)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
	}
	_, err := decoder.Token()
	return array, err
}

func readObject(decoder *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		name, isName := token.(string)
		if err != nil || !isName {
			return nil, errNotJSON
		}
		if _, repeated := object[name]; repeated {
			return nil, fault.New(fault.MalformedRequest, "An object in the body names the same field twice.")
		}
		if object[name], err = readValue(decoder, depth); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token()
	return object, err
}

// brokenEscape reports whether the text has a \u escape for half of a surrogate pair, which encodes no character.
func brokenEscape(text []byte) bool {
	for {
		at := bytes.IndexByte(text, '\\')
		if at < 0 {
			return false
		}
		text = text[at:]
		first, isEscape := unicodeEscape(text)
		switch {
		case !isEscape:
			text = text[min(2, len(text)):]
		case !utf16.IsSurrogate(first):
			text = text[6:]
		default:
			second, _ := unicodeEscape(text[6:])
			if utf16.DecodeRune(first, second) == utf8.RuneError {
				return true
			}
			text = text[12:]
		}
	}
}

// unicodeEscape returns the UTF-16 code unit that the \uXXXX escape at the start of the text encodes. It returns false
// if the text does not start with such an escape.
func unicodeEscape(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	code, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(code), err == nil
}
