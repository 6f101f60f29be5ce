package password

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// leastParts is the smallest number of independent parts of a password: its characters, with each keyboard run counted
// as one.
const leastParts = 8

// isRepetition reports whether a text repeats one part that would be no good password by itself, such as
// "elephantelephant", or one word with other digits or punctuation in between, such as "summer2024summer2025".
func isRepetition(text string, minimum int) bool {
	letters := []rune(text)
	for size := 1; size <= len(letters)/2; size++ {
		part := string(letters[:size])
		repeats := strings.HasPrefix(strings.Repeat(part, len(letters)/size+1), text)
		if repeats && (size < minimum || isCommon(part, minimum, nil)) {
			return true
		}
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	repeated := len(words)
	slices.Sort(words)
	words = slices.Compact(words)
	return repeated > 1 && len(words) == 1 && utf8.RuneCountInString(words[0]) < minimum
}

// keyboardRows are the rows and the columns of keyboards: QWERTY, QWERTZ and AZERTY. The alphabet is a row too.
var keyboardRows = []string{
	"`1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./",
	"^1234567890ß", "qwertzuiopü+", "asdfghjklöä#", "yxcvbnm,.-",
	"azertyuiop", "qsdfghjklm", "wxcvbn,;:!",
	"1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/",
	"!qaz", "@wsx", "#edc", "$rfv", "%tgb", "^yhn", "&ujm", "*ik<", "(ol>", ")p:?",
	"!@#$%^&*()_+", "abcdefghijklmnopqrstuvwxyz",
}

// shortestRun is the number of neighbouring keys that count as a run.
const shortestRun = 3

// keyboardRuns holds every sequence of shortestRun neighbouring keys, in both directions, also over the end of a row
// to its beginning: after 0 comes 1.
var keyboardRuns = sync.OnceValue(func() map[[shortestRun]rune]bool {
	runs := map[[shortestRun]rune]bool{}
	for _, row := range keyboardRows {
		forward := []rune(row)
		backward := slices.Clone(forward)
		slices.Reverse(backward)
		for _, keys := range [][]rune{forward, backward} {
			for i := range len(keys) - shortestRun + 1 {
				runs[[shortestRun]rune(keys[i:i+shortestRun])] = true
			}
		}
	}
	for _, digits := range []string{"901", "012", "210", "109"} {
		runs[[shortestRun]rune([]rune(digits))] = true
	}
	return runs
})

// isKeyboardWalk reports whether a text is little more than runs of neighbouring or equal keys, such as
// "qwertyuiopasdfghjkl" or "1qaz2wsx3edc4rfv".
func isKeyboardWalk(text string) bool {
	keys := []rune(text)
	parts, runs := 0, 0
	for i := 0; i < len(keys); parts++ {
		length := runLength(keys[i:])
		if length > 1 {
			runs++
		}
		i += length
	}
	return runs > 0 && parts < leastParts
}

// runLength returns the number of keys in the run at the start of the keys. It returns 1 if there is no run.
func runLength(keys []rune) int {
	length := 1
	for i := 0; i+shortestRun <= len(keys); i++ {
		next := [shortestRun]rune(keys[i : i+shortestRun])
		if !keyboardRuns()[next] && (next[0] != next[1] || next[1] != next[2]) {
			break
		}
		length = i + shortestRun
	}
	return length
}
