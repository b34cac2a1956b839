{{/* (dict "root" $ "path" "/mutate"): where the API server calls. caBundle is the reconciler's (or cainjector's) to set:
     a template that held one would wipe theirs at every upgrade. */}}
{{- define "mcrouter-operator.clientConfig" -}}
{{- with .root.Values.hostProcesses -}}
{{- if .enabled -}}
url: {{ printf "%s%s" (trimSuffix "/" .url) $.path | quote }}
{{- else -}}
service:
  name: {{ include "mcrouter-operator.server" $.root }}
  namespace: {{ $.root.Release.Namespace }}
  path: {{ $.path }}
  port: 443
{{- end -}}
{{- end -}}
{{- end -}}

{{/* How a webhook is called, and in which namespaces. */}}
{{- define "mcrouter-operator.webhookCalls" -}}
admissionReviewVersions: [v1]
# Only Mcrouters are matched: an outage blocks nothing else.
failurePolicy: {{ .Values.webhook.failurePolicy }}
matchPolicy: Equivalent
sideEffects: None
timeoutSeconds: {{ .Values.webhook.timeoutSeconds }}
{{- with .Values.watchNamespaces }}
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: In
      values: {{ toJson . }}
{{- end }}
{{- end -}}

{{/* What the webhooks of writes share but for the rules. */}}
{{- define "mcrouter-operator.webhook" -}}
{{ include "mcrouter-operator.webhookCalls" . }}
matchConditions:
  # Whoever removes finalizers from an object that is going away must not be held up.
  - name: not-being-deleted
    expression: "!has(object.metadata.deletionTimestamp)"
{{- end -}}

{{- define "mcrouter-operator.caInjection" -}}
{{- if eq .Values.certificates.mode "cert-manager" }}
annotations:
  cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ include "mcrouter-operator.servingCert" . }}
{{- end }}
{{- end -}}
