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

// link has a token as long as real ones.
var link = "https://panel.example/reset-password#tny_" + strings.Repeat("Y3Vz", 10) + "." + strings.Repeat("q83v", 10) + "q80&lang=en"

var kinds = []event.Mail{event.WelcomeMail, event.ResetMail, event.ForgottenMail, event.PasswordChangedMail, event.LoginChangedMail, event.EmailChangedMail}

var withLink = map[event.Mail]bool{event.WelcomeMail: true, event.ResetMail: true, event.ForgottenMail: true}

func sample(kind event.Mail, locale string) outbox.Letter {
	happened := time.Date(2026, time.March, 5, 8, 59, 0, 0, time.FixedZone("CET", 3600))
	made := outbox.Letter{Kind: kind, Locale: locale, Name: "O'Neil <b>x", Login: "ada", At: happened}
	if withLink[kind] {
		made.URL, made.Lifetime, made.ExpiresAt = link, 30*time.Minute, happened.Add(31*time.Minute)
	}
	if kind == event.LoginChangedMail {
		made.OldLogin = "ada.old"
	}
	return made
}

func write(t *testing.T, of outbox.Letter) letter.Words {
	t.Helper()
	words, err := writer.Write(of)
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// everyLetter runs a test for each kind in each language. LETTERS names a folder to keep the letters in, for looking at.
func everyLetter(t *testing.T, test func(t *testing.T, of outbox.Letter, words letter.Words)) {
	t.Helper()
	for _, kind := range kinds {
		for _, locale := range []string{"en-IE", "de-AT"} {
			t.Run(string(kind)+" "+locale, func(t *testing.T) {
				of := sample(kind, locale)
				words := write(t, of)
				if folder := os.Getenv("LETTERS"); folder != "" {
					name := filepath.Join(folder, string(kind)+"."+locale)
					for suffix, text := range map[string]string{".html": words.HTML, ".txt": "Subject: " + words.Subject + "\n\n" + words.Text} {
						if err := os.WriteFile(name+suffix, []byte(text), 0o600); err != nil {
							t.Fatal(err)
						}
					}
				}
				test(t, of, words)
			})
		}
	}
}

func TestALetterIsWhole(t *testing.T) {
	everyLetter(t, func(t *testing.T, of outbox.Letter, words letter.Words) {
		for name, text := range map[string]string{"subject": words.Subject, "text": words.Text, "HTML": words.HTML} {
			if !utf8.ValidString(text) || strings.TrimSpace(text) == "" {
				t.Errorf("the %s is empty or damaged: %q", name, text)
			}
			for _, bad := range []string{"{{", "<no value>", "%!", "ZgotmplZ"} {
				if strings.Contains(text, bad) {
					t.Errorf("the %s has %q in it:\n%s", name, bad, text)
				}
			}
		}
		for _, text := range []string{words.Text, words.HTML} {
			for _, said := range []string{"Tenantry", "ada"} {
				if !strings.Contains(text, said) {
					t.Errorf("%q is missing:\n%s", said, text)
				}
			}
		}
	})
}

func TestALetterSaysWhenAndHowLong(t *testing.T) {
	moments := map[string]string{"en-IE": "5 March 2026, 07:59 UTC", "de-AT": "5. März 2026, 07:59 Uhr (UTC)"}
	ends := map[string]string{"en-IE": "for 30 minutes, until 5 March 2026, 08:30 UTC", "de-AT": "30 Minuten lang, bis 5. März 2026, 08:30 Uhr (UTC)"}
	everyLetter(t, func(t *testing.T, of outbox.Letter, words letter.Words) {
		want := moments[of.Locale]
		if withLink[of.Kind] {
			want = ends[of.Locale]
		}
		for _, text := range []string{strings.Join(strings.Fields(words.Text), " "), words.HTML} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing:\n%s", want, text)
			}
		}
	})
}

func TestALinkStandsAlone(t *testing.T) {
	everyLetter(t, func(t *testing.T, of outbox.Letter, words letter.Words) {
		found := regexp.MustCompile(`(?m)^.*https?://.*$`).FindAllString(words.Text, -1)
		want := []string{link}
		if of.Kind == event.EmailChangedMail {
			want = nil // the address that it goes to opens nothing any more
		} else if !withLink[of.Kind] {
			want = []string{"https://panel.example/reset-password#lang=" + of.Locale[:2]}
		}
		if !slices.Equal(found, want) {
			t.Errorf("the lines with links are %q, want %q", found, want)
		}
	})
}

func TestAnHTMLLetterLeadsNowhereElse(t *testing.T) {
	everyLetter(t, func(t *testing.T, _ outbox.Letter, words letter.Words) {
		for _, bad := range []string{"<img", "<script", "url(", "@import", "src=", "<link", "<form", "javascript:"} {
			if strings.Contains(words.HTML, bad) {
				t.Errorf("it has %q", bad)
			}
		}
		for _, found := range regexp.MustCompile(`https?://[^"<\s]+`).FindAllString(words.HTML, -1) {
			if !strings.HasPrefix(found, "https://panel.example/reset-password#") {
				t.Errorf("it leads to %s", found)
			}
		}
		if len(words.HTML) > 20_000 {
			t.Errorf("it has %d bytes; mail programs cut long ones off", len(words.HTML))
		}
	})
}

func TestNamesAreTexts(t *testing.T) {
	everyLetter(t, func(t *testing.T, _ outbox.Letter, words letter.Words) {
		if !strings.Contains(words.HTML, "O&#39;Neil &lt;b&gt;x") || strings.Contains(words.HTML, "<b>") {
			t.Errorf("the name is not escaped:\n%s", words.HTML)
		}
		if !strings.Contains(words.Text, "O'Neil <b>x") {
			t.Errorf("the name is not as typed:\n%s", words.Text)
		}
	})
}

func TestANameIsNoAdvertisement(t *testing.T) {
	for name, greeting := range map[string]string{
		"Ada Lovelace":                  "Hello Ada Lovelace,",
		"J.R. Smith-Jones 3rd":          "Hello J.R. Smith-Jones 3rd,",
		"Łucja Żółć":                    "Hello Łucja Żółć,",
		"win at https://evil.example/x": "Hello,",
		"go to WWW.evil":                "Hello,",
		"go to evil.example":            "Hello,",
		"ask me@evil":                   "Hello,",
		"Ada\r\nBcc: all":               "Hello Ada Bcc: all,",
	} {
		of := sample(event.ForgottenMail, "en")
		of.Name = name
		words := write(t, of)
		if first, _, _ := strings.Cut(words.Text, "\n"); first != greeting {
			t.Errorf("%q is greeted with %q, want %q", name, first, greeting)
		}
	}
}

func TestASubjectIsOneLine(t *testing.T) {
	hostile := letter.Writer{Service: "Ten\r\nBcc: all@example.com\u2028antry\x00", PublicURL: "https://panel.example"}
	for _, kind := range kinds {
		of := sample(kind, "en")
		of.Login, of.OldLogin, of.Name = "a\r\nX: y", "b\nX: y", "c\nX: y"
		words, err := hostile.Write(of)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(words.Subject, "\r\n\x00\u2028") {
			t.Errorf("%s: the subject is %q", kind, words.Subject)
		}
		if strings.Contains(words.Text, "\nX: y") || strings.Contains(words.Text, "\r") {
			t.Errorf("%s: a value begins a line:\n%s", kind, words.Text)
		}
	}
}

func TestALoginThatStayedIsNotCalledChanged(t *testing.T) {
	of := sample(event.LoginChangedMail, "en")
	of.OldLogin = ""
	words := write(t, of)
	if strings.Contains(words.Text, "Old login") || !strings.Contains(words.Text, "Login: ada\n") || !strings.Contains(words.Text, "The password of your account") {
		t.Errorf("it says:\n%s", words.Text)
	}
}

// Who reads of the login only would try the old password with it.
func TestALoginThatChangedWithThePassword(t *testing.T) {
	for locale, says := range map[string]string{"en": "The login and the password of your account", "de": "Der Anmeldename und das Passwort Ihres Kontos"} {
		of := sample(event.LoginChangedMail, locale)
		alone := write(t, of)
		of.PasswordChanged = true
		words := write(t, of)
		for _, text := range []string{words.HTML, strings.Join(strings.Fields(words.Text), " ")} {
			if !strings.Contains(text, says) || !strings.Contains(text, "ada.old") {
				t.Errorf("it says:\n%s", text)
			}
		}
		if strings.Contains(alone.HTML, says) {
			t.Errorf("of the login alone it says:\n%s", alone.HTML)
		}
	}
}

func TestLanguages(t *testing.T) {
	for locale, subject := range map[string]string{
		"": "Reset your", "en": "Reset your", "en-AU": "Reset your", "fr": "Reset your", "zh-Hant-TW": "Reset your", "not a locale": "Reset your",
		"de": "Ihr Passwort", "de-CH": "Ihr Passwort", "DE_at": "Ihr Passwort", "gsw": "Ihr Passwort", "de-DE-u-co-phonebk": "Ihr Passwort",
	} {
		if words := write(t, sample(event.ForgottenMail, locale)); !strings.HasPrefix(words.Subject, subject) {
			t.Errorf("%q gets %q", locale, words.Subject)
		}
	}
}

func TestLifetimes(t *testing.T) {
	for lifetime, said := range map[time.Duration]string{
		time.Minute: "for 1 minute,", 30 * time.Minute: "for 30 minutes,", time.Hour: "for 1 hour,", 90 * time.Minute: "for 90 minutes,", 24 * time.Hour: "for 24 hours,",
	} {
		of := sample(event.ResetMail, "en")
		of.Lifetime = lifetime
		if words := write(t, of); !strings.Contains(words.HTML, said) {
			t.Errorf("%v is not said as %q", lifetime, said)
		}
	}
}

func TestAnUnknownKindIsRefused(t *testing.T) {
	if _, err := writer.Write(sample("advertisement", "en")); err == nil {
		t.Error("it was written")
	}
}

func TestLinesAreShort(t *testing.T) {
	everyLetter(t, func(t *testing.T, _ outbox.Letter, words letter.Words) {
		for line := range strings.SplitSeq(words.Text, "\n") {
			if utf8.RuneCountInString(line) > 72 && !strings.HasPrefix(line, "https://") {
				t.Errorf("a line is long: %s", line)
			}
		}
	})
}

// A translator who forgets a text, or a value in one, is told here.
func TestAllLanguagesSayTheSame(t *testing.T) {
	value := regexp.MustCompile(`\{\{[a-z]+\}\}`)
	name := regexp.MustCompile(`(?m)^\[([a-z.-]+)\]$`)
	said := map[string][]string{}
	for _, tag := range letter.Languages {
		text, err := os.ReadFile(filepath.Join("words", tag.String()+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		names := name.FindAllStringSubmatch(string(text), -1)
		for i, part := range name.Split(string(text), -1)[1:] {
			values := value.FindAllString(part, -1)
			slices.Sort(values)
			said[tag.String()] = append(said[tag.String()], names[i][1]+" "+strings.Join(slices.Compact(values), " "))
		}
		for _, used := range value.FindAllString(string(text), -1) {
			if !slices.Contains([]string{"{{service}}", "{{name}}", "{{lifetime}}", "{{until}}"}, used) {
				t.Errorf("%s: nobody fills %s", tag, used)
			}
		}
	}
	if len(said["en"]) < 25 || !slices.Equal(said["en"], said["de"]) {
		t.Errorf("English says %q\nGerman says %q", said["en"], said["de"])
	}
}

// What stands in a value is never taken for a place to fill.
func TestValuesAreNotFilled(t *testing.T) {
	of := sample(event.ForgottenMail, "en")
	of.Name, of.Login, of.URL = "{{service}}", "{{footer}}", `https://panel.example/reset-password#"><b>{{url}}`
	words := write(t, of)
	for _, wanted := range []string{"Hello {{service}},", "{{footer}}", `reset-password#&#34;&gt;&lt;b&gt;{{url}}"`} {
		if !strings.Contains(words.HTML, wanted) {
			t.Errorf("the HTML lacks %s", wanted)
		}
	}
}
