package search

import "slices"

// texts returns the texts by which a query finds a subject.
func (d *Document) texts(q *Query, subject string) []string {
	var texts []string
	if q.Subject == Accounts {
		texts = slices.Clone(d.Current.Texts)
	}
	for _, site := range d.websites() {
		if q.has(subject, &site) {
			texts = append(texts, site.Domain)
		}
	}
	return texts
}

// first returns the position of the first row of a subject that a word finds, or nil.
func (d *Document) first(q *Query, subject, word string) (first *Position) {
	consider := func(rows []Row) {
		if at := firstOf(rows, q.Kinds, word); at != nil && (first == nil || at.Compare(*first) < 0) {
			first = at
		}
	}
	domains, texts := d.Current.scopes(d.Account)
	for _, scope := range texts {
		if scope.scope == q.Scope && q.Subject == Accounts {
			consider(d.Current.textRowsIn(scope, d.Account))
		}
	}
	for _, scope := range domains {
		if scope.scope != q.Scope {
			continue
		}
		for _, site := range d.websites() {
			if q.has(subject, &site) && Matches(site.Domain, word) { // an account may have thousands of domains
				consider(d.Current.domainRowsIn(scope, d.Account, site))
			}
		}
	}
	return first
}

// firstOf returns the first position of the rows that a word finds, or nil.
func firstOf(rows []Row, kinds []Kind, word string) (first *Position) {
	for i := range rows {
		e := entry{rows[i].Section, rows[i].Text}
		at, found := e.locate(word)
		at.ID = rows[i].ID
		if found && slices.Contains(kinds, rows[i].Kind) && (first == nil || at.Compare(*first) < 0) {
			first = &at
		}
	}
	return first
}
