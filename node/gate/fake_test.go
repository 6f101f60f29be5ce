package gate_test

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"tenantry/node/gate"
)

// fakeService is the service's gate and feed, in memory.
type fakeService struct {
	mu       sync.Mutex
	answers  map[string]gate.Answer
	versions map[string]int
	entries  []gate.Entry
	oldest   int // entries before this one have expired
	failure  error
	latency  time.Duration
	counts   counts
}

// counts are the questions that the service got.
type counts struct{ questions, unchanged, atOnce, mostAtOnce int }

func (f *fakeService) counted() counts {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.counts
}

func (f *fakeService) setLatency(latency time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.latency = latency
}

func newFakeService() *fakeService {
	return &fakeService{answers: map[string]gate.Answer{}, versions: map[string]int{}, latency: 10 * time.Millisecond}
}

// put changes an answer without an entry in the feed.
func (f *fakeService) put(domain string, answer gate.Answer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[domain] = answer
	f.versions[domain]++
}

// remove removes a website without an entry in the feed.
func (f *fakeService) remove(domain string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.answers, domain)
	f.versions[domain]++
}

func (f *fakeService) announce(id, kind string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.entries = append(f.entries, gate.Entry{ID: id, Kind: kind})
}

func (f *fakeService) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failure = err
}

// forget lets all cursors expire.
func (f *fakeService) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.oldest = len(f.entries) + 1
	f.entries = append(f.entries, gate.Entry{ID: "web_gone", Kind: "website"})
}

func (f *fakeService) Ask(ctx context.Context, domain, etag string) (gate.Reply, error) {
	f.mu.Lock()
	f.counts.questions++
	f.counts.atOnce++
	f.counts.mostAtOnce = max(f.counts.mostAtOnce, f.counts.atOnce)
	answer, found := f.answers[domain]
	version := strconv.Itoa(f.versions[domain])
	failure, latency := f.failure, f.latency
	f.mu.Unlock()
	time.Sleep(latency) // the answer is that of the beginning
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counts.atOnce--
	switch {
	case failure != nil:
		return gate.Reply{}, failure
	case ctx.Err() != nil:
		return gate.Reply{}, &gate.Unavailable{Reason: ctx.Err().Error()}
	case !found:
		return gate.Reply{Missing: true}, nil
	case etag == version:
		f.counts.unchanged++
		return gate.Reply{NotModified: true}, nil
	default:
		return gate.Reply{Answer: answer, ETag: version}, nil
	}
}

func (f *fakeService) Start(context.Context) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failure != nil {
		return "", f.failure
	}
	return strconv.Itoa(len(f.entries)), nil
}

const feedPage = 100

func (f *fakeService) Changes(_ context.Context, cursor string) (gate.Page, error) {
	time.Sleep(time.Millisecond)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failure != nil {
		return gate.Page{}, f.failure
	}
	from, err := strconv.Atoi(cursor)
	if err != nil || from < f.oldest {
		return gate.Page{}, gate.ErrCursorExpired
	}
	if from == len(f.entries) {
		return gate.Page{}, nil
	}
	to := min(from+feedPage, len(f.entries))
	return gate.Page{Entries: f.entries[from:to], Cursor: strconv.Itoa(to)}, nil
}

// fakeKeeper stores states in memory.
type fakeKeeper struct {
	mu      sync.Mutex
	known   map[string]*gate.Known
	cursor  string
	failure error // of Save
}

func (k *fakeKeeper) Save(domain string, known *gate.Known) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.failure == nil {
		k.known[domain] = known
	}
	return k.failure
}

func (k *fakeKeeper) SaveCursor(cursor string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cursor = cursor
	return nil
}

func (k *fakeKeeper) load() (map[string]*gate.Known, string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return maps.Clone(k.known), k.cursor
}

// node is a running cache with its follower.
type node struct {
	*gate.Cache

	t        *testing.T
	follower *gate.Follower
	stop     func()
	changes  []string
	mu       sync.Mutex
}

// start starts a node on what the keeper has stored. The test ends it.
func start(t *testing.T, service *fakeService, keeper *fakeKeeper, change ...func(*gate.Options)) *node {
	t.Helper()
	if keeper.known == nil {
		keeper.known = map[string]*gate.Known{}
	}
	n := &node{t: t}
	known, cursor := keeper.load()
	options := gate.Options{
		Wait: 1500 * time.Millisecond, AbsentLife: 30 * time.Second, RefreshAfter: 24 * time.Hour,
		RequestsPerSecond: 50, Concurrency: 16,
	}
	for _, c := range change {
		c(&options)
	}
	clock := &gate.ServiceClock{}
	clock.Set(time.Now(), time.Now())
	n.Cache = gate.NewCache(&gate.Cache{
		Options: options, Asker: service, Keeper: keeper, Clock: clock, Random: rand.Float64,
		Log: slog.New(slog.DiscardHandler), OnChange: n.noteChange,
	}, known)
	n.follower = &gate.Follower{
		Feed: service, Cache: n.Cache, Interval: 2 * time.Second, Random: rand.Float64, Log: slog.New(slog.DiscardHandler),
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { n.Run(ctx) })
	running.Go(func() { n.follower.Run(ctx, cursor) })
	n.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
	})
	t.Cleanup(n.stop)
	return n
}

func (n *node) noteChange(domain string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.changes = append(n.changes, domain)
}

// want fails the test if the domain does not have the state.
func (n *node) want(domain string, state gate.State) {
	n.t.Helper()
	decider := &gate.Decider{Cache: n.Cache}
	if verdict := decider.Decide(context.Background(), domain); verdict.State != state {
		n.t.Errorf("%s: got %s, want %s", domain, verdict.State, state)
	}
}

func answer(open bool, website, subscription, customer string) gate.Answer {
	return gate.Answer{Open: open, IDs: gate.IDs{Website: website, Subscription: subscription, Customer: customer}}
}

func (n *node) changed() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.changes)
}
