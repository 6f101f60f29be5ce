package dynamo

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"tenantry/shared/account"
	"tenantry/shared/search"
)

// ReadRows returns rows of a range of the search index, and whether there may be more. The read is eventually
// consistent. Round trips: 1.
func (s *Store) ReadRows(
	ctx context.Context, rows search.Range, after search.Position, limit int,
) ([]search.Row, bool, error) {
	q := query{partition: searchPartition(rows.Scope, rows.Text), limit: limit}
	if rows.Section == search.PrefixEnding {
		q.partition = endingPartition(rows.Scope, rows.Text, rows.Shard)
	}
	first := searchSort(rows.Kind, rows.Section, rows.Text)
	q.sort = between(first, first+"\U0010ffff")
	if after != (search.Position{}) {
		q.after = key{q.partition, searchRowSort(rows.Kind, rows.Section, after.Text, after.ID)}.attributes()
	}
	found, lastKey, err := s.query(ctx, q)
	if err != nil {
		return nil, false, err
	}
	result := make([]search.Row, len(found))
	for i, row := range found {
		var stored searchRowItem
		if err := attributevalue.UnmarshalMap(row, &stored); err != nil {
			return nil, false, err
		}
		result[i] = search.Row{
			Scope: rows.Scope, Kind: rows.Kind, Section: rows.Section, Account: stored.Account,
			Subscription: stored.Subscription,
		}
		result[i].Text, result[i].ID = textAndID(stored.SK)
		if stored.Account == "" {
			result[i].Account = account.ID(result[i].ID)
		}
	}
	return result, len(lastKey) > 0, nil
}

// ReadEndings returns the shared endings that a scope of the search index uses, sorted. The read is eventually
// consistent. Round trips: 1.
func (s *Store) ReadEndings(ctx context.Context, scope account.ID) ([]string, error) {
	rows, err := s.queryAll(ctx, query{
		partition: searchedPartition(scope), sort: between(endingSortPrefix, afterEndingsSort), keysOnly: true,
	})
	endings := make([]string, len(rows))
	for i, row := range rows {
		endings[i] = strings.TrimPrefix(string(keyOf(row).sort), endingSortPrefix)
	}
	return endings, err
}

// FindExact returns the account that has a login, and the website that has a domain. Round trips: 1.
func (s *Store) FindExact(
	ctx context.Context, login account.Login, domain string,
) (byLogin, byDomain search.Candidate, err error) {
	found, err := s.getItems(ctx, consistent, loginKey(login), domainKey(domain))
	if err != nil {
		return byLogin, byDomain, err
	}
	var guard loginItem
	if err := attributevalue.UnmarshalMap(found[loginKey(login)], &guard); err != nil {
		return byLogin, byDomain, err
	}
	var site domainItem
	if err := attributevalue.UnmarshalMap(found[domainKey(domain)], &site); err != nil {
		return byLogin, byDomain, err
	}
	byLogin = search.Candidate{Account: guard.Account}
	byDomain = search.Candidate{Account: site.Customer, Subscription: site.Subscription, Website: site.Website}
	return byLogin, byDomain, nil
}
