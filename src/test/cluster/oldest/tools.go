//go:build tools

// Package oldest pins the oldest Kubernetes that the chart supports, kubeVersion in its Chart.yaml: the newest patch of that minor
// version. The tests run its control plane beside the newest one's. etcd is the newest one's.
package oldest

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
)
