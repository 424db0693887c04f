{{- /* One webhook of the configuration: dict "root" $ "name" … "failurePolicy" … "operator" In|NotIn (of ignoreFailuresIn) */ -}}
{{- define "webhook.entry" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $shadow := ne $values.shadow.compareWith "" -}}
{{- $prefix := $values.identity.annotationPrefix -}}
{{- $optOut := list (printf "%s/skip-pod-identity-webhook" $prefix) "eks.amazonaws.com/skip-pod-identity-webhook" | uniq -}}
{{- $namespaces := list -}}
{{- if $values.webhook.ignoreFailuresIn -}}
{{- $namespaces = append $namespaces (dict "key" "kubernetes.io/metadata.name" "operator" .operator "values" $values.webhook.ignoreFailuresIn) -}}
{{- end -}}
{{- with $values.webhook.excludedNamespaces -}}
{{- $namespaces = append $namespaces (dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" .) -}}
{{- end -}}
{{- $namespaces = concat $namespaces ($values.webhook.namespaceSelector.matchExpressions | default list) -}}
- name: {{ .name }}.{{ include "webhook.fullname" $root }}.webidentity.io
  admissionReviewVersions: [v1]
  clientConfig:
    service:
      name: {{ include "webhook.fullname" $root }}
      namespace: {{ $root.Release.Namespace | toYaml }}
      path: /mutate
      port: {{ $values.service.port }}
    {{- if eq (include "webhook.certificateSource" $root) "secret" }}
    caBundle: {{ $values.certificate.caBundle | b64enc }}
    {{- end }}
  failurePolicy: {{ ternary "Ignore" .failurePolicy $shadow }}
  matchPolicy: Equivalent
  reinvocationPolicy: {{ ternary "Never" $values.webhook.reinvocationPolicy $shadow }}
  sideEffects: None
  timeoutSeconds: {{ $values.webhook.timeoutSeconds }}
  rules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE]
      resources: [pods]
      scope: Namespaced
    {{- if $values.webhook.ephemeralContainers }}
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [UPDATE]
      resources: [pods/ephemeralcontainers]
      scope: Namespaced
    {{- end }}
  namespaceSelector:
    {{- with $values.webhook.namespaceSelector.matchLabels }}
    matchLabels:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    matchExpressions:
      {{- toYaml $namespaces | nindent 6 }}
  objectSelector:
    {{- with $values.webhook.objectSelector.matchLabels }}
    matchLabels:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    matchExpressions:
      {{- range $optOut }}
      - {key: {{ . }}, operator: DoesNotExist}
      {{- end }}
      {{- with $values.webhook.objectSelector.matchExpressions }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  matchConditions:
    - name: not-a-mirror-pod
      expression: "!has(object.metadata.annotations) || !('kubernetes.io/config.mirror' in object.metadata.annotations)"
    {{- with $values.webhook.matchConditions }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
