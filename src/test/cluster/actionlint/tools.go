//go:build tools

// Package actionlint pins the program that checks .github/workflows.
package actionlint

import _ "github.com/rhysd/actionlint/cmd/actionlint"
