{{/* Names and labels. Every name starts with the fullname, so that several releases live side by side. */}}

{{- define "mcrouter-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 50 characters: a Service's name, with its suffix, has to fit a DNS label. */}}
{{- define "mcrouter-operator.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "mcrouter-operator.server" -}}{{ include "mcrouter-operator.fullname" . }}-server{{- end -}}
{{- define "mcrouter-operator.exporter" -}}{{ include "mcrouter-operator.fullname" . }}-exporter{{- end -}}
{{- define "mcrouter-operator.reconciler" -}}{{ include "mcrouter-operator.fullname" . }}-reconciler{{- end -}}

{{/* Cluster-scoped objects carry the namespace as well: two namespaces may hold releases of one name.
     The names of the webhooks carry it too, so that an error of the API server tells whose webhook it is. */}}
{{- define "mcrouter-operator.clusterName" -}}
{{ include "mcrouter-operator.fullname" . }}.{{ .Release.Namespace }}
{{- end -}}

{{/* Secrets: the reconciler's authority, and what the server serves with. */}}
{{- define "mcrouter-operator.ca" -}}{{ include "mcrouter-operator.fullname" . }}-ca{{- end -}}
{{- define "mcrouter-operator.servingCert" -}}{{ include "mcrouter-operator.fullname" . }}-serving-cert{{- end -}}

{{- define "mcrouter-operator.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "mcrouter-operator.labels" -}}
{{ include "mcrouter-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: mcrouter-operator
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- include "mcrouter-operator.commonLabels" . }}
{{- end -}}

{{/* Begins with a newline where there are any. Selectors and the chart's own labels are not for users to override. */}}
{{- define "mcrouter-operator.commonLabels" -}}
{{- range $name, $value := .Values.commonLabels }}
{{- if not (or (hasPrefix "app.kubernetes.io/" $name) (eq $name "helm.sh/chart")) }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{/* (dict "root" $ "own" dict): the annotations of an object's metadata, on a line of their own; nothing where there are none.
     The chart's own win. */}}
{{- define "mcrouter-operator.annotations" -}}
{{- with merge (dict) (.own | default dict) .root.Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- end -}}

{{/* Selectors are immutable: nothing that an upgrade may change. */}}
{{- define "mcrouter-operator.selector" -}}
app.kubernetes.io/name: {{ include "mcrouter-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}
