package pump

import "testing"

const change = `{"eventName":"MODIFY","eventVersion":"1.1","dynamodb":{
	"Keys":{"pk":{"S":"account/cus_1"}},"SizeBytes":67,
	"NewImage":{"kind":{"S":"Event"},"tags":{"SS":["red","blue"]},"due":{"NULL":true}}}}`

func TestFilter(t *testing.T) {
	cases := []struct {
		name    string
		pattern string
		want    bool
	}{
		{"value", `{"eventName":["MODIFY"]}`, true},
		{"another value", `{"eventName":["INSERT","REMOVE"]}`, false},
		{"nested", `{"dynamodb":{"NewImage":{"kind":{"S":["Event"]}}}}`, true},
		{"all fields must match", `{"eventName":["MODIFY"],"dynamodb":{"NewImage":{"kind":{"S":["Account"]}}}}`, false},
		{"missing object", `{"dynamodb":{"OldImage":{"kind":{"S":["Event"]}}}}`, false},
		{"exists", `{"dynamodb":{"NewImage":{"kind":{"S":[{"exists":true}]}}}}`, true},
		{"does not exist", `{"dynamodb":{"OldImage":{"kind":{"S":[{"exists":false}]}}}}`, true},
		{"prefix", `{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"account/"}]}}}}`, true},
		{"suffix", `{"dynamodb":{"Keys":{"pk":{"S":[{"suffix":"_2"}]}}}}`, false},
		{"ignore case", `{"eventName":[{"equals-ignore-case":"modify"}]}`, true},
		{"anything but", `{"eventName":[{"anything-but":["REMOVE"]}]}`, true},
		{"anything but this", `{"eventName":[{"anything-but":"MODIFY"}]}`, false},
		{"anything but a prefix", `{"dynamodb":{"Keys":{"pk":{"S":[{"anything-but":{"prefix":"plan/"}}]}}}}`, true},
		{"anything but needs the field", `{"dynamodb":{"OldImage":{"kind":{"S":[{"anything-but":"Event"}]}}}}`, false},
		{"number", `{"dynamodb":{"SizeBytes":[67.0]}}`, true},
		{"numeric range", `{"dynamodb":{"SizeBytes":[{"numeric":[">",60,"<=",67]}]}}`, true},
		{"outside the numeric range", `{"dynamodb":{"SizeBytes":[{"numeric":["<",67]}]}}`, false},
		{"any element of a list", `{"dynamodb":{"NewImage":{"tags":{"SS":["blue"]}}}}`, true},
		{"boolean", `{"dynamodb":{"NewImage":{"due":{"NULL":[true]}}}}`, true},
		{"or", `{"$or":[{"eventName":["INSERT"]},{"dynamodb":{"SizeBytes":[67]}}]}`, true},
		{"or with neither", `{"$or":[{"eventName":["INSERT"]},{"dynamodb":{"SizeBytes":[1]}}]}`, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			filter, err := ParseFilter([]string{c.pattern})
			if err != nil {
				t.Fatal(err)
			}
			if got := filter.Matches([]byte(change)); got != c.want {
				t.Errorf("Matches = %v, want %v", got, c.want)
			}
		})
	}
}

func TestFilterWithoutPatternsMatchesAll(t *testing.T) {
	if !(Filter{}).Matches([]byte(change)) {
		t.Error("Matches = false, want true")
	}
}

func TestAnyOfSeveralPatternsMatches(t *testing.T) {
	filter, err := ParseFilter([]string{`{"eventName":["INSERT"]}`, `{"eventName":["MODIFY"]}`})
	if err != nil || !filter.Matches([]byte(change)) {
		t.Errorf("Matches = false, error %v", err)
	}
}

func TestParseFilterRejectsUnknownPatterns(t *testing.T) {
	for _, pattern := range []string{`{"eventName":"MODIFY"}`, `{"eventName":[{"wildcard":"M*"}]}`, `[]`, `{`} {
		if _, err := ParseFilter([]string{pattern}); err == nil {
			t.Errorf("ParseFilter accepted %s", pattern)
		}
	}
}
