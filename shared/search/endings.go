package search

import (
	"slices"
	"strings"
)

// commonEndings are endings of domains and e-mail addresses that very many customers share. An entry may be added at any
// time: it applies to what is indexed from then on. Removing an entry is possible too, because the endings that a scope
// uses are stored with it.
var commonEndings = []string{
	"com", "net", "org", "info", "biz", "edu", "eu", "de", "at", "ch", "fr", "it", "es", "pl", "nl", "be", "gr", "cz",
	"uk", "co.uk", "com.tr", "com.au", "com.br", "co.jp", "jp", "cn", "ru", "in", "us", "ca", "io",
	"gmail.com", "googlemail.com", "outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "live.com", "msn.com",
	"yahoo.com", "yahoo.de", "yahoo.co.uk", "yahoo.co.jp", "icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net",
	"gmx.at", "gmx.ch", "web.de", "t-online.de", "freenet.de", "mail.ru", "yandex.ru", "qq.com", "163.com", "126.com",
	"proton.me", "protonmail.com", "orange.fr", "wanadoo.fr", "free.fr", "libero.it", "wp.pl", "o2.pl", "onet.pl",
	"interia.pl",
}

// endingOf returns the longest shared ending of a word, or "". It is the whole word, or comes after a dot or an at sign.
func endingOf(word string, own []string) string {
	ending := ""
	for at := range len(word) {
		if at > 0 && word[at-1] != '.' && word[at-1] != '@' {
			continue
		}
		if rest := word[at:]; isCommon(rest) || slices.Contains(own, rest) {
			ending = rest
			break // the first one is the longest
		}
	}
	return ending
}

func isCommon(ending string) bool { return slices.Contains(commonEndings, ending) }

// endingPlace returns whether a text that ends with an ending may contain a word in or directly before the ending, and
// in which section it is found.
func endingPlace(ending, word string) (Section, bool) {
	switch section, found := Place(ending, word); {
	case found && section == Prefix:
		return PrefixEnding, true
	case found:
		return InsideEnding, true
	}
	if len([]rune(word)) < minSubstring || word[0] != '.' && word[0] != '@' {
		return 0, false
	}
	return InsideEnding, strings.HasPrefix(ending, word[1:])
}

// HostOf returns the folded domain of an e-mail address, or "".
func HostOf(email string) string {
	_, host, _ := strings.Cut(Fold(email), "@")
	return host
}
