package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"tenantry/tests/bench/report"
)

// sample has the durations of an action in ms.
type sample []float64

// figure returns the row of an action: for each number of customers the median, the 99th percentile, and the ratio of the
// median to that of health. The goal must be met with each number of customers.
func (a action) figure(samples, health, hashes []sample) report.Figure {
	f := report.Figure{Name: a.name, Before: a.before}
	var medians []float64
	isMet := true
	for i, s := range samples {
		middle := quantile(s, 0.5)
		ratio := middle / quantile(health[i], 0.5)
		f.Values = append(f.Values, fmt.Sprintf("%s; %s (%.2f ×)", ms(middle), ms(quantile(s, 0.99)), ratio))
		medians = append(medians, middle)
		limit := a.goal.ms
		if a.goal.besideHash {
			limit += quantile(hashes[i], 0.5)
		}
		isMet = isMet && middle <= limit
	}
	if a.goal.ms > 0 {
		f.Goal = report.Verdict(a.goal.String(), isMet)
	}
	f.Result = fmt.Sprintf("%.2f ×", slices.Max(medians)/slices.Min(medians))
	return f
}

// String returns the goal in the form "≤ 4 ms".
func (g goal) String() string {
	if g.besideHash {
		return fmt.Sprintf("≤ the hash and %g ms", g.ms)
	}
	return fmt.Sprintf("≤ %g ms", g.ms)
}

// quantile returns the smallest value that is not below the part of the values.
func quantile(values []float64, part float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	index := int(float64(len(sorted))*part+0.999999) - 1
	return sorted[min(max(index, 0), len(sorted)-1)]
}

func ms(value float64) string {
	if value >= 100 {
		return fmt.Sprintf("%.0f", value)
	}
	return fmt.Sprintf("%.1f", value)
}

// duration runs a function and returns how long it took, in ms.
func duration(ctx context.Context, s *stack, run func(context.Context, *stack) error) (float64, error) {
	began := time.Now()
	err := run(ctx, s)
	return time.Since(began).Seconds() * 1000, err
}

// sample measures an action. The first three rounds start functions and are not counted.
func (s *stack) sample(ctx context.Context, a action) (result sample, err error) {
	const uncounted = 3
	if a.begin != nil {
		if err := a.begin(ctx, s); err != nil {
			return nil, err
		}
	}
	for round := range a.rounds + uncounted {
		if a.prepare != nil {
			if err := a.prepare(ctx, s); err != nil {
				return nil, err
			}
		}
		took, err := duration(ctx, s, a.run)
		if err != nil {
			return nil, err
		}
		if round >= uncounted {
			result = append(result, took)
		}
	}
	return result, nil
}

// crowd is the number of clients that read at the same time.
const crowd = 8

// crowd returns how many customers eight clients get in a second. The first second starts functions and is not counted.
func (s *stack) crowd(ctx context.Context) (float64, error) {
	const warming, counted = time.Second, 5 * time.Second
	began := time.Now()
	counts := make([]int, crowd)
	var clients errgroup.Group
	for n := range crowd {
		clients.Go(func() error {
			for time.Since(began) < warming+counted {
				id := s.templates[(n*crowd+counts[n])%len(s.templates)]
				if _, err := s.call(ctx, s.reseller, http.MethodGet, "/v1/customers/"+id, nil); err != nil {
					return err
				}
				if time.Since(began) > warming {
					counts[n]++
				}
			}
			return nil
		})
	}
	err := clients.Wait()
	sum := 0
	for _, count := range counts {
		sum += count
	}
	return float64(sum) / counted.Seconds(), err
}

func crowdFigure(each []float64) report.Figure {
	const least = 700
	f := report.Figure{
		Name: fmt.Sprintf("gets a second of %d clients", crowd), Before: "165",
		Goal:   report.Verdict(fmt.Sprintf("≥ %d", least), slices.Min(each) >= least),
		Result: fmt.Sprintf("%.2f ×", slices.Max(each)/slices.Min(each)),
	}
	for _, value := range each {
		f.Values = append(f.Values, fmt.Sprintf("%.0f", value))
	}
	return f
}

// manyLists reads the list of all customers many times, and returns the row of the slowest.
func (s *stack) manyLists(ctx context.Context, count int) (report.Figure, error) {
	const maxRatio = 3
	durations := make([]float64, count)
	for n := range durations {
		var err error
		durations[n], err = duration(ctx, s, func(ctx context.Context, s *stack) error { return s.list(ctx, s.admin, "") })
		if err != nil {
			return report.Figure{}, err
		}
	}
	middle, high, slowest := quantile(durations, 0.5), quantile(durations, 0.99), slices.Max(durations)
	return report.Figure{
		Name:   fmt.Sprintf("%d lists of all, one after the other, with the most customers", count),
		Before: "one in several hundred took 425",
		Result: fmt.Sprintf(
			"median %s, 99th percentile %s, slowest %s ms: %.2f ×",
			ms(middle),
			ms(high),
			ms(slowest),
			high/middle,
		),
		Goal: report.Verdict(fmt.Sprintf("99th percentile ≤ %d × the median", maxRatio), high <= maxRatio*middle),
	}, nil
}
