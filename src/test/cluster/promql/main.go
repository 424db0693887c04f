// Promql is what the tests need of Prometheus: it tests rules, reads queries and evaluates them. It
// stands in for promtool, which takes five times as long to build, as that links every service
// discovery.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
)

var (
	promqlParser = parser.NewParser(parser.Options{})
	loader       = promqltest.LazyLoaderOpts{
		EnableAtModifier: true, EnableNegativeOffset: true, Parser: promqlParser,
	}
)

const usage = "promql test FILE... | selectors QUERIES | range QUERIES SAMPLES START LENGTH STEP; QUERIES is a file, a JSON list, and START is in seconds since 1970"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	switch {
	case len(arguments) > 1 && arguments[0] == "test":
		var failures error
		for _, file := range arguments[1:] {
			failures = errors.Join(failures, testFile(file))
		}
		return failures
	case len(arguments) == 2 && arguments[0] == "selectors":
		return printSelectors(arguments[1])
	case len(arguments) == 6 && arguments[0] == "range":
		return printRanges(arguments[1], arguments[2], arguments[3:])
	default:
		return errors.New(usage)
	}
}

func queries(file string) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var all []string
	return all, json.Unmarshal(text, &all)
}

// printSelectors writes for each query what it selects: of each metric its name, and the matchers.
func printSelectors(file string) error {
	all, err := queries(file)
	if err != nil {
		return err
	}
	read := make([][]map[string]string, len(all))
	for i, query := range all {
		expression, err := promqlParser.ParseExpr(query)
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		read[i] = []map[string]string{}
		for _, matchers := range parser.ExtractSelectors(expression) {
			selected := map[string]string{}
			for _, matcher := range matchers {
				selected[matcher.Name] = matcher.Type.String() + matcher.Value
			}
			read[i] = append(read[i], selected)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(read)
}

type ranged struct {
	Labels labels.Labels `json:"labels"`
	// Points are pairs of seconds and a value, which is text as JSON has no NaN.
	Points [][2]string `json:"points"`
}

// printRanges evaluates queries over samples in the notation of promqltest ("load 10s ...").
func printRanges(file, samplesFile string, bounds []string) error {
	start, err := strconv.ParseInt(bounds[0], 10, 64)
	if err != nil {
		return err
	}
	length, err := time.ParseDuration(bounds[1])
	if err != nil {
		return err
	}
	step, err := time.ParseDuration(bounds[2])
	if err != nil {
		return err
	}
	samples, err := os.ReadFile(samplesFile)
	if err != nil {
		return err
	}
	all, err := queries(file)
	if err != nil {
		return err
	}
	return evaluate(all, string(samples), time.Unix(start, 0).UTC(), length, step)
}

func evaluate(all []string, samples string, start time.Time, length, step time.Duration) (failed error) {
	options := loader
	options.StartTime = start
	suite, err := promqltest.NewLazyLoader(samples, options)
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, suite.Close()) }()
	end := start.Add(length)
	suite.WithSamplesTill(end, func(err error) { failed = err })
	if failed != nil {
		return failed
	}
	results := make([][]ranged, len(all))
	for i, text := range all {
		query, err := suite.QueryEngine().NewRangeQuery(
			context.Background(), suite.Queryable(), nil, text, start, end, step)
		if err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		matrix, err := query.Exec(suite.Context()).Matrix()
		if err != nil {
			return fmt.Errorf("%s: %w", text, err)
		}
		results[i] = []ranged{}
		for _, series := range matrix {
			one := ranged{Labels: series.Metric.Copy()}
			for _, point := range series.Floats {
				one.Points = append(one.Points, [2]string{fmt.Sprint(point.T / 1000), fmt.Sprint(point.F)})
			}
			results[i] = append(results[i], one)
		}
	}
	return json.NewEncoder(os.Stdout).Encode(results)
}
