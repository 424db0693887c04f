package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
	"go.yaml.in/yaml/v2"
)

// ruleTests is a file in promtool's format, as far as tests of alerts need it:
// https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
type ruleTests struct {
	RuleFiles          []string       `yaml:"rule_files"`
	EvaluationInterval model.Duration `yaml:"evaluation_interval"`
	Tests              []ruleTest     `yaml:"tests"`
}

type ruleTest struct {
	Name        string         `yaml:"name"`
	Interval    model.Duration `yaml:"interval"`
	InputSeries []struct {
		Series string `yaml:"series"`
		Values string `yaml:"values"`
	} `yaml:"input_series"`
	Alerts []alertTest `yaml:"alert_rule_test"`
}

type alertTest struct {
	EvalTime  model.Duration `yaml:"eval_time"`
	AlertName string         `yaml:"alertname"`
	Expected  []struct {
		Labels      map[string]string `yaml:"exp_labels"`
		Annotations map[string]string `yaml:"exp_annotations"`
	} `yaml:"exp_alerts"`
}

func testFile(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var file ruleTests
	if err := yaml.UnmarshalStrict(text, &file); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, rule := range file.RuleFiles {
		file.RuleFiles[i] = filepath.Join(filepath.Dir(name), rule)
	}
	var failures error
	for _, test := range file.Tests {
		if err := test.run(time.Duration(file.EvaluationInterval), file.RuleFiles); err != nil {
			failures = errors.Join(failures, fmt.Errorf("%s: %s: %w", name, test.Name, err))
		}
	}
	return failures
}

// run evaluates the rules at every interval, and compares what fires when the test looks.
func (t ruleTest) run(interval time.Duration, files []string) (failures error) {
	suite, err := promqltest.NewLazyLoader(t.load(), loader)
	if err != nil {
		return err
	}
	defer func() { failures = errors.Join(failures, suite.Close()) }()
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:    rules.EngineQueryFunc(suite.QueryEngine(), suite.Storage()),
		AppendableV2: suite.Storage(),
		Context:      context.Background(),
		NotifyFunc:   func(context.Context, string, ...*rules.Alert) {},
		Logger:       promslog.NewNopLogger(),
		Parser:       promqlParser,
	})
	loaded, problems := manager.LoadGroups(interval, labels.EmptyLabels(), "", nil, false, files...)
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	slices.SortStableFunc(t.Alerts, func(a, b alertTest) int { return int(a.EvalTime - b.EvalTime) })
	now := time.Duration(0)
	for _, expected := range t.Alerts {
		for ; now <= time.Duration(expected.EvalTime); now += interval {
			at := time.Unix(0, 0).UTC().Add(now)
			suite.WithSamplesTill(at, func(err error) { failures = errors.Join(failures, err) })
			for _, group := range loaded {
				group.Eval(suite.Context(), at)
			}
		}
		failures = errors.Join(failures, expected.compare(loaded))
	}
	return failures
}

func (t ruleTest) load() string {
	lines := []string{"load " + time.Duration(t.Interval).String()}
	for _, series := range t.InputSeries {
		lines = append(lines, "  "+series.Series+" "+series.Values)
	}
	return strings.Join(lines, "\n")
}

// compare tells what fires and should not, or the reverse; labels and annotations count.
func (a alertTest) compare(groups map[string]*rules.Group) error {
	var firing, expected []string
	for _, group := range groups {
		for _, rule := range group.AlertingRules() {
			if rule.LastError() != nil {
				return fmt.Errorf("%s: %w", rule.Name(), rule.LastError())
			}
			for _, alert := range rule.ActiveAlerts() {
				if rule.Name() == a.AlertName && alert.State == rules.StateFiring {
					firing = append(firing, alert.Labels.String()+" "+alert.Annotations.String())
				}
			}
		}
	}
	for _, alert := range a.Expected {
		wanted := map[string]string{labels.AlertName: a.AlertName}
		for name, value := range alert.Labels {
			wanted[name] = value
		}
		expected = append(expected, labels.FromMap(wanted).String()+" "+labels.FromMap(alert.Annotations).String())
	}
	slices.Sort(firing)
	slices.Sort(expected)
	if !slices.Equal(firing, expected) {
		return fmt.Errorf("%s at %s:\n  expected %s\n  firing   %s", a.AlertName, a.EvalTime,
			strings.Join(expected, "\n           "), strings.Join(firing, "\n           "))
	}
	return nil
}
