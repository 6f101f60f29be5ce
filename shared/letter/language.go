package letter

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/text/language"
)

// vocabulary holds the words of a language for times and durations.
type vocabulary struct {
	momentFormat    string // format of day, month, year, hour and minute
	months          [12]string
	minute, minutes string
	hour, hours     string
}

// Languages lists the languages of the letters. The first one is used for readers of all other languages.
var Languages = []language.Tag{language.English, language.German}

var vocabularies = map[language.Tag]vocabulary{
	language.English: {
		momentFormat: "%d %s %d, %02d:%02d UTC",
		months: [12]string{
			"January",
			"February",
			"March",
			"April",
			"May",
			"June",
			"July",
			"August",
			"September",
			"October",
			"November",
			"December",
		},
		minute: "minute", minutes: "minutes", hour: "hour", hours: "hours",
	},
	language.German: {
		momentFormat: "%d. %s %d, %02d:%02d Uhr (UTC)",
		months: [12]string{
			"Januar",
			"Februar",
			"März",
			"April",
			"Mai",
			"Juni",
			"Juli",
			"August",
			"September",
			"Oktober",
			"November",
			"Dezember",
		},
		minute: "Minute", minutes: "Minuten", hour: "Stunde", hours: "Stunden",
	},
}

// duration returns a duration in words: in hours if it is a whole number of hours, otherwise in minutes.
func (v vocabulary) duration(d time.Duration) string {
	count, singular, plural := int(d/time.Minute), v.minute, v.minutes
	if d >= time.Hour && d%time.Hour == 0 {
		count, singular, plural = int(d/time.Hour), v.hour, v.hours
	}
	if count == 1 {
		return fmt.Sprintf("%d %s", count, singular)
	}
	return fmt.Sprintf("%d %s", count, plural)
}

var matcher = sync.OnceValue(func() language.Matcher { return language.NewMatcher(Languages) })

// languageOf returns the language of Languages that matches a locale best.
func languageOf(locale string) language.Tag {
	tag, err := language.Parse(locale)
	if err != nil {
		return Languages[0]
	}
	_, best, confidence := matcher().Match(tag)
	if confidence == language.No {
		return Languages[0]
	}
	return Languages[best]
}

// moment returns a time in words, in UTC. It returns "" for the zero time.
func (v vocabulary) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	return fmt.Sprintf(v.momentFormat, t.Day(), v.months[t.Month()-1], t.Year(), t.Hour(), t.Minute())
}
