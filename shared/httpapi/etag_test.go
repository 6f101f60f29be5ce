package httpapi_test

import (
	"testing"

	"tenantry/shared/httpapi"
)

func TestNoneMatch(t *testing.T) {
	for header, want := range map[string]bool{
		`"a"`: true, `W/"a"`: true, `"x", "a"`: true, `"x",W/"a" ,"y"`: true, `*`: true,
		``: false, `"b"`: false, `a`: false, `W/a`: false, `"a`: false, `"aa"`: false, `"x", "y"`: false,
	} {
		if got := httpapi.NoneMatch(header, `"a"`); got != want {
			t.Errorf("If-None-Match %s: got %v, want %v", header, got, want)
		}
	}
}
