//go:build tools

// Package minio pins the object store and STS of the end-to-end tests; apart from the Kubernetes binaries, whose libraries
// are other versions.
package minio

import _ "github.com/minio/minio"
