//go:build tools

// Package helm pins the command line that installs the chart in tests; apart, as its libraries are other versions than the
// Kubernetes binaries'.
package helm

import _ "helm.sh/helm/v4/cmd/helm"
