{{/* The command lines: also what NOTES prints for processes on the host. */}}

{{/* Of both, which must agree: each on a line that begins with its newline. */}}
{{- define "mcrouter-operator.inheritArgs" -}}
{{- with .Values.inherit.labels }}
- --inherit-labels={{ join "," . }}
{{- end }}
{{- with .Values.inherit.annotations }}
- --inherit-annotations={{ join "," . }}
{{- end }}
{{- end -}}

{{- define "mcrouter-operator.imageArgs" }}
- --default-memcached-image={{ .Values.defaults.images.memcached }}
- --default-mcrouter-image={{ .Values.defaults.images.mcrouter }}
{{- end -}}

{{/* By which the NetworkPolicies of Mcrouters admit them. */}}
{{- define "mcrouter-operator.podsArg" }}
- --operator-pods={{ .Release.Namespace }}/app.kubernetes.io/name={{ include "mcrouter-operator.name" . }},app.kubernetes.io/instance={{ .Release.Name }}
{{- end -}}

{{/* The server's, but for where it listens and what it serves with. */}}
{{- define "mcrouter-operator.serverArgs" -}}
- --cluster-domain={{ .Values.clusterDomain }}
{{- include "mcrouter-operator.inheritArgs" . }}
{{- include "mcrouter-operator.imageArgs" . }}
{{- include "mcrouter-operator.podsArg" . }}
- --log-level={{ .Values.server.logLevel }}
{{- range .Values.server.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}

{{/* A YAML list of arguments as a shell reads them, each after a space. */}}
{{- define "mcrouter-operator.shell" -}}
{{- range . | fromYamlArray }}
{{- if regexMatch "^[A-Za-z0-9_./:=,@%+-]+$" . }} {{ . }}{{ else }} '{{ . | replace "'" "'\\''" }}'{{ end }}
{{- end -}}
{{- end -}}

{{- define "mcrouter-operator.reconcilerArgs" -}}
- --namespace={{ .Release.Namespace }}
- --name={{ include "mcrouter-operator.fullname" . }}
- --webhook-configuration={{ include "mcrouter-operator.clusterName" . }}
- --cluster-domain={{ .Values.clusterDomain }}
{{- include "mcrouter-operator.inheritArgs" . }}
{{- include "mcrouter-operator.imageArgs" . }}
{{- include "mcrouter-operator.podsArg" . }}
{{- with .Values.watchNamespaces }}
- --watch-namespaces={{ join "," . }}
{{- end }}
{{- if ne .Values.certificates.mode "self" }}
- --certificates={{ .Values.certificates.mode }}
{{- end }}
{{- if .Values.hostProcesses.enabled }}
- --serving-host={{ regexReplaceAll "^https://\\[?([^\\]]*?)\\]?(:[0-9]+)?/?$" .Values.hostProcesses.url "${1}" }}
{{- end }}
{{- if .Values.rbac.issueCertificates }}
- --issue-certificates=on
{{- end }}
{{- with .Values.reconciler }}
{{- /* A host reaches no pods and resolves no names of the cluster: either would be waited for in vain. */}}
- --confirm-routers={{ ternary "on" "off" (and .confirmRouters (not $.Values.hostProcesses.enabled)) }}
- --confirm-timeout={{ .confirmTimeoutSeconds }}
- --shrink-grace={{ .shrinkGraceSeconds }}
- --fill-time={{ .fillSeconds }}
- --concurrency={{ .concurrency }}
{{- end }}
- --log-level={{ .Values.reconciler.logLevel }}
{{- range .Values.reconciler.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "mcrouter-operator.exporterArgs" -}}
{{- with .Values.watchNamespaces }}
- --watch-namespaces={{ join "," . }}
{{- end }}
- --log-level={{ .Values.exporter.logLevel }}
{{- range .Values.exporter.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}
