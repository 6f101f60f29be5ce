package password

import (
	"crypto/rand"
	"strings"
	"testing"
)

func TestHash(t *testing.T) {
	h := Hasher{Random: rand.Reader}
	hash, err := h.Hash("correct horse battery")
	if err != nil {
		t.Fatal(err)
	}
	again, _ := h.Hash("correct horse battery")
	switch {
	case hash == again:
		t.Error("two hashes of one password are equal")
	case !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$"):
		t.Errorf("got %s, want the current cost", hash)
	case !h.Matches(hash, "correct horse battery"):
		t.Error("the right password does not match")
	case h.Matches(hash, "correct horse batterx") || h.Matches(hash, "") || h.Matches("", "") || h.Matches("x", "x"):
		t.Error("a wrong password or an invalid hash matches")
	}
	if composed, _ := h.Hash("passe-par-tout é"); !h.Matches(composed, "passe-par-tout e\u0301") {
		t.Error("the same password in another Unicode normal form does not match")
	}
}

func TestPolicy(t *testing.T) {
	for password, want := range map[string]string{
		"correct horse battery":        "",
		"é1ß ü7ö ñ3å ø9æ":              "", // code points count, not bytes
		"é1ß ü7ö ñ3å ø9":               "too-short",
		"日本語の長い合言葉を使いましょうね":            "",
		strings.Repeat("aB3$", 64):     "too-common",
		strings.Repeat("x", 257):       "too-long",
		"":                             "required",
		"aaaaaaaaaaaaaaa":              "too-common",
		"123456789012345":              "too-common",
		"abcdefghijklmno":              "too-common",
		"passwordpassword":             "too-common",
		"1234567890qwertyuiop":         "too-common",
		"Password1234567":              "too-common",
		"countess.lovelace":            "too-common", // the login
		"Countess.Lovelace12":          "too-common",
		"countess.lovelace of engines": "",

		// repeated words
		"elephantelephant":                       "too-common",
		"Elephant-elephant!":                     "too-common",
		"elephant1elephant2":                     "too-common",
		"elephantelephantele":                    "too-common",
		"elephant; elephant 2026":                "too-common",
		"gray elephantgray elephant":             "too-common",
		"слонслонслонслон":                       "too-common",
		"the cat and the dog ran":                "",
		strings.Repeat("gray elephants walk", 2): "", // the part is long enough by itself

		// keyboard rows
		"qwertyuiopasdfghjkl": "too-common",
		"asdfghjkl;'zxcvbnm":  "too-common",
		"poiuytrewqlkjhgf":    "too-common",
		"qwertzuiopasdfgh":    "too-common",
		"azertyuiopqsdfghjk":  "too-common",
		"1qaz2wsx3edc4rfv":    "too-common",
		"qazwsxedcrfvtgb":     "too-common",
		"!QAZ@WSX#EDC$RFV":    "too-common",
		"abcdefgh12345678":    "too-common",
		"Qwertyuiop[]asd!":    "too-common",
		"aaaabbbbccccdddd":    "too-common",
		"a walk on qwerty":    "",
		"expert properties":   "",
	} {
		got := ""
		if field := (Policy{Minimum: 15}).Check(password, "/password", "countess.lovelace"); field != nil {
			got = field.Code
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", password, got, want)
		}
	}
}

func TestPolicyMinimumIsAtLeastEight(t *testing.T) {
	if field := (Policy{Minimum: 1}).Check("tq7moig", "/password"); field == nil || field.Code != "too-short" {
		t.Errorf("got %v, want too-short", field)
	}
}
