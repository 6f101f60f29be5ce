package letter

import (
	"embed"
	"regexp"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

//go:embed words frame.html
var files embed.FS

// sections reads a file of named texts. Each text starts with its name in brackets on a separate line.
func sections(file string) map[string]string {
	content, err := files.ReadFile(file)
	if err != nil {
		panic(err) // the file is embedded
	}
	texts := map[string]string{}
	for section := range strings.SplitSeq("\n"+string(content), "\n[") {
		if name, text, hasName := strings.Cut(section, "]\n"); hasName {
			texts[name] = strings.TrimSpace(text)
		}
	}
	return texts
}

var frame = sync.OnceValue(func() map[string]string { return sections("frame.html") })

var textsByLanguage = sync.OnceValue(func() map[language.Tag]map[string]string {
	texts := map[language.Tag]map[string]string{}
	for _, tag := range Languages {
		texts[tag] = sections("words/" + tag.String() + ".txt")
	}
	return texts
})

func textsIn(tag language.Tag) map[string]string { return textsByLanguage()[tag] }

var placeholder = regexp.MustCompile(`\{\{([a-z]+)\}\}`)

func verbatim(value string) string { return value }

// fill replaces the placeholders in a text by their encoded values. It does not replace placeholders inside values.
func fill(text string, values map[string]string, encode func(string) string) string {
	return placeholder.ReplaceAllStringFunc(
		text,
		func(match string) string { return encode(values[match[2:len(match)-2]]) },
	)
}

// paragraphs splits a text at its empty lines and joins the lines of each paragraph.
func paragraphs(text string) []string {
	var list []string
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if paragraph = strings.Join(strings.Fields(paragraph), " "); paragraph != "" {
			list = append(list, paragraph)
		}
	}
	return list
}
