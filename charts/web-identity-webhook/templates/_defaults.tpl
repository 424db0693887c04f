{{- /* `helm upgrade --reuse-values` brings the values of an older chart, and null takes a value away: both are missing here.
These are what the templates cannot do without, as in values.yaml. Other values may be missing. */ -}}
{{- define "webhook.defaults" -}}
global: {}
image: {repository: web-identity-webhook, pullPolicy: IfNotPresent}
identity:
  annotationPrefix: eks.amazonaws.com
  tokenAudience: sts.amazonaws.com
  tokenExpiration: 86400
  tokenMountPath: /var/run/secrets/eks.amazonaws.com/serviceaccount
  containerCredentials:
    audience: pods.eks.amazonaws.com
    tokenMountPath: /var/run/secrets/pods.eks.amazonaws.com/serviceaccount
    tokenVolumeName: eks-pod-identity-token
    tokenPath: eks-pod-identity-token
    fullUri: http://169.254.170.23/v1/credentials
  composeRoleArn: {}
  roleMap: {}
webhook:
  failurePolicy: Ignore
  timeoutSeconds: 5
  reinvocationPolicy: IfNeeded
  namespaceSelector: {}
  objectSelector: {}
shadow: {compareWith: ""}
certificate:
  source: auto
  duration: 2160h
  issuerRef: {}
  builtIn: {patchConfiguration: true}
clientCA: {}
rolePolicy:
  policy: {}
updateStrategy: {type: RollingUpdate}
podDisruptionBudget: {enabled: true}
shutdownDelay: 5s
ports: {webhook: 8443, metrics: 9999}
service: {port: 443}
serviceAccount: {create: true}
rbac: {create: true}
test: {enabled: auto}
events: {}
audit: {}
openshift: false
log: {format: json, level: 0}
metrics: {serviceMonitor: {}, podMonitor: {}, prometheusRule: {}, dashboard: {}}
networkPolicy: {enabled: auto, apiServerPorts: [443, 6443]}
resourceQuota: {pods: 10}
debuggingHandlers: {from: loopback}
{{- end }}

{{- /* Every template begins with it, as their order is Helm's. */ -}}
{{- define "webhook.complete" -}}
{{- include "webhook.fill" (dict "values" .Values "defaults" (include "webhook.defaults" . | fromYaml)) -}}
{{- end }}

{{- /* Not `merge`, which takes false, 0 and "" for missing. */ -}}
{{- define "webhook.fill" -}}
{{- range $key, $default := .defaults -}}
{{- $value := get $.values $key -}}
{{- if or (not (hasKey $.values $key)) (kindIs "invalid" $value) -}}
{{- $_ := set $.values $key $default -}}
{{- else if kindIs "map" $default -}}
{{- include "webhook.fill" (dict "values" $value "defaults" $default) -}}
{{- end -}}
{{- end -}}
{{- end }}
