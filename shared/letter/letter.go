// Package letter puts into words what mails say: a subject, a text and an HTML document that say the same, in the language of
// the reader. They show nothing from elsewhere, and lead nowhere but to the service itself.
package letter

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	"sync"
	"text/template"
	"time"

	"golang.org/x/text/language"

	"tenantry/shared/event"
	"tenantry/shared/outbox"
)

// Writer writes letters in the name of one service.
type Writer struct {
	Service   string // its name, as people know it
	PublicURL string // where it answers
}

// Words are what a letter says.
type Words struct {
	Subject string // one line
	Text    string
	HTML    string
}

// Write puts a letter into words.
func (w Writer) Write(letter outbox.Letter) (Words, error) {
	sheet, err := w.fill(languageOf(letter.Locale), letter)
	if err != nil {
		return Words{}, err
	}
	var text, html strings.Builder
	if err := frames().text.Execute(&text, sheet); err != nil {
		return Words{}, err
	}
	if err := frames().html.Execute(&html, sheet); err != nil {
		return Words{}, err
	}
	return Words{Subject: sheet.Subject, Text: strings.TrimSpace(text.String()) + "\n", HTML: html.String()}, nil
}

// sheet is a letter as the frames show it.
type sheet struct {
	Lang    string
	Service string
	Subject string
	Title   string

	Greeting string
	Before   []string // paragraphs before the facts and the link
	Facts    []fact
	URL      string
	Button   string
	CopyHint string
	After    []string
	Page     string // where readers can help themselves
	Footer   []string
}

type fact struct{ Label, Value string }

// facts are what the words can speak of.
type facts struct {
	Service               string
	Name, Login, OldLogin string
	Until, Lifetime       string
}

// fill writes the parts of a letter.
func (w Writer) fill(lang language.Tag, letter outbox.Letter) (sheet, error) {
	of := vocabularies[lang]
	about := facts{
		Service: line(w.Service), Name: greetable(letter.Name), Login: line(letter.Login), OldLogin: line(letter.OldLogin),
		Until: of.moment(letter.ExpiresAt), Lifetime: of.duration(letter.Lifetime),
	}
	words := wordsIn(lang)
	if words.Lookup(string(letter.Kind)+".subject") == nil {
		return sheet{}, fmt.Errorf("there are no words for a letter of kind %q", letter.Kind)
	}
	var failure error
	say := func(part string) string {
		var said strings.Builder
		if err := words.ExecuteTemplate(&said, part, about); err != nil {
			failure = err
		}
		return strings.TrimSpace(said.String())
	}
	kind := string(letter.Kind)
	made := sheet{
		Lang: lang.String(), Service: about.Service,
		Subject: line(say(kind + ".subject")), Title: say(kind + ".title"), Greeting: say("greeting"),
		Before: paragraphs(say(kind + ".before")), After: paragraphs(say(kind + ".after")), Footer: paragraphs(say("footer")),
	}
	made.Facts = append(made.Facts, fact{say("label.login"), about.Login})
	switch letter.Kind {
	case event.WelcomeMail, event.ResetMail, event.ForgottenMail:
		made.URL, made.Button, made.CopyHint = letter.URL, say(kind+".button"), say("copy-hint")
	case event.PasswordChangedMail, event.LoginChangedMail:
		if about.OldLogin != "" {
			made.Facts = []fact{{say("label.old-login"), about.OldLogin}, {say("label.new-login"), about.Login}}
		}
		made.Page = w.PublicURL + "/reset-password#lang=" + made.Lang
		made.Facts = append(made.Facts, fact{say("label.at"), of.moment(letter.At)})
	}
	return made, failure
}

//go:embed words frame.html frame.txt
var files embed.FS

type framing struct {
	text *template.Template
	html *htmltemplate.Template
}

var frames = sync.OnceValue(func() framing {
	wrapping := map[string]any{"wrap": wrap}
	return framing{
		text: template.Must(template.New("frame.txt").Funcs(wrapping).ParseFS(files, "frame.txt")),
		html: htmltemplate.Must(htmltemplate.ParseFS(files, "frame.html")),
	}
})

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

// moment says when something is: everywhere on earth the same.
func (v vocabulary) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC()
	return fmt.Sprintf(v.momentFormat, t.Day(), v.months[t.Month()-1], t.Year(), t.Hour(), t.Minute())
}
