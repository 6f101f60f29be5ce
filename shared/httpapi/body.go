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

// maxDepth is how deep objects and arrays may be nested in a body.
const maxDepth = 32

const mergePatch = "application/merge-patch+json"

// readBody returns the body of the request after judging its media type and size. A body that the operation does not take
// is left out, but it may not be oversized; a body that comes with GET has no meaning at all.
func (x *exchange) readBody() ([]byte, error) {
	spec := x.route.spec
	if !spec.Write() || x.request.body == "" {
		return nil, nil
	}
	if x.route.hasBody() && !acceptable(x.request.header.Values("Content-Type"), spec.Method) {
		return nil, fault.New(fault.UnsupportedMediaType, "Send the body as application/json in UTF-8.")
	}
	body, encoded := x.request.content()
	switch {
	case len(body) > spec.maxBody():
		return nil, fault.New(fault.TooLarge, "The body may have at most %d bytes.", spec.maxBody())
	case !x.route.hasBody():
		return nil, nil
	case !encoded:
		return nil, fault.New(fault.MalformedRequest, "The body was damaged on its way.")
	}
	return body, nil
}

func acceptable(contentType []string, method string) bool {
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

// parse reads a JSON text strictly: valid UTF-8, one value, no name twice in an object, no deep nesting. Numbers stay as
// they are written. Go's decoder would let all of this pass or repair it silently.
func parse(text []byte) (any, error) {
	switch {
	case !utf8.Valid(text) || brokenEscape(text):
		return nil, fault.New(fault.MalformedRequest, "The body is not valid Unicode.")
	case !json.Valid(text):
		return nil, fault.New(fault.MalformedRequest, "The body is not one valid JSON value.")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	value, err := readValue(decoder, 0)
	if err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.New(fault.MalformedRequest, "The body is not one valid JSON value.")
	}
	return value, nil
}

func readValue(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, fault.New(fault.MalformedRequest, "The body is not one valid JSON value.")
	}
	delim, opens := token.(json.Delim)
	switch {
	case !opens:
		return token, nil
	case depth == maxDepth:
		return nil, fault.New(fault.MalformedRequest, "The body is nested more than %d deep.", maxDepth)
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
			return nil, fault.New(fault.MalformedRequest, "The body is not one valid JSON value.")
		}
		if _, twice := object[name]; twice {
			return nil, fault.New(fault.MalformedRequest, "The body has an object that names the same field twice.")
		}
		if object[name], err = readValue(decoder, depth); err != nil {
			return nil, err
		}
	}
	_, err := decoder.Token()
	return object, err
}

// brokenEscape tells whether the text has a \u escape of half a surrogate pair, which stands for no character.
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

func unicodeEscape(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	code, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(code), err == nil
}
