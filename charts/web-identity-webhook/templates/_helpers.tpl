{{- define "webhook.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimAll "-" -}}
{{- end }}

{{- /* Service names end up in host names: 63 characters at most, the suffixes of other objects included. */ -}}
{{- define "webhook.fullname" -}}
{{- $name := include "webhook.name" . -}}
{{- $combined := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- $full := .Values.fullnameOverride | default $combined | replace "." "-" | trunc 50 | trimAll "-" -}}
{{- if not (regexMatch "^[a-z]" $full) -}}
{{- fail (printf "the Service's name %s does not begin with a letter; set fullnameOverride to one that does" $full) -}}
{{- end -}}
{{- $full -}}
{{- end }}

{{- /* API servers call webhooks in the order of these names: in shadow mode before those that change pods. */ -}}
{{- define "webhook.configurationName" -}}
{{- $name := include "webhook.fullname" . -}}
{{- .Values.webhook.configurationName | default (ternary (printf "00-shadow-%s" $name) $name (ne .Values.shadow.compareWith "")) -}}
{{- end }}

{{- define "webhook.instanceLabels" -}}
app.kubernetes.io/name: {{ include "webhook.name" . }}
app.kubernetes.io/instance: {{ .Release.Name | toYaml }}
{{- end }}

{{- /* The component sets the replicas apart from the pod of `helm test`, which answers no API server. */ -}}
{{- define "webhook.selectorLabels" -}}
{{ include "webhook.instanceLabels" . }}
app.kubernetes.io/component: webhook
{{- end }}

{{- /* Labels of an object: dict "root" $ "labels" … . By the chart's own ones selectors find it, so those win. */ -}}
{{- define "webhook.labels" -}}
{{- $labels := include "webhook.instanceLabels" .root | fromYaml -}}
{{- $_ := set $labels "app.kubernetes.io/version" .root.Chart.AppVersion -}}
{{- $_ := set $labels "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_") -}}
{{- merge $labels (.labels | default dict) (.root.Values.commonLabels | default dict) | toYaml -}}
{{- end }}

{{- /* metadata of an object: dict "root" $ "name" … "namespace" … "labels" … "annotations" … "clusterWide" bool */ -}}
{{- define "webhook.metadata" -}}
name: {{ .name | default (include "webhook.fullname" .root) }}
{{- if not .clusterWide }}
namespace: {{ .namespace | default .root.Release.Namespace | toYaml }}
{{- end }}
labels:
  {{- include "webhook.labels" . | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) (.root.Values.commonAnnotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "webhook.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "webhook.fullname" .) -}}
{{- else -}}
{{- required "serviceAccount.create is false: set serviceAccount.name; every pod of the namespace would share the rights of `default`" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- /* The ConfigMap with the role policy; empty where there is none. */ -}}
{{- define "webhook.rolePolicyConfigMap" -}}
{{- if .Values.rolePolicy.policy -}}
{{- include "webhook.fullname" . }}-role-policy
{{- else -}}
{{- .Values.rolePolicy.configMap | default "" -}}
{{- end -}}
{{- end }}

{{- /* Whether verdicts depend on labels or annotations of Namespaces; empty if not. */ -}}
{{- define "webhook.readsNamespaces" -}}
{{- $reads := or .Values.rolePolicy.namespaceAnnotations .Values.rolePolicy.readNamespaces false -}}
{{- range .Values.rolePolicy.policy.rules -}}
{{- if hasKey . "namespaceSelector" -}}
{{- $reads = true -}}
{{- end -}}
{{- end -}}
{{- ternary "true" "" $reads -}}
{{- end }}

{{- define "webhook.image" -}}
{{- $registry := .Values.global.imageRegistry | default .Values.image.registry | default "" | trimAll "/" -}}
{{- if contains "://" $registry -}}
{{- fail (printf "image.registry is %s: leave out what stands before the host, as images have no scheme" $registry) -}}
{{- end -}}
{{- if not (or $registry (regexMatch "^[^/]+[.:][^/]*/" .Values.image.repository) .Values.image.tag .Values.image.digest (not (hasSuffix "-SNAPSHOT" .Chart.AppVersion))) -}}
{{- fail (printf "image: nobody publishes %s, as this chart is not of a release. Run `make image push IMAGE=REGISTRY/web-identity-webhook:TAG`, and set image.registry and image.tag. After `make kind-load`, k3d-load or minikube-load set image.tag=%s alone" .Chart.AppVersion .Chart.AppVersion) -}}
{{- end -}}
{{- $repository := list $registry (trimAll "/" .Values.image.repository) | compact | join "/" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{- /* Numbers of a file are floating-point ones. */ -}}
{{- printf "%s:%s" $repository (ternary $tag (int64 $tag | toString) (kindIs "string" $tag)) -}}
{{- end -}}
{{- end }}

{{- /* Pull secrets of a pod; a parent chart may give them as names or as objects. */ -}}
{{- define "webhook.pullSecrets" -}}
{{- $names := list -}}
{{- range concat (.Values.global.imagePullSecrets | default list) (.Values.image.pullSecrets | default list) -}}
{{- $names = append $names (kindIs "map" . | ternary . (dict "name" .)).name -}}
{{- end -}}
{{- with $names | uniq -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | toYaml }}
  {{- end }}
{{- end }}
{{- end }}

{{- /* Security context of a pod; OpenShift gives each namespace its own users and groups. */ -}}
{{- define "webhook.podSecurityContext" -}}
{{- with .Values.podSecurityContext -}}
securityContext:
  {{- toYaml ($.Values.openshift | ternary (omit . "runAsUser" "runAsGroup" "fsGroup") .) | nindent 2 }}
{{- end }}
{{- end }}

{{- /* Seconds of a duration such as 1h30m; only units from a second up count. */ -}}
{{- define "webhook.seconds" -}}
{{- $seconds := 0.0 -}}
{{- range regexFindAll "[0-9.]+[a-zµ]+" . -1 -}}
{{- $unit := regexFind "[a-zµ]+" . -}}
{{- $seconds = addf $seconds (mulf (trimSuffix $unit . | float64) (get (dict "h" 3600 "m" 60 "s" 1) $unit | default 0)) -}}
{{- end -}}
{{- int64 $seconds -}}
{{- end }}

{{- /* "true" if a label selector matches: dict "labels" … "selector" … */ -}}
{{- define "webhook.matches" -}}
{{- $matches := true -}}
{{- $conditions := .selector.matchExpressions | default list -}}
{{- range $key, $value := .selector.matchLabels -}}
{{- $conditions = append $conditions (dict "key" $key "operator" "In" "values" (list $value)) -}}
{{- end -}}
{{- range $conditions -}}
{{- $has := hasKey $.labels .key -}}
{{- $in := and $has (or (eq .operator "Exists") (eq .operator "DoesNotExist") (has (get $.labels .key) (.values | default list))) -}}
{{- $matches = and $matches (ne $in (hasPrefix "Not" .operator | or (hasPrefix "Does" .operator))) -}}
{{- end -}}
{{- ternary "true" "" $matches -}}
{{- end }}

{{- /* Labels of the pod of `helm test`. */ -}}
{{- define "webhook.testLabels" -}}
{{- merge (dict) (.Values.test.labels | default dict) (.Values.webhook.objectSelector.matchLabels | default dict) | toYaml -}}
{{- end }}

{{- /* Why `helm test` would not find credentials, or is not wanted; empty if it is there. */ -}}
{{- define "webhook.noTest" -}}
{{- $labels := include "webhook.labels" (dict "root" . "labels" (include "webhook.testLabels" . | fromYaml)) | fromYaml -}}
{{- $namespace := dict "kubernetes.io/metadata.name" .Release.Namespace -}}
{{- $policy := or (has .Values.rolePolicy.policy.enforce (list "skip" "deny")) .Values.rolePolicy.configMap -}}
{{- if .Values.shadow.compareWith -}}
shadow mode injects nothing
{{- else if ne (toString .Values.test.enabled) "auto" -}}
{{- ternary "" "test.enabled is false" (eq (toString .Values.test.enabled) "true") -}}
{{- else if or (has .Release.Namespace (.Values.webhook.excludedNamespaces | default list)) (not (include "webhook.matches" (dict "labels" $namespace "selector" .Values.webhook.namespaceSelector))) -}}
the webhook is not asked about namespace {{ .Release.Namespace }} (webhook.namespaceSelector, excludedNamespaces)
{{- else if not (include "webhook.matches" (dict "labels" $labels "selector" .Values.webhook.objectSelector)) -}}
webhook.objectSelector does not select its pod; set test.labels
{{- else if .Values.webhook.matchConditions -}}
webhook.matchConditions may leave its pod out
{{- else if and $policy (not .Values.test.roleArn) -}}
the role policy may refuse its role; set test.roleArn to one that it allows
{{- end -}}
{{- end }}

{{- /* Ports of the API server, and of its Service, as some CNIs judge a packet before the Service's address is replaced;
empty where no cluster is asked (`helm template`). */ -}}
{{- define "webhook.seenApiServerPorts" -}}
{{- $service := lookup "v1" "Service" "default" "kubernetes" | default dict -}}
{{- $endpoints := lookup "discovery.k8s.io/v1" "EndpointSlice" "default" "kubernetes" | default dict -}}
{{- $ports := list -}}
{{- with $endpoints.ports -}}
{{- range concat . (dig "spec" "ports" list $service) -}}
{{- $ports = append $ports (int .port) -}}
{{- end -}}
{{- end -}}
{{- $ports | uniq | join " " -}}
{{- end }}

{{- /* Why there is no NetworkPolicy; empty where there is one. `auto` makes one only where the chart knows every connection. */ -}}
{{- define "webhook.noNetworkPolicy" -}}
{{- $enabled := toString .Values.networkPolicy.enabled -}}
{{- $metrics := .Values.metrics -}}
{{- $scraped := or $metrics.serviceMonitor.enabled $metrics.podMonitor.enabled $metrics.prometheusRule.enabled $metrics.dashboard.enabled $metrics.compatible -}}
{{- range list .Values.podAnnotations .Values.commonAnnotations .Values.service.annotations -}}
{{- $scraped = or $scraped (hasKey (. | default dict) "prometheus.io/scrape") -}}
{{- end -}}
{{- $asked := and .Values.debuggingHandlers.enabled (eq .Values.debuggingHandlers.from "any") -}}
{{- $further := or .Values.extraArgs .Values.extraEnv .Values.extraEnvFrom .Values.extraInitContainers .Values.extraContainers .Values.extraObjects -}}
{{- range $key := concat (keys (.Values.podLabels | default dict)) (keys (.Values.podAnnotations | default dict)) -}}
{{- $further = or $further (regexMatch "istio|linkerd|kuma|kubernetes.azure.com" $key) -}}
{{- end -}}
{{- $imds := and .Values.identity.composeRoleArn.enabled (not .Values.identity.composeRoleArn.accountId) .Values.identity.composeRoleArn.imdsEndpoint -}}
{{- if ne $enabled "auto" -}}
{{- ternary "" "networkPolicy.enabled is false" (eq $enabled "true") -}}
{{- else if .Values.hostNetwork -}}
no policy governs pods with hostNetwork
{{- else if and .Values.shadow.compareWith (not .Values.networkPolicy.egress) -}}
shadow mode calls another webhook; name its pods in networkPolicy.egress
{{- else if and (or $scraped $asked) (not .Values.networkPolicy.metricsFrom) -}}
somebody reads the metrics; name the namespace of Prometheus in networkPolicy.metricsFrom
{{- else if or $further $imds -}}
extraArgs, extraEnv, further containers, extraObjects, a service mesh or imdsEndpoint may need connections that the chart does not know; add them to networkPolicy.egress, and set networkPolicy.enabled
{{- else if not (include "webhook.seenApiServerPorts" .) -}}
nobody answered which ports the API server has; set networkPolicy.apiServerPorts and networkPolicy.enabled
{{- end -}}
{{- end }}

{{- /* builtIn, certManager, issuer or secret */ -}}
{{- define "webhook.certificateSource" -}}
{{- $source := .Values.certificate.source -}}
{{- if eq $source "auto" -}}
{{- ternary "certManager" "builtIn" (.Capabilities.APIVersions.Has "cert-manager.io/v1") -}}
{{- else -}}
{{- if and (eq $source "issuer") (not .Values.certificate.issuerRef.name) -}}
{{- fail "certificate.source is issuer: set certificate.issuerRef.name to the name of your issuer" -}}
{{- end -}}
{{- if and (eq $source "secret") (not .Values.certificate.secretName) -}}
{{- fail "certificate.source is secret: set certificate.secretName to the name of a Secret with tls.crt and tls.key" -}}
{{- end -}}
{{- if and (eq $source "secret") (not .Values.certificate.caBundle) -}}
{{- fail "certificate.source is secret: set certificate.caBundle to the PEM of the CA that signed it, which API servers verify it with" -}}
{{- end -}}
{{- $source -}}
{{- end -}}
{{- end }}

{{- /* Whose Secret it is tells its name: cert-manager keeps its own after an uninstallation, and Helm takes none over. */ -}}
{{- define "webhook.certificateSecret" -}}
{{- $source := include "webhook.certificateSource" . -}}
{{- if eq $source "secret" -}}
{{- .Values.certificate.secretName -}}
{{- else if eq $source "builtIn" -}}
{{- printf "%s-built-in-tls" (include "webhook.fullname" .) -}}
{{- else -}}
{{- printf "%s-tls" (include "webhook.fullname" .) -}}
{{- end -}}
{{- end }}

{{- define "webhook.usesCertManager" -}}
{{- if has (include "webhook.certificateSource" .) (list "certManager" "issuer") }}true{{ end -}}
{{- end }}
