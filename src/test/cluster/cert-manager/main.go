// Command cert-manager runs cert-manager's controllers and its CA injector against the cluster of tests, in one process and
// without leader election. The project's own commands are not in its module, its controllers are. Of the issuers, those that
// the chart's certificates use: selfSigned and CA. Its validating webhook is left out: tests write valid objects.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/cert-manager/cert-manager/pkg/logs"
	"golang.org/x/sync/errgroup"
	"k8s.io/klog/v2"
)

func main() {
	// A set of our own: libraries have put flags of theirs, of the same names, into the process's.
	flags := flag.NewFlagSet("cert-manager", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "how to reach the API server, as an administrator")
	resources := flags.String("cluster-resource-namespace", "cert-manager", "namespace of the Secrets that ClusterIssuers name")
	klog.InitFlags(flags)
	_ = flags.Parse(os.Args[1:]) // Ends the process on an error.
	logs.InitLogs()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *kubeconfig, *resources)
	stop()
	logs.FlushLogs()
	if err != nil {
		fmt.Fprintln(os.Stderr, "cert-manager:", err)
		os.Exit(1)
	}
}

// run returns when ctx ends, or when a part of it fails.
func run(ctx context.Context, kubeconfig, resources string) error {
	if kubeconfig == "" {
		return fmt.Errorf("no kubeconfig; name one with --kubeconfig")
	}
	parts, ctx := errgroup.WithContext(ctx)
	if err := startControllers(ctx, parts, kubeconfig, resources); err != nil {
		return err
	}
	injector, err := newInjector(ctx, kubeconfig)
	if err != nil {
		return err
	}
	parts.Go(func() error { return injector.Start(ctx) })
	return parts.Wait()
}
