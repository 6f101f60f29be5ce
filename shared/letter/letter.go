// Package letter writes the content of mails in the language of the reader: a subject, a plain text, and an HTML
// document with the same content. The HTML loads nothing from other servers. All links lead to the service itself.
//
// The package does not use text/template. A program that calls methods by name keeps all methods of its dependencies,
// which made the mailer's binary half as large again.
package letter

import (
	"fmt"
	"html"
	"strings"

	"golang.org/x/text/language"

	"tenantry/shared/event"
	"tenantry/shared/outbox"
	"tenantry/shared/reset"
)

// Writer writes letters in the name of one service.
type Writer struct {
	Service   string // name of the service in the letters
	PublicURL string
}

// Words is the content of a letter.
type Words struct {
	Subject string // one line
	Text    string
	HTML    string
}

// Write returns the content of a letter. It returns an error if the kind of the letter is unknown.
func (w Writer) Write(letter outbox.Letter) (Words, error) {
	parts, err := w.parts(languageOf(letter.Locale), letter)
	if err != nil {
		return Words{}, err
	}
	return Words{Subject: parts.subject, Text: parts.text(), HTML: parts.html()}, nil
}

// parts holds the parts of a letter, from top to bottom.
type parts struct {
	lang    string
	service string
	subject string
	title   string

	greeting string
	before   []string // paragraphs before the facts and the button
	facts    []fact
	url      string // link of the button
	button   string
	copyHint string
	after    []string // paragraphs after the facts and the button
	page     string   // URL of the page where readers can reset the password themselves
	footer   string
}

type fact struct{ label, value string }

// parts fills the texts of the letter's kind with the letter's values.
func (w Writer) parts(lang language.Tag, letter outbox.Letter) (parts, error) {
	times, texts, kind := vocabularies[lang], textsIn(lang), string(letter.Kind)
	name := greetingName(letter.Name)
	login, oldLogin := shownLogin(letter.Login, letter.Recipient), shownLogin(letter.OldLogin, letter.Recipient)
	values := map[string]string{
		"service": singleLine(w.Service), "name": name, "lifetime": times.duration(letter.Lifetime),
		"until": times.moment(letter.ExpiresAt),
	}
	text := func(section string) string { return fill(texts[section], values, verbatim) }
	if texts[kind+".subject"] == "" {
		return parts{}, fmt.Errorf("letters of the kind %q have no text", letter.Kind)
	}
	p := parts{
		lang:     lang.String(),
		service:  values["service"],
		subject:  singleLine(text(kind + ".subject")),
		title:    text(kind + ".title"),
		greeting: text("greeting"),
		before:   paragraphs(text(kind + ".before")),
		after:    paragraphs(text(kind + ".after")),
		facts:    []fact{{text("label.login"), login}},
		footer:   singleLine(text("footer")),
	}
	if name == "" {
		p.greeting = text("greeting.nameless")
	}
	switch letter.Kind {
	case event.WelcomeMail, event.ResetMail, event.ForgottenMail:
		p.url, p.button, p.copyHint = letter.URL, text(kind+".button"), text("copy-hint")
		return p, nil
	case event.LoginChangedMail:
		if oldLogin != "" {
			p.facts = []fact{{text("label.old-login"), oldLogin}, {text("label.new-login"), login}}
			if letter.PasswordChanged {
				p.before = paragraphs(text(kind + ".before.both"))
			}
		} else {
			p.before = paragraphs(text(kind + ".before.password"))
		}
	case event.EmailChangedMail:
		if letter.IsNewAddress {
			p.before, p.after = paragraphs(text(kind+".before.new")), paragraphs(text(kind+".after.new"))
		}
	case event.TokenCreatedMail:
		if tokenName := greetingName(letter.TokenName); tokenName != "" {
			p.facts = append(p.facts, fact{text("label.token"), tokenName})
		}
		p.facts = append(p.facts, fact{text("label.until"), times.moment(letter.ExpiresAt)})
	case event.PasswordChangedMail:
	}
	p.facts = append(p.facts, fact{text("label.at"), times.moment(letter.At)})
	if letter.Kind == event.EmailChangedMail {
		return p, nil // without a page: the reset page no longer accepts the address of this reader
	}
	p.page = reset.PageURL(w.PublicURL, p.lang)
	return p, nil
}

// text returns the letter as plain text.
func (p parts) text() string {
	var b strings.Builder
	block := func(lines ...string) {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strings.Join(lines, "\n") + "\n")
	}
	block(wrap(p.greeting))
	for _, paragraph := range p.before {
		block(wrap(paragraph))
	}
	facts := make([]string, len(p.facts))
	for i, f := range p.facts {
		facts[i] = f.label + ": " + f.value
	}
	block(facts...)
	if p.url != "" {
		block(p.button + ":")
		block(p.url)
	}
	for _, paragraph := range p.after {
		block(wrap(paragraph))
	}
	if p.page != "" {
		block(p.page)
	}
	block("-- ", wrap(p.footer)) // mail programs recognise a signature by this line
	return b.String()
}

// html returns the letter as an HTML document. It escapes all values.
func (p parts) html() string {
	var b strings.Builder
	add := func(section string, namesAndValues ...string) {
		values := map[string]string{}
		for i := 0; i < len(namesAndValues); i += 2 {
			values[namesAndValues[i]] = namesAndValues[i+1]
		}
		b.WriteString(fill(frame()[section], values, html.EscapeString) + "\n")
	}
	add("top", "lang", p.lang, "service", p.service, "title", p.title)
	for _, paragraph := range append([]string{p.greeting}, p.before...) {
		add("paragraph", "text", paragraph)
	}
	add("facts")
	for _, f := range p.facts {
		add("fact", "label", f.label, "value", f.value)
	}
	add("facts.end")
	if p.url != "" {
		add("button", "url", p.url, "label", p.button, "hint", p.copyHint)
	}
	for _, paragraph := range p.after {
		add("paragraph", "text", paragraph)
	}
	if p.page != "" {
		add("link", "url", p.page)
	}
	add("bottom", "footer", p.footer)
	return b.String()
}
