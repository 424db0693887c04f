//go:build tools

// Package kubescore pins the program that reviews what the chart renders.
package kubescore

import _ "github.com/zegl/kube-score/cmd/kube-score"
