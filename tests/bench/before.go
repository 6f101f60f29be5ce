package main

import "regexp"

// before has the counted figures of the version that had sixteen shards of the list of all, the status in the sort keys of
// lists, and a configuration that the SDK resolved at each start. The times of that version are of another run, and so
// are not compared.
var before = map[string]string{
	"start-up, slowest, to the SDK's configuration": "1.49 × (change-reseller)",
	"start-up, median, to the SDK's configuration":  "1.28 ×, 45 above the goal",
	"zip, largest":                                    "4.9 MB (sweep-due)",
	"list of all, 25 by name: trips":                  "18",
	"list of all, 25 by name: rows":                   "65",
	"list of all, 25 by name: read units":             "9",
	"list of a reseller, 25 by name: trips":           "3",
	"list of a reseller, 25 by name: rows":            "27",
	"list of a reseller, 25 by name: read units":      "2.5",
	"suspend a customer and activate it: trips":       "4",
	"suspend a customer and activate it: rows":        "2",
	"suspend a customer and activate it: read units":  "2",
	"suspend a customer and activate it: write units": "24",
	"search of all, 25 by a beginning: trips":         "9",
	"search of all, 25 by a beginning: rows":          "80",
	"search of all, 25 by a beginning: read units":    "44",
	"search of a reseller, 25 by a part: trips":       "8",
	"search of a reseller, 25 by a part: rows":        "79",
	"search of a reseller, 25 by a part: read units":  "43.5",
	"quick navigation: trips":                         "26",
	"quick navigation: rows":                          "141",
	"quick navigation: read units":                    "95.5",
	"search index, created customer: trips":           "10",
	"search index, created customer: rows":            "2",
	"search index, created customer: read units":      "3",
	"search index, created customer: write units":     "152",
	"search index, renamed customer: trips":           "8",
	"search index, renamed customer: rows":            "3",
	"search index, renamed customer: read units":      "3",
	"search index, renamed customer: write units":     "98",
	"search index, moved customer: trips":             "9",
	"search index, moved customer: rows":              "2",
	"search index, moved customer: read units":        "2",
	"search index, moved customer: write units":       "152",
	"search index, suspended customer: trips":         "2",
	"search index, suspended customer: rows":          "3",
	"search index, suspended customer: read units":    "3",
	"search index, suspended customer: write units":   "0",
}

var functionCount = regexp.MustCompile(` of \d+ functions`)

// valueBefore returns the earlier value of a figure, or "" if it has none.
func valueBefore(name string) string { return before[functionCount.ReplaceAllString(name, "")] }
