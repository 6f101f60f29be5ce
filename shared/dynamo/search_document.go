package dynamo

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"golang.org/x/sync/errgroup"

	"tenantry/shared/account"
	"tenantry/shared/search"
)

// documentItem is what the search index has of an account, with the first chunk of its websites.
type documentItem struct {
	keyed
	Current    *searchStateItem    `dynamodbav:"current,omitempty"`
	Earlier    []searchStateItem   `dynamodbav:"earlier,omitempty"`
	Settled    bool                `dynamodbav:"settled,omitempty"`
	Partial    bool                `dynamodbav:"partial,omitempty"`
	Generation int64               `dynamodbav:"generation"`
	Chunks     int                 `dynamodbav:"chunks,omitempty"` // besides the first one
	Websites   []searchWebsiteItem `dynamodbav:"websites,omitempty"`
}

type searchStateItem struct {
	Kind    account.Kind `dynamodbav:"kind"`
	Owner   account.ID   `dynamodbav:"owner"`
	Login   string       `dynamodbav:"login"`
	Texts   []string     `dynamodbav:"texts,omitempty"`
	Endings []string     `dynamodbav:"endings,omitempty"`
	Shared  []string     `dynamodbav:"shared,omitempty"`
}

type searchWebsiteItem struct {
	ID           string `dynamodbav:"id"`
	Subscription string `dynamodbav:"subscription"`
	Domain       string `dynamodbav:"domain"`
	ASCII        string `dynamodbav:"ascii,omitempty"`
	Removed      bool   `dynamodbav:"removed,omitempty"`
	Generation   int64  `dynamodbav:"generation,omitempty"`
}

// websiteChunkItem is a later chunk of the websites of a document.
type websiteChunkItem struct {
	keyed
	Websites []searchWebsiteItem `dynamodbav:"websites,omitempty"`
}

func newDocumentItem(d *search.Document) documentItem {
	stored := documentItem{
		keyed: documentKey(d.Account).fields(), Current: (*searchStateItem)(d.Current), Settled: d.Settled,
		Partial: d.Partial, Generation: d.Generation, Chunks: len(d.Chunks) - 1, Websites: newSearchWebsites(d.Chunks[0]),
	}
	for _, state := range d.Earlier {
		stored.Earlier = append(stored.Earlier, searchStateItem(state))
	}
	return stored
}

func newSearchWebsites(chunk []search.Website) []searchWebsiteItem {
	stored := make([]searchWebsiteItem, len(chunk))
	for i, site := range chunk {
		stored[i] = searchWebsiteItem(site)
	}
	return stored
}

func readSearchWebsites(stored []searchWebsiteItem) []search.Website {
	chunk := make([]search.Website, len(stored))
	for i, site := range stored {
		chunk[i] = search.Website(site)
	}
	return chunk
}

// readDocument returns the document in an item, without its later chunks, or nil if the item is nil.
func readDocument(id account.ID, found item) (*search.Document, error) {
	if found == nil {
		return nil, nil
	}
	var stored documentItem
	if err := attributevalue.UnmarshalMap(found, &stored); err != nil {
		return nil, err
	}
	d := &search.Document{
		Account: id, Current: (*search.State)(stored.Current), Settled: stored.Settled, Partial: stored.Partial,
		Generation: stored.Generation, Chunks: make([][]search.Website, 1+stored.Chunks),
	}
	d.Chunks[0] = readSearchWebsites(stored.Websites)
	for _, state := range stored.Earlier {
		d.Earlier = append(d.Earlier, search.State(state))
	}
	return d, nil
}

// readLaterChunks reads the chunks of a document after the first one.
func (s *Store) readLaterChunks(ctx context.Context, c consistency, d *search.Document) error {
	if d == nil || len(d.Chunks) == 1 {
		return nil
	}
	rows, err := s.queryAll(ctx, query{
		partition: searchedPartition(d.Account), consistency: c,
		sort: between(websiteChunkKey(d.Account, 1).sort, websiteChunkKey(d.Account, len(d.Chunks)-1).sort),
	})
	if err != nil {
		return err
	}
	numbers := map[sortKey]int{}
	for n := range d.Chunks {
		numbers[websiteChunkKey(d.Account, n).sort] = n
	}
	for _, row := range rows {
		var stored websiteChunkItem
		if err := attributevalue.UnmarshalMap(row, &stored); err != nil {
			return err
		}
		d.Chunks[numbers[stored.SK]] = readSearchWebsites(stored.Websites)
	}
	return nil
}

// ReadDocuments returns the documents of accounts by their ids. The reads are eventually consistent. Round trips: 1 for
// each hundred, and 1 more, concurrently, for documents of more than one chunk.
func (s *Store) ReadDocuments(ctx context.Context, ids []account.ID) (map[account.ID]*search.Document, error) {
	found, err := s.getItems(ctx, eventual, keysOf(ids, documentKey)...)
	if err != nil {
		return nil, err
	}
	documents := make(map[account.ID]*search.Document, len(ids))
	var chunks errgroup.Group
	chunks.SetLimit(eraseBatch)
	for _, id := range ids {
		if documents[id] != nil {
			continue
		}
		d, err := readDocument(id, found[documentKey(id)])
		if err != nil {
			return nil, err
		}
		if d != nil {
			documents[id] = d
			chunks.Go(func() error { return s.readLaterChunks(ctx, eventual, d) })
		}
	}
	return documents, chunks.Wait()
}

// WriteDocument writes a document and the later chunks with the numbers. Round trips: 1, and 1 more before it for each
// later chunk.
func (s *Store) WriteDocument(ctx context.Context, d *search.Document, chunks []int) error {
	for _, n := range chunks {
		if n == 0 {
			continue
		}
		stored := websiteChunkItem{keyed: websiteChunkKey(d.Account, n).fields(), Websites: newSearchWebsites(d.Chunks[n])}
		if err := s.putItem(ctx, stored, condition{}); err != nil {
			return callError(err, "write a chunk of websites")
		}
	}
	return callError(s.putItem(ctx, newDocumentItem(d), condition{}), "write a document")
}

// DeleteDocument deletes a document with its chunks, and the endings of the account's scope. The document itself goes
// last, so that an interrupted deletion is continued. Round trips: 2, and 1 more for other items than the document.
func (s *Store) DeleteDocument(ctx context.Context, d *search.Document) error {
	rows, err := s.queryAll(ctx, query{
		partition: searchedPartition(d.Account), sort: greaterThan(documentKey(d.Account).sort), keysOnly: true,
		consistency: consistent,
	})
	if err != nil {
		return err
	}
	keys := make([]key, len(rows))
	for i, row := range rows {
		keys[i] = keyOf(row)
	}
	if err := s.writeBatches(ctx, nil, keys); err != nil {
		return err
	}
	return callError(s.deleteItem(ctx, documentKey(d.Account), condition{}), "delete a document")
}

// endingItem records that a scope of the search index uses a shared ending.
type endingItem struct {
	keyed
}

// knownEndings are the keys of endings that this process has recorded.
type knownEndings struct {
	mu   sync.Mutex
	keys map[key]bool
}

// missing returns the keys that are not known.
func (k *knownEndings) missing(keys []key) (missing []key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, ending := range keys {
		if !k.keys[ending] {
			missing = append(missing, ending)
		}
	}
	return missing
}

func (k *knownEndings) add(keys []key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keys == nil {
		k.keys = map[key]bool{}
	}
	for _, ending := range keys {
		k.keys[ending] = true
	}
}

// AddEndings records that a scope uses shared endings. Round trips: 1, or none if this process has recorded them.
func (s *Store) AddEndings(ctx context.Context, scope account.ID, endings []string) error {
	keys := s.endings.missing(keysOf(endings, func(ending string) key { return endingKey(scope, ending) }))
	puts := make([]any, len(keys))
	for i, k := range keys {
		puts[i] = endingItem{k.fields()}
	}
	if err := s.writeBatches(ctx, puts, nil); err != nil {
		return err
	}
	s.endings.add(keys)
	return nil
}
