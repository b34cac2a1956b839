{{/* The reconciler's command line: also what NOTES prints for a process on the host. */}}
{{- define "mcrouter-operator.reconcilerArgs" -}}
- --namespace={{ .Release.Namespace }}
- --name={{ include "mcrouter-operator.fullname" . }}
- --webhook-configuration={{ include "mcrouter-operator.clusterName" . }}
- --cluster-domain={{ .Values.clusterDomain }}
{{- with .Values.watchNamespaces }}
- --watch-namespaces={{ join "," . }}
{{- end }}
{{- if ne .Values.certificates.mode "self" }}
- --certificates={{ .Values.certificates.mode }}
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
