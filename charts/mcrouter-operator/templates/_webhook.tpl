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

{{/* How a webhook is called. */}}
{{- define "mcrouter-operator.webhookCalls" -}}
admissionReviewVersions: [v1]
# Only Mcrouters are matched: an outage blocks nothing else.
failurePolicy: {{ .Values.webhook.failurePolicy }}
matchPolicy: Equivalent
sideEffects: None
timeoutSeconds: {{ .Values.webhook.timeoutSeconds }}
{{- end -}}

{{/* The namespaces that are served. */}}
{{- define "mcrouter-operator.served" -}}
{{- with .Values.watchNamespaces -}}
- key: kubernetes.io/metadata.name
  operator: In
  values: {{ toJson . }}
{{- end }}
{{- end -}}

{{/* Which Mcrouters a webhook is asked about; begins with a newline where it is not all of them. */}}
{{- define "mcrouter-operator.webhookScope" -}}
{{- $selector := .Values.webhook.namespaceSelector -}}
{{- $expressions := concat (include "mcrouter-operator.served" . | fromYamlArray) ($selector.matchExpressions | default list) -}}
{{- if or $expressions $selector.matchLabels }}
namespaceSelector:
  {{- with $selector.matchLabels }}
  matchLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $expressions }}
  matchExpressions:
    {{- range . }}
    - key: {{ .key }}
      operator: {{ .operator }}
      {{- with .values }}
      values: {{ toJson . }}
      {{- end }}
    {{- end }}
  {{- end }}
{{- end }}
{{- with .Values.webhook.objectSelector }}
objectSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What the webhooks of writes share but for the rules. */}}
{{- define "mcrouter-operator.webhook" -}}
{{ include "mcrouter-operator.webhookCalls" . }}
{{- include "mcrouter-operator.webhookScope" . }}
matchConditions:
  # Whoever removes finalizers from an object that is going away must not be held up.
  - name: not-being-deleted
    expression: "!has(object.metadata.deletionTimestamp)"
{{- end -}}

{{/* Annotations with which cert-manager sets the caBundle, as YAML; the reconciler needs none. */}}
{{- define "mcrouter-operator.injectedCa" -}}
{{- if eq .Values.certificates.mode "cert-manager" -}}
cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ include "mcrouter-operator.servingCert" . }}
{{- end -}}
{{- end -}}

{{- define "mcrouter-operator.webhookAnnotations" -}}
{{- include "mcrouter-operator.annotations" (dict "root" . "own" (include "mcrouter-operator.injectedCa" . | fromYaml)) -}}
{{- end -}}
