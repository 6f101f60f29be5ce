// Package letter puts into words what mails say: a subject, a text and an HTML document that say the same, in the language of
// the reader. They show nothing from elsewhere, and lead nowhere but to the service itself.
//
// It does without the standard library's templates: a program that can call methods by name keeps all methods of everything
// that it is linked with, which made the mailer half as large again.
package letter

import (
	"fmt"
	"strings"

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
	made, err := w.fill(languageOf(letter.Locale), letter)
	if err != nil {
		return Words{}, err
	}
	return Words{Subject: made.subject, Text: made.text(), HTML: made.html()}, nil
}

// sheet is a letter in its parts.
type sheet struct {
	lang    string
	service string
	subject string
	title   string

	greeting string
	before   []string // paragraphs before the facts and the button
	facts    []fact
	url      string // of the button
	button   string
	copyHint string
	after    []string
	page     string // where readers can help themselves
	footer   string
}

type fact struct{ label, value string }

// fill writes the parts of a letter.
func (w Writer) fill(lang language.Tag, letter outbox.Letter) (sheet, error) {
	of, words, kind := vocabularies[lang], wordsIn(lang), string(letter.Kind)
	name, login, oldLogin := greetable(letter.Name), line(letter.Login), line(letter.OldLogin)
	values := map[string]string{
		"service": line(w.Service), "name": name, "lifetime": of.duration(letter.Lifetime), "until": of.moment(letter.ExpiresAt),
	}
	say := func(section string) string { return fill(words[section], values, verbatim) }
	if words[kind+".subject"] == "" {
		return sheet{}, fmt.Errorf("there are no words for a letter of kind %q", letter.Kind)
	}
	made := sheet{
		lang: lang.String(), service: values["service"], subject: line(say(kind + ".subject")), title: say(kind + ".title"),
		greeting: say("greeting"), before: paragraphs(say(kind + ".before")), after: paragraphs(say(kind + ".after")),
		facts: []fact{{say("label.login"), login}}, footer: line(say("footer")),
	}
	if name == "" {
		made.greeting = say("greeting.nameless")
	}
	switch letter.Kind {
	case event.WelcomeMail, event.ResetMail, event.ForgottenMail:
		made.url, made.button, made.copyHint = letter.URL, say(kind+".button"), say("copy-hint")
		return made, nil
	case event.LoginChangedMail:
		if oldLogin != "" {
			made.facts = []fact{{say("label.old-login"), oldLogin}, {say("label.new-login"), login}}
			if letter.PasswordChanged {
				made.before = paragraphs(say(kind + ".before.both"))
			}
		} else {
			made.before = paragraphs(say(kind + ".before.password"))
		}
	case event.PasswordChangedMail, event.EmailChangedMail:
	}
	made.facts = append(made.facts, fact{say("label.at"), of.moment(letter.At)})
	if letter.Kind == event.EmailChangedMail {
		return made, nil // the reader's address opens no page any more
	}
	made.page = w.PublicURL + "/reset-password#lang=" + made.lang
	return made, nil
}

// text shows the sheet as plain text.
func (s sheet) text() string {
	var b strings.Builder
	block := func(lines ...string) {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strings.Join(lines, "\n") + "\n")
	}
	block(wrap(s.greeting))
	for _, paragraph := range s.before {
		block(wrap(paragraph))
	}
	facts := make([]string, len(s.facts))
	for i, f := range s.facts {
		facts[i] = f.label + ": " + f.value
	}
	block(facts...)
	if s.url != "" {
		block(s.button + ":")
		block(s.url)
	}
	for _, paragraph := range s.after {
		block(wrap(paragraph))
	}
	if s.page != "" {
		block(s.page)
	}
	block("-- ", wrap(s.footer)) // by which mail programs know a signature
	return b.String()
}

// html shows the sheet as an HTML document. Every value is escaped.
func (s sheet) html() string {
	var b strings.Builder
	add := func(part string, values ...string) {
		named := map[string]string{}
		for i := 0; i < len(values); i += 2 {
			named[values[i]] = values[i+1]
		}
		b.WriteString(fill(frame()[part], named, escaped) + "\n")
	}
	add("top", "lang", s.lang, "service", s.service, "title", s.title)
	for _, paragraph := range append([]string{s.greeting}, s.before...) {
		add("paragraph", "text", paragraph)
	}
	add("facts")
	for _, f := range s.facts {
		add("fact", "label", f.label, "value", f.value)
	}
	add("facts.end")
	if s.url != "" {
		add("button", "url", s.url, "label", s.button, "hint", s.copyHint)
	}
	for _, paragraph := range s.after {
		add("paragraph", "text", paragraph)
	}
	if s.page != "" {
		add("link", "url", s.page)
	}
	add("bottom", "footer", s.footer)
	return b.String()
}
