{{- define "webhook.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- /* Service names end up in host names: 63 characters at most, the suffixes of other objects included. */ -}}
{{- define "webhook.fullname" -}}
{{- $name := include "webhook.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "webhook.instanceLabels" -}}
app.kubernetes.io/name: {{ include "webhook.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- /* The component sets the replicas apart from the pod of `helm test`, which answers no API server. */ -}}
{{- define "webhook.selectorLabels" -}}
{{ include "webhook.instanceLabels" . }}
app.kubernetes.io/component: webhook
{{- end }}

{{- define "webhook.labels" -}}
{{ include "webhook.instanceLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- /* metadata of an object: dict "root" $ "name" … "labels" … "annotations" … "clusterWide" bool */ -}}
{{- define "webhook.metadata" -}}
name: {{ .name | default (include "webhook.fullname" .root) }}
{{- if not .clusterWide }}
namespace: {{ .root.Release.Namespace }}
{{- end }}
labels:
  {{- include "webhook.labels" .root | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (.annotations | default dict) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "webhook.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "webhook.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
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

{{- define "webhook.certificateSecret" -}}
{{- if eq (include "webhook.certificateSource" .) "secret" -}}
{{- .Values.certificate.secretName -}}
{{- else -}}
{{- printf "%s-tls" (include "webhook.fullname" .) -}}
{{- end -}}
{{- end }}

{{- define "webhook.usesCertManager" -}}
{{- if has (include "webhook.certificateSource" .) (list "certManager" "issuer") }}true{{ end -}}
{{- end }}
