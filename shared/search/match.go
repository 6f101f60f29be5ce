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
func (d *Document) first(q *Query, subject, word string) *Position {
	var first *Position
	consider := func(rows []Row) {
		for i := range rows {
			if rows[i].Scope != q.Scope || !slices.Contains(q.Kinds, rows[i].Kind) {
				continue
			}
			e := entry{rows[i].Section, rows[i].Text}
			at, found := e.locate(word)
			at.ID = rows[i].ID
			if found && (first == nil || at.Compare(*first) < 0) {
				first = &at
			}
		}
	}
	if q.Subject == Accounts {
		consider(d.Current.textRows(d.Account))
	}
	for _, site := range d.websites() {
		if q.has(subject, &site) && Matches(site.Domain, word) { // an account may have thousands of domains
			consider(d.Current.domainRows(d.Account, site))
		}
	}
	return first
}
