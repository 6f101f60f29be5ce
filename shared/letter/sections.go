package letter

import (
	"embed"
	"html"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

//go:embed words frame.html
var files embed.FS

// sections reads a file of named texts: each begins with its name in brackets on a line of its own.
func sections(file string) map[string]string {
	text, err := files.ReadFile(file)
	if err != nil {
		panic(err) // the file is part of the program
	}
	found := map[string]string{}
	for part := range strings.SplitSeq("\n"+string(text), "\n[") {
		if name, body, named := strings.Cut(part, "]\n"); named {
			found[name] = strings.TrimSpace(body)
		}
	}
	return found
}

var frame = sync.OnceValue(func() map[string]string { return sections("frame.html") })

var allWords = sync.OnceValue(func() map[language.Tag]map[string]string {
	read := map[language.Tag]map[string]string{}
	for _, tag := range Languages {
		read[tag] = sections("words/" + tag.String() + ".txt")
	}
	return read
})

func wordsIn(tag language.Tag) map[string]string { return allWords()[tag] }

var place = regexp.MustCompile(`\{\{([a-z]+)\}\}`)

func verbatim(value string) string { return value }

// escaped makes a value the text of an element or of a quoted attribute.
func escaped(value string) string { return html.EscapeString(value) }

// fill puts values into a text where it names them: once, so that a value may look like a name.
func fill(text string, values map[string]string, as func(string) string) string {
	return place.ReplaceAllStringFunc(text, func(name string) string { return as(values[name[2:len(name)-2]]) })
}

// paragraphs cuts a text at its empty lines and joins the lines of each part.
func paragraphs(text string) []string {
	var found []string
	for part := range strings.SplitSeq(text, "\n\n") {
		if part = strings.Join(strings.Fields(part), " "); part != "" {
			found = append(found, part)
		}
	}
	return found
}
