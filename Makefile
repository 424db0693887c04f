# Tasks of the project; `make help` lists them. Every task finds its JDK 25 and its Go by itself, or fetches them: .mvn/tool.
# OFFLINE=1 keeps Maven off the network; its bill of materials needs it, so an image has none then.
MVN_FLAGS := -B -ntp -q $(if $(OFFLINE),-o)
MVN := ./.mvn/run $(MVN_FLAGS)
# The bounded run of `make test` starts from the same seed everywhere; `make fuzz` explores.
FUZZ_SEED := 20261122
# A program of the tests, run by hand.
JAVA = "$$(./.mvn/run --print-java-home)/bin/java" --enable-native-access=ALL-UNNAMED \
  --sun-misc-unsafe-memory-access=allow -cp "target/test-classes:target/classes:$$(cat target/test.classpath)"
.DEFAULT_GOAL := help

.PHONY: help
help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: dist target/test.classpath ## Start the real server, inject a pod over HTTPS, show it before and after
	@$(JAVA) io.webidentity.demo.Demo target/dist src/test/resources/demo

.PHONY: test
test: dist ## Run every test: unit, property, fuzz (bounded), and against a real API server
	@src/test/cluster/with-docker --answers || $(MAKE) --no-print-directory test-cluster
	@echo "==> test: unit, property, differential, server and API-server tests (several minutes)"
	@./.mvn/run -B -ntp surefire:test@default-test
	@echo "==> test: fuzzing, 10 s for each fuzz test"
	@./.mvn/run -B -ntp surefire:test@fuzz -Djazzer.internal.arg.0=jazzer -Djazzer.internal.arg.1=-seed=$(FUZZ_SEED)

.PHONY: test-containers
test-containers: test-cluster ## Run the API-server tests with K3s in a container, in your Docker engine or one of its own
	@echo "==> test-containers: API-server tests, API server in a container (several minutes)"
	@$(MVN) test-compile
	@src/test/cluster/with-docker ./.mvn/run -B -ntp surefire:test@containers

.PHONY: test-oldest
test-oldest: ## Run the API-server tests with the oldest Kubernetes that the chart takes
	@src/test/cluster/build oldest > /dev/null
	@$(MVN) test-compile
	@echo "==> test-oldest: API-server tests, API server of the oldest version supported (several minutes)"
	@./.mvn/run -B -ntp surefire:test@oldest

.PHONY: test-cluster
test-cluster: ## Build the API server the tests run against (minutes the first time, then cached)
	@src/test/cluster/build > /dev/null

.PHONY: e2e-prerequisites
e2e-prerequisites: ## Install the Debian packages that a node and an engine for tests need; as root
	@src/test/cluster/install-prerequisites

.PHONY: e2e
e2e: ## Run the end-to-end tests: image, node, STS, object store and SDKs, all real; as root, 15 minutes
	@src/test/cluster/install-prerequisites check
	@src/test/cluster/build node > /dev/null
	@$(MAKE) --no-print-directory image
	@echo "==> e2e: webhook, STS, object store and applications on a node of their own (15 minutes: one lives through a token)"
	@./.mvn/run -B -ntp surefire:test@e2e

.PHONY: screens
screens: image ## Write what explain, audit and doctor show into docs, from a real cluster; as root
	@src/test/cluster/install-prerequisites check
	@src/test/cluster/build chart > /dev/null
	@$(MVN) test-compile
	@./.mvn/run -B -ntp surefire:test@chart -Dtest=UninjectedPodsTest -Dscreens.update=true

.PHONY: dashboard-picture
dashboard-picture: dist test-cluster target/test.classpath ## Draw docs/dashboard.png from a real run (SECONDS=285); needs matplotlib
	@python3 -c 'import matplotlib' 2> /dev/null || { echo "dashboard-picture: install matplotlib: pip install matplotlib" >&2; exit 2; }
	@echo "==> dashboard-picture: two webhooks, one API server, $(or $(SECONDS),285) seconds"
	@PATH="$$(src/test/cluster/build):$$PATH" src/test/dashboard/run target/dist target/dashboard $(or $(SECONDS),285) -- \
	  $(JAVA) io.webidentity.testing.cluster.ClusterByHand target/dashboard/kubeconfig
	@src/test/dashboard/draw "$$(src/test/cluster/build promql)/promql" target/dashboard docs/dashboard.png

.PHONY: test-chart
test-chart: ## Run the tests of the chart: Helm 3 and 4, cert-manager, disruption, on a node of their own; as root
	@src/test/cluster/install-prerequisites check
	@src/test/cluster/build chart > /dev/null
	@if [ -z "$$(find target/image/web-identity-webhook.tar -newer pom.xml 2>/dev/null)" ] || \
	  [ -n "$$(find src/main -newer target/image/web-identity-webhook.tar)" ]; then $(MAKE) --no-print-directory image; fi
	@$(MVN) test-compile
	@echo "==> test-chart: charts/ and manifests/, installed, disrupted and removed on a node of their own"
	@./.mvn/run -B -ntp surefire:test@chart

.PHONY: cluster
cluster: test-cluster target/test.classpath ## Run that API server until Ctrl-C, to try things by hand with kubectl
	@$(JAVA) io.webidentity.testing.cluster.ClusterByHand target/cluster/kubeconfig

.PHONY: test-node
test-node: ## Build what a node for tests needs beside those packages (10 minutes the first time, then cached)
	@src/test/cluster/install-prerequisites check
	@src/test/cluster/build node > /dev/null

.PHONY: cluster-up
cluster-up: test-node target/test.classpath ## Start a whole cluster of one node, on which pods run; as root
	@src/test/cluster/by-hand up target/cluster $(JAVA) io.webidentity.testing.node.NodeByHand target/cluster

.PHONY: cluster-load
cluster-load: ## Make an image known to that node: make cluster-load IMAGE=target/image/web-identity-webhook.tar
	@src/test/cluster/by-hand load target/cluster $(IMAGE)

.PHONY: cluster-down
cluster-down: ## End that cluster, and take away what killed ones left
	@src/test/cluster/by-hand down target/cluster

# It stands for the compiled test classes as well; run --once knows whether they are of these sources.
.PHONY: target/test.classpath
target/test.classpath:
	@./.mvn/run --once $@ "test classes: compiling what runs beside the server" $(MVN_FLAGS) \
	  test-compile dependency:build-classpath -Dmdep.outputFile=$@

.PHONY: check
check: ## Check formatting, compile with every warning an error, check the architecture
	@echo "==> check: workflows, formatting, compiler warnings, Error Prone, NullAway, package arrows"
	@"$$(src/test/cluster/build actionlint)/actionlint" -shellcheck= -pyflakes=
	@$(MVN) spotless:check test-compile
	@./.mvn/run -B -ntp surefire:test@architecture

.PHONY: format
format: ## Format the sources
	@$(MVN) spotless:apply

.PHONY: fuzz
fuzz: ## Fuzz one test for long: make fuzz TEST=ReviewReaderFuzzTest SECONDS=3600
	@$(MVN) test-compile
	@./.mvn/run -B -ntp surefire:test@fuzz -Dtest=$(or $(TEST),ReviewReaderFuzzTest) \
	  -Djazzer.internal.arg.0=jazzer -Djazzer.internal.arg.1=-max_total_time=$(or $(SECONDS),600)

.PHONY: mutation
mutation: ## Measure the tests of the pure core by mutation (PIT)
	@$(MVN) -Pmutation test-compile org.pitest:pitest-maven:mutationCoverage

.PHONY: dist
dist: ## Build target/dist: bin/webhook with its own Java runtime
	@./.mvn/run --once target/dist "dist: compiling and linking target/dist (minutes the first time)" $(MVN_FLAGS) \
	  -DskipTests package dependency:build-classpath -Dmdep.outputFile=target/test.classpath
	@cp -p target/dist.stamp target/test.classpath.stamp

# What the image's labels say. Kept beside the image, so that a push says the same.
IMAGE_FLAGS = -Dimage.revision="$$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
  -Dimage.created="$$(TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2>/dev/null || \
    echo 1970-01-01T00:00:00Z)" \
  -Dimage.architecture="$$(uname -m | sed -e s/x86_64/amd64/ -e s/aarch64/arm64/)"

# AOT_CACHE=webhook.aot takes the cache out of another build: then every byte is the same as there (docs/image.md).
.PHONY: image
image: dist target/test.classpath ## Build the image: target/image/web-identity-webhook.tar, and its bill of materials
	@echo "==> image: collecting files, training the AOT cache"
	@JAVA_HOME="$$(./.mvn/run --print-java-home)" src/main/image/collect
	@$(if $(AOT_CACHE),cp $(AOT_CACHE) target/image/rootfs/opt/webhook/webhook.aot,\
	  $(JAVA) io.webidentity.image.CacheTraining target/image/rootfs target/image/training)
	@echo "==> image: packing target/image/web-identity-webhook.tar"
	@printf '%s\n' $(IMAGE_FLAGS) > target/image/flags
	@$(MVN) jib:buildTar $(if $(OFFLINE),,cyclonedx:makeBom) $$(cat target/image/flags)
	@src/main/image/pack
	@$(if $(OFFLINE),,$(JAVA) io.webidentity.image.BillOfMaterials \
	  target/image/rootfs target/image/web-identity-webhook.cdx.json)

# OTHER measures another webhook in the same run: its URL, the file of its authority, its process id.
.PHONY: bench
bench: image ## Measure the image's program: CPU, latency, memory, start; OTHER="https://localhost:8443/mutate ca.crt 4711" as well
	@echo "==> bench: starts, first minute, saturated and at a constant rate (ten minutes)"
	@$(JAVA) io.webidentity.bench.Benchmark target/image/rootfs target/bench $(or $(SECONDS),20) $(or $(WARM_UP),15) $(OTHER)

.PHONY: bench-path
bench-path: target/test.classpath ## Measure what reading, deciding and answering cost without network: time and bytes allocated
	@$(JAVA) org.openjdk.jmh.Main -prof gc RequestPathBenchmark

SCALE = 100,1000,10000,100000
.PHONY: bench-scale
bench-scale: image test-cluster ## Measure it as the cluster grows, on a real API server; SCALE=100,100000, OPTIONS= for the JVM
	@echo "==> bench-scale: start, memory and look-ups with more and more ServiceAccounts (six minutes)"
	@$(JAVA) io.webidentity.bench.ScaleBenchmark target/image/rootfs target/bench $(or $(SECONDS),20) $(SCALE) $(OPTIONS)
	@"$$(./.mvn/run --print-java-home)/bin/java" -Xmx1g -XX:+UseSerialGC -XX:+UseCompactObjectHeaders \
	  -cp "target/test-classes:target/classes:$$(cat target/test.classpath)" io.webidentity.kubernetes.AccountFootprint target/bench/scale.md

.PHONY: soak
soak: image ## Attack the image's program under the chart's memory limit for an hour, beside 50 pods a second; MINUTES=5
	@echo "==> soak: clients that mean harm for $(or $(MINUTES),60) minutes"
	@$(JAVA) io.webidentity.hostile.Soak target/image/rootfs $(or $(MINUTES),60)

.PHONY: push
push: ## Push the image that `make image` built: make push IMAGE=registry.example/web-identity-webhook:1.0
	@[ -n "$(IMAGE)" ] || { echo "push: say where to, make push IMAGE=registry.example/web-identity-webhook:1.0" >&2; exit 2; }
	@[ -f target/image/flags ] || { echo "push: there is no image; run make image first" >&2; exit 2; }
	@$(MVN) jib:build $$(cat target/image/flags) -Dimage="$(IMAGE)" $(PUSH_FLAGS)
	@echo "==> push: $(IMAGE) is $$(cat target/image/digest)"

.PHONY: release
release: ## Build all that a release has: make release VERSION=1.2.3 IMAGE=registry.example/web-identity-webhook; DRY_RUN=1 for offline
	@IMAGE="$(IMAGE)" DRY_RUN="$(DRY_RUN)" src/release/release "$(VERSION)"

.PHONY: chart-push
chart-push: ## Push the chart of a release: make chart-push VERSION=1.2.3 OCI=oci://registry.example/charts; DRY_RUN=1 shows the command
	@case "$(OCI)" in oci://?*) ;; *) \
	  echo "chart-push: say where to, make chart-push VERSION=1.2.3 OCI=oci://registry.example/charts" >&2; exit 2 ;; esac
	@[ -f "target/release/$(VERSION)/web-identity-webhook-$(VERSION).tgz" ] || \
	  { echo "chart-push: there is no such release; run make release VERSION=1.2.3 first" >&2; exit 2; }
	@$(if $(DRY_RUN),echo helm,"$$(src/test/cluster/build helm)/helm") \
	  push "target/release/$(VERSION)/web-identity-webhook-$(VERSION).tgz" "$(OCI)"

# The image of `make image`, for a cluster on this machine, whose nodes then need no registry.
LOADED = target/image/web-identity-webhook.tar
image_for = @command -v $(1) > /dev/null || { echo "$@: there is no $(1) on the path; install it first" >&2; exit 2; }; \
  $(MAKE) --no-print-directory image
loaded = @echo "==> $@: install the chart with --set image.tag=$$(sed -n 's/^appVersion: //p' charts/web-identity-webhook/Chart.yaml)"
.PHONY: kind-load
kind-load: ## Make the image known to a kind cluster: make kind-load CLUSTER=kind
	$(call image_for,kind)
	@kind load image-archive $(LOADED) --name "$(or $(CLUSTER),kind)"
	$(loaded)

.PHONY: k3d-load
k3d-load: ## Make the image known to a k3d cluster: make k3d-load CLUSTER=k3s-default
	$(call image_for,k3d)
	@k3d image import $(LOADED) --cluster "$(or $(CLUSTER),k3s-default)"
	$(loaded)

.PHONY: minikube-load
minikube-load: ## Make the image known to a minikube cluster: make minikube-load CLUSTER=minikube
	$(call image_for,minikube)
	@minikube image load $(LOADED) --profile "$(or $(CLUSTER),minikube)"
	$(loaded)

.PHONY: clean
clean: ## Remove what was built
	@$(MVN) clean
