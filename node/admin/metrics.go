package admin

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const prefix = "tenantry_node_"

// NewMetrics returns the handler of the collector of metrics.
func NewMetrics(source *Source) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(newCollector(source), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}

// collector makes all metrics from one status.
type collector struct {
	source *Source

	healthy, denied, lastRead, domains, queued, outdated *prometheus.Desc
	asked, unchanged, failed, entries, voided, saveError *prometheus.Desc
}

func newCollector(source *Source) *collector {
	describe := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(prefix+name, help, labels, nil)
	}
	return &collector{
		source:    source,
		healthy:   describe("healthy", "1 if the node follows the service, otherwise 0."),
		denied:    describe("token_rejected", "1 if the service rejects the API token, otherwise 0."),
		lastRead:  describe("feed_last_read_timestamp_seconds", "When the feed was read last, by the node's clock."),
		domains:   describe("domains", "Domains by their last known state.", "state"),
		queued:    describe("questions_queued", "Questions to the service that wait for their turn."),
		outdated:  describe("domains_outdated", "Domains that are to be asked again after an entry of the feed."),
		asked:     describe("questions_total", "Questions to the service about a domain."),
		unchanged: describe("questions_unchanged_total", "Questions whose answer had not changed (304)."),
		failed:    describe("questions_failed_total", "Questions that the service did not answer."),
		entries:   describe("feed_entries_total", "Entries of the feed."),
		voided:    describe("answers_voided_total", "Known answers that an entry of the feed voided."),
		saveError: describe("state_write_errors_total", "States that could not be stored."),
	}
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(descriptions chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		c.healthy, c.denied, c.lastRead, c.domains, c.queued, c.outdated,
		c.asked, c.unchanged, c.failed, c.entries, c.voided, c.saveError,
	} {
		descriptions <- d
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(metrics chan<- prometheus.Metric) {
	s := c.source.Status()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		metrics <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	count := func(d *prometheus.Desc, value uint64) {
		metrics <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(value))
	}
	gauge(c.healthy, truth(s.Healthy))
	gauge(c.denied, truth(s.IsDenied))
	if s.LastRead != nil {
		gauge(c.lastRead, float64(s.LastRead.UnixMilli())/1000)
	}
	gauge(c.domains, float64(s.Domains-s.Closed-s.Removed), "open")
	gauge(c.domains, float64(s.Closed), "closed")
	gauge(c.domains, float64(s.Removed), "removed")
	gauge(c.queued, float64(s.Queued))
	gauge(c.outdated, float64(s.Outdated))
	count(c.asked, s.Counters.Asked)
	count(c.unchanged, s.Counters.Unchanged)
	count(c.failed, s.Counters.Failed)
	count(c.entries, s.Counters.Entries)
	count(c.voided, s.Counters.Voided)
	count(c.saveError, s.Counters.SaveErrors)
}

func truth(isTrue bool) float64 {
	if isTrue {
		return 1
	}
	return 0
}
