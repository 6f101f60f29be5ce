package letter_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tenantry/shared/event"
	"tenantry/shared/letter"
	"tenantry/shared/outbox"
)

var writer = letter.Writer{Service: "Tenantry", PublicURL: "https://panel.example"}

// link has a token of realistic length.
var link = "https://panel.example/reset-password?lang=en#tny_" + strings.Repeat("Y3Vz", 10) + "." +
	strings.Repeat("q83v", 10) + "q80"

var kinds = []event.MailKind{
	event.WelcomeMail,
	event.ResetMail,
	event.ForgottenMail,
	event.PasswordChangedMail,
	event.LoginChangedMail,
	event.EmailChangedMail,
	event.TokenCreatedMail,
}

var withLink = map[event.MailKind]bool{event.WelcomeMail: true, event.ResetMail: true, event.ForgottenMail: true}

func sample(kind event.MailKind, locale string) outbox.Letter {
	at := time.Date(2026, time.March, 5, 8, 59, 0, 0, time.FixedZone("CET", 3600))
	sample := outbox.Letter{Kind: kind, Locale: locale, Name: "O'Neil <b>x", Login: "ada", At: at}
	if withLink[kind] {
		sample.URL, sample.Lifetime, sample.ExpiresAt = link, 30*time.Minute, at.Add(31*time.Minute)
	}
	switch kind {
	case event.LoginChangedMail:
		sample.OldLogin = "ada.old"
	case event.TokenCreatedMail:
		sample.TokenName, sample.ExpiresAt = "billing", at.AddDate(1, 0, 0)
	default:
	}
	return sample
}

func write(t *testing.T, input outbox.Letter) letter.Words {
	t.Helper()
	words, err := writer.Write(input)
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// testEveryLetter runs a test for each kind of letter in each language. If the environment variable LETTERS names a
// folder, it also saves the letters there, so that people can look at them.
func testEveryLetter(t *testing.T, test func(t *testing.T, input outbox.Letter, words letter.Words)) {
	t.Helper()
	for _, kind := range kinds {
		for _, locale := range []string{"en-IE", "de-AT"} {
			t.Run(string(kind)+" "+locale, func(t *testing.T) {
				input := sample(kind, locale)
				words := write(t, input)
				if folder := os.Getenv("LETTERS"); folder != "" {
					name := filepath.Join(folder, string(kind)+"."+locale)
					for suffix, text := range map[string]string{".html": words.HTML, ".txt": "Subject: " + words.Subject + "\n\n" + words.Text} {
						if err := os.WriteFile(name+suffix, []byte(text), 0o600); err != nil {
							t.Fatal(err)
						}
					}
				}
				test(t, input, words)
			})
		}
	}
}

func TestLettersAreComplete(t *testing.T) {
	testEveryLetter(t, func(t *testing.T, _ outbox.Letter, words letter.Words) {
		for name, text := range map[string]string{"subject": words.Subject, "text": words.Text, "HTML": words.HTML} {
			if !utf8.ValidString(text) || strings.TrimSpace(text) == "" {
				t.Errorf("the %s is empty or invalid: %q", name, text)
			}
			for _, bad := range []string{"{{", "<no value>", "%!", "ZgotmplZ"} {
				if strings.Contains(text, bad) {
					t.Errorf("the %s contains %q:\n%s", name, bad, text)
				}
			}
		}
		for _, text := range []string{words.Text, words.HTML} {
			for _, want := range []string{"Tenantry", "ada"} {
				if !strings.Contains(text, want) {
					t.Errorf("%q is missing:\n%s", want, text)
				}
			}
		}
	})
}

func TestLettersNameTimesAndLifetimes(t *testing.T) {
	times := map[string]string{"en-IE": "5 March 2026, 07:59 UTC", "de-AT": "5. März 2026, 07:59 Uhr (UTC)"}
	lifetimes := map[string]string{
		"en-IE": "for 30 minutes, until 5 March 2026, 08:30 UTC",
		"de-AT": "30 Minuten lang, bis zum 5. März 2026, 08:30 Uhr (UTC)",
	}
	testEveryLetter(t, func(t *testing.T, input outbox.Letter, words letter.Words) {
		want := times[input.Locale]
		if withLink[input.Kind] {
			want = lifetimes[input.Locale]
		}
		for _, text := range []string{strings.Join(strings.Fields(words.Text), " "), words.HTML} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing:\n%s", want, text)
			}
		}
	})
}

func TestLinksHaveTheirOwnLine(t *testing.T) {
	testEveryLetter(t, func(t *testing.T, input outbox.Letter, words letter.Words) {
		got := regexp.MustCompile(`(?m)^.*https?://.*$`).FindAllString(words.Text, -1)
		want := []string{link}
		if input.Kind == event.EmailChangedMail {
			want = nil // the reset page no longer accepts the address of this reader
		} else if !withLink[input.Kind] {
			want = []string{"https://panel.example/reset-password?lang=" + input.Locale[:2]}
		}
		if !slices.Equal(got, want) {
			t.Errorf("lines with links: got %q, want %q", got, want)
		}
	})
}

func TestHTMLLoadsNothingAndLinksToTheServiceOnly(t *testing.T) {
	testEveryLetter(t, func(t *testing.T, _ outbox.Letter, words letter.Words) {
		for _, bad := range []string{"<img", "<script", "url(", "@import", "src=", "<link", "<form", "javascript:"} {
			if strings.Contains(words.HTML, bad) {
				t.Errorf("the HTML contains %q", bad)
			}
		}
		for _, url := range regexp.MustCompile(`https?://[^"<\s]+`).FindAllString(words.HTML, -1) {
			if !strings.HasPrefix(url, "https://panel.example/reset-password?lang=") {
				t.Errorf("the HTML links to %s", url)
			}
		}
		if len(words.HTML) > 20_000 {
			t.Errorf("the HTML has %d bytes, want at most 20,000: mail programs truncate long mails", len(words.HTML))
		}
	})
}

func TestNamesAreEscapedInHTMLOnly(t *testing.T) {
	testEveryLetter(t, func(t *testing.T, _ outbox.Letter, words letter.Words) {
		if !strings.Contains(words.HTML, "O&#39;Neil &lt;b&gt;x") || strings.Contains(words.HTML, "<b>") {
			t.Errorf("the name is not escaped:\n%s", words.HTML)
		}
		if !strings.Contains(words.Text, "O'Neil <b>x") {
			t.Errorf("the name is not as typed:\n%s", words.Text)
		}
	})
}

func TestGreetingLeavesOutNamesWithLinks(t *testing.T) {
	for name, greeting := range map[string]string{
		"Ada Lovelace":                         "Hello Ada Lovelace,",
		"J.R. Smith-Jones 3rd":                 "Hello J.R. Smith-Jones 3rd,",
		"Łucja Żółć":                           "Hello Łucja Żółć,",
		"win at https://evil.example/x":        "Hello,",
		"go to WWW.evil":                       "Hello,",
		"go to evil.example":                   "Hello,",
		"ask me@evil":                          "Hello,",
		"see 8.8.8.8/win":                      "Hello,",
		"Ada\r\nBcc: all":                      "Hello Ada Bcc: all,",
		"go to evil．example":                   "Hello,",
		"go to evil。example":                   "Hello,",
		"go to ev\u200bil\u200b.exam\u00adple": "Hello,",
		"go to evil\ufe0f.example":             "Hello,",
		"Ada \u202eecalevoL":                   "Hello Ada ecalevoL,",
		"call +353 (1) 555-0100":               "Hello,",
		"call 00353.1.5550100":                 "Hello,",
		"call ０１５５５０１００":                       "Hello,",
		"Louis 14 of 1638":                     "Hello Louis 14 of 1638,",
	} {
		input := sample(event.ForgottenMail, "en")
		input.Name = name
		words := write(t, input)
		if got, _, _ := strings.Cut(words.Text, "\n"); got != greeting {
			t.Errorf("greeting of %q: got %q, want %q", name, got, greeting)
		}
	}
}

// A login is shown, but not as a link to another place or as a phone number.
func TestLoginsAreNoLinks(t *testing.T) {
	for login, shown := range map[string]string{
		"ada":                  "ada",
		"ada.lovelace":         "ada.lovelace",
		"customer-204":         "customer-204",
		"ada@example.com":      "ada@example.com", // the address of the reader
		"buy.evil.com":         "buy . evil . com",
		"bet.com.now":          "bet . com . now",
		"sales@evil.com":       "sales @ evil . com",
		"sales@evil":           "sales @ evil",
		"15551234567":          "1 5 5 5 1 2 3 4 5 6 7",
		"a\u200bda\u202e.zip":  "ada . zip",
		"ADA@EXAMPLE.com":      "ADA@EXAMPLE.com",
		"ada@example.com.evil": "ada @ example . com . evil",
	} {
		for _, kind := range []event.MailKind{event.WelcomeMail, event.LoginChangedMail, event.PasswordChangedMail} {
			input := sample(kind, "en")
			input.Login, input.OldLogin, input.Recipient = login, "", "ada@example.com"
			if kind == event.LoginChangedMail {
				input.OldLogin = login
			}
			words := write(t, input)
			if !strings.Contains(words.Text, "ogin: "+shown+"\n") || !strings.Contains(words.HTML, ">"+shown+"<") {
				t.Errorf("%s letter of the login %q: want %q in\n%s", kind, login, shown, words.Text)
			}
		}
	}
}

func TestValuesCannotAddLines(t *testing.T) {
	hostile := letter.Writer{Service: "Ten\r\nBcc: all@example.com\u2028antry\x00", PublicURL: "https://panel.example"}
	for _, kind := range kinds {
		input := sample(kind, "en")
		input.Login, input.OldLogin, input.Name = "a\r\nX: y", "b\nX: y", "c\nX: y"
		words, err := hostile.Write(input)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(words.Subject, "\r\n\x00\u2028") {
			t.Errorf("%s: the subject %q has several lines", kind, words.Subject)
		}
		if strings.Contains(words.Text, "\nX: y") || strings.Contains(words.Text, "\r") {
			t.Errorf("%s: a value starts a line:\n%s", kind, words.Text)
		}
	}
}

func TestLoginChangedLetterAboutThePasswordOnly(t *testing.T) {
	input := sample(event.LoginChangedMail, "en")
	input.OldLogin = ""
	words := write(t, input)
	if strings.Contains(words.Text, "Old login") {
		t.Errorf("the letter names an old login, but only the password has changed:\n%s", words.Text)
	}
	for _, want := range []string{"Login: ada\n", "The password of your account"} {
		if !strings.Contains(words.Text, want) {
			t.Errorf("%q is missing:\n%s", want, words.Text)
		}
	}
}

// A reader who learns about the new login only would try it with the old password.
func TestLoginChangedLetterAboutLoginAndPassword(t *testing.T) {
	for locale, want := range map[string]string{"en": "The login and the password of your account", "de": "Der Anmeldename und das Passwort Ihres Kontos"} {
		input := sample(event.LoginChangedMail, locale)
		loginOnly := write(t, input)
		input.PasswordChanged = true
		words := write(t, input)
		for _, text := range []string{words.HTML, strings.Join(strings.Fields(words.Text), " ")} {
			if !strings.Contains(text, want) || !strings.Contains(text, "ada.old") {
				t.Errorf("%q or the old login is missing:\n%s", want, text)
			}
		}
		if strings.Contains(loginOnly.HTML, want) {
			t.Errorf("the letter about the login only contains %q:\n%s", want, loginOnly.HTML)
		}
	}
}

func TestLocaleChoosesTheLanguage(t *testing.T) {
	for locale, subject := range map[string]string{
		"": "Reset your", "en": "Reset your", "en-AU": "Reset your", "fr": "Reset your", "zh-Hant-TW": "Reset your", "not a locale": "Reset your",
		"de": "Ihr Passwort", "de-CH": "Ihr Passwort", "DE_at": "Ihr Passwort", "gsw": "Ihr Passwort", "de-DE-u-co-phonebk": "Ihr Passwort",
	} {
		if words := write(t, sample(event.ForgottenMail, locale)); !strings.HasPrefix(words.Subject, subject) {
			t.Errorf("subject for %q: got %q, want it to start with %q", locale, words.Subject, subject)
		}
	}
}

func TestLifetimes(t *testing.T) {
	for lifetime, want := range map[time.Duration]string{
		time.Minute: "for 1 minute,", 30 * time.Minute: "for 30 minutes,", time.Hour: "for 1 hour,", 90 * time.Minute: "for 90 minutes,", 24 * time.Hour: "for 24 hours,",
	} {
		input := sample(event.ResetMail, "en")
		input.Lifetime = lifetime
		if words := write(t, input); !strings.Contains(words.HTML, want) {
			t.Errorf("the letter does not contain %q for the lifetime %v", want, lifetime)
		}
	}
}

func TestWriteRejectsUnknownKinds(t *testing.T) {
	if _, err := writer.Write(sample("advertisement", "en")); err == nil {
		t.Error("Write accepts an unknown kind")
	}
}

func TestLinesAreShort(t *testing.T) {
	testEveryLetter(t, func(t *testing.T, _ outbox.Letter, words letter.Words) {
		for line := range strings.SplitSeq(words.Text, "\n") {
			if utf8.RuneCountInString(line) > 72 && !strings.HasPrefix(line, "https://") {
				t.Errorf("this line has more than 72 characters: %s", line)
			}
		}
	})
}

// TestLanguagesHaveTheSameTexts fails if a translation lacks a text, or a placeholder in a text.
func TestLanguagesHaveTheSameTexts(t *testing.T) {
	value := regexp.MustCompile(`\{\{[a-z]+\}\}`)
	name := regexp.MustCompile(`(?m)^\[([a-z.-]+)\]$`)
	texts := map[string][]string{}
	for _, tag := range letter.Languages {
		text, err := os.ReadFile(filepath.Join("words", tag.String()+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		names := name.FindAllStringSubmatch(string(text), -1)
		for i, part := range name.Split(string(text), -1)[1:] {
			values := value.FindAllString(part, -1)
			slices.Sort(values)
			texts[tag.String()] = append(texts[tag.String()], names[i][1]+" "+strings.Join(slices.Compact(values), " "))
		}
		for _, used := range value.FindAllString(string(text), -1) {
			if !slices.Contains([]string{"{{service}}", "{{name}}", "{{lifetime}}", "{{until}}"}, used) {
				t.Errorf("%s: the placeholder %s is unknown", tag, used)
			}
		}
	}
	if len(texts["en"]) < 25 || !slices.Equal(texts["en"], texts["de"]) {
		t.Errorf("the languages differ\nEnglish: %q\nGerman: %q", texts["en"], texts["de"])
	}
}

func TestPlaceholdersInValuesStay(t *testing.T) {
	input := sample(event.ForgottenMail, "en")
	input.Name, input.Login, input.URL = "{{service}}", "{{footer}}", `https://panel.example/reset-password#"><b>{{url}}`
	words := write(t, input)
	for _, want := range []string{"Hello {{service}},", "{{footer}}", `reset-password#&#34;&gt;&lt;b&gt;{{url}}"`} {
		if !strings.Contains(words.HTML, want) {
			t.Errorf("the HTML lacks %s", want)
		}
	}
}

// The reader of a new address has not changed it, perhaps, and does not get the last message.
func TestNewEmailAddressGetsItsOwnWords(t *testing.T) {
	for locale, last := range map[string]string{"en": "the last message", "de": "die letzte Nachricht"} {
		input := sample(event.EmailChangedMail, locale)
		former := write(t, input)
		input.IsNewAddress = true
		current := write(t, input)
		for address, words := range map[string]letter.Words{"old": former, "new": current} {
			text := strings.Join(strings.Fields(words.Text), " ")
			if got, want := strings.Contains(text, last), address == "old"; got != want {
				t.Errorf("%s address: got %q in the notice: %t, want %t:\n%s", address, last, got, want, text)
			}
		}
	}
}

// The notice of a token names it, unless its name contains a link: whoever has a session chooses the name.
func TestTokenNoticeNamesTheToken(t *testing.T) {
	for name, isNamed := range map[string]bool{"billing": true, "call www.evil.example": false} {
		input := sample(event.TokenCreatedMail, "en")
		input.TokenName = name
		if words := write(t, input); strings.Contains(words.Text, name) != isNamed ||
			!strings.Contains(words.Text, "Valid until: 5 March 2027, 07:59 UTC") {
			t.Errorf("token %q: got this notice, want the name in it: %t:\n%s", name, isNamed, words.Text)
		}
	}
}
