{{- define "webhook.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- /* Service names end up in host names: 63 characters at most, the suffixes of other objects included. */ -}}
{{- define "webhook.fullname" -}}
{{- $name := include "webhook.name" . -}}
{{- $combined := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $combined | replace "." "-" | trunc 50 | trimSuffix "-" -}}
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
{{- merge $labels (.labels | default dict) .root.Values.commonLabels | toYaml -}}
{{- end }}

{{- /* metadata of an object: dict "root" $ "name" … "labels" … "annotations" … "clusterWide" bool */ -}}
{{- define "webhook.metadata" -}}
name: {{ .name | default (include "webhook.fullname" .root) }}
{{- if not .clusterWide }}
namespace: {{ .root.Release.Namespace | toYaml }}
{{- end }}
labels:
  {{- include "webhook.labels" . | nindent 2 }}
{{- with merge (dict) (.annotations | default dict) .root.Values.commonAnnotations }}
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
{{- .Values.rolePolicy.configMap -}}
{{- end -}}
{{- end }}

{{- /* Whether verdicts depend on labels or annotations of Namespaces; empty if not. */ -}}
{{- define "webhook.readsNamespaces" -}}
{{- $reads := or .Values.rolePolicy.namespaceAnnotations .Values.rolePolicy.readNamespaces -}}
{{- range .Values.rolePolicy.policy.rules -}}
{{- if hasKey . "namespaceSelector" -}}
{{- $reads = true -}}
{{- end -}}
{{- end -}}
{{- ternary "true" "" $reads -}}
{{- end }}

{{- define "webhook.image" -}}
{{- $registry := .Values.global.imageRegistry | default .Values.image.registry -}}
{{- $repository := ternary .Values.image.repository (printf "%s/%s" $registry .Values.image.repository) (empty $registry) -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (.Values.image.tag | default .Chart.AppVersion) -}}
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
{{- fail "certificate.source is secret: set certificate.caBundle to the PEM of the authority that signed it, which API servers verify it with" -}}
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
