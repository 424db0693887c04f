//go:build tools

// Package helm3 pins the Helm 3 of which many installations still are: the chart works with both.
package helm3

import _ "helm.sh/helm/v3/cmd/helm"
