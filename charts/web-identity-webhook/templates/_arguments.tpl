{{- define "webhook.arguments" -}}
{{- $identity := .Values.identity -}}
- --port={{ .Values.ports.webhook }}
- --metrics-port={{ .Values.ports.metrics }}
- --namespace={{ .Release.Namespace }}
- --service-name={{ include "webhook.fullname" . }}
- {{ printf "--annotation-prefix=%s" $identity.annotationPrefix | quote }}
- {{ printf "--token-audience=%s" $identity.tokenAudience | quote }}
- --token-expiration={{ $identity.tokenExpiration | int64 }}
- {{ printf "--token-mount-path=%s" $identity.tokenMountPath | quote }}
{{- with $identity.awsDefaultRegion }}
- {{ printf "--aws-default-region=%s" . | quote }}
{{- end }}
{{- if $identity.stsRegionalEndpoints }}
- --sts-regional-endpoint=true
{{- end }}
{{- with $identity.clusterName }}
- {{ printf "--cluster-name=%s" . | quote }}
{{- end }}
{{- with $identity.roleSessionName }}
{{- if not (kindIs "string" .) }}
{{- fail "identity.roleSessionName: --set takes { for a list; write \\{ and \\}, or use a values file" }}
{{- end }}
- {{ printf "--role-session-name=%s" . | quote }}
{{- end }}
{{- with $identity.stsEndpointUrl }}
- {{ printf "--sts-endpoint-url=%s" . | quote }}
{{- end }}
{{- with $identity.endpointUrl }}
- {{ printf "--endpoint-url=%s" . | quote }}
{{- end }}
{{- if $identity.namespaceDefaults }}
- --namespace-defaults=true
{{- end }}
{{- with $identity.containerCredentials }}
{{- if .identities }}
- --watch-container-credentials-config=/etc/webhook/container-credentials/identities.json
- {{ printf "--container-credentials-audience=%s" .audience | quote }}
- {{ printf "--container-credentials-token-mount-path=%s" .tokenMountPath | quote }}
- {{ printf "--container-credentials-token-volume-name=%s" .tokenVolumeName | quote }}
- {{ printf "--container-credentials-token-path=%s" .tokenPath | quote }}
- {{ printf "--container-credentials-full-uri=%s" .fullUri | quote }}
{{- end }}
{{- end }}
{{- with $identity.composeRoleArn }}
{{- if .enabled }}
- --compose-role-arn=true
{{- with .accountId }}
- {{ printf "--account-id=%s" . | quote }}
{{- end }}
{{- with .partition }}
- {{ printf "--partition=%s" . | quote }}
{{- end }}
{{- with .imdsEndpoint }}
- {{ printf "--imds-endpoint=%s" . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- if or $identity.roleMap.watch $identity.roleMap.entries }}
- --watch-config-map=true
{{- end }}
{{- if eq (include "webhook.certificateSource" .) "builtIn" }}
- --in-cluster=true
- --tls-secret={{ include "webhook.certificateSecret" . }}
- --certificate-lifetime={{ .Values.certificate.duration }}
{{- if .Values.certificate.builtIn.patchConfiguration }}
- --webhook-configuration={{ include "webhook.configurationName" . }}
{{- end }}
{{- else }}
- --in-cluster=false
- --tls-cert=/etc/webhook/certs/tls.crt
- --tls-key=/etc/webhook/certs/tls.key
{{- end }}
{{- with .Values.shadow.compareWith }}
- {{ printf "--compare-with=%s" . | quote }}
- --compare-with-ca-file=/etc/webhook/shadow/ca.crt
{{- end }}
{{- if or .Values.clientCA.configMap .Values.clientCA.secret }}
- --client-ca=/etc/webhook/client-ca/ca.crt
{{- with .Values.clientCA.names }}
- {{ printf "--client-names=%s" (join "," .) | quote }}
{{- end }}
{{- end }}
{{- if include "webhook.rolePolicyConfigMap" . }}
- --role-policy=/etc/webhook/role-policy/role-policy.yaml
{{- end }}
{{- if .Values.rolePolicy.namespaceAnnotations }}
- --namespace-role-annotations=true
{{- with .Values.rolePolicy.baseRoleArn }}
- {{ printf "--base-role-arn=%s" . | quote }}
{{- end }}
{{- end }}
{{- if .Values.webhook.ephemeralContainers }}
- --inject-ephemeral-containers=true
{{- end }}
{{- if .Values.metrics.compatible }}
- --compatible-metrics=true
{{- end }}
{{- with .Values.debuggingHandlers }}
{{- if .enabled }}
- --enable-debugging-handlers=true
- --debugging-handlers-from={{ .from }}
{{- end }}
{{- end }}
{{- if .Values.events.enabled }}
- --events=true
{{- end }}
{{- with .Values.audit }}
{{- if .interval }}
- --audit-interval={{ .interval }}
{{- if .evictionsPerMinute }}
- --audit-evict={{ .evictionsPerMinute }}
{{- end }}
{{- else if .evictionsPerMinute }}
{{- fail "audit.evictionsPerMinute has no use without audit.interval; set it, such as 1h" }}
{{- end }}
{{- end }}
- --shutdown-delay={{ .Values.shutdownDelay }}
- --log-format={{ .Values.log.format }}
- --v={{ .Values.log.level }}
{{- end }}
