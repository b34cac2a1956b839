{{/* What the pods of all processes have in common. */}}

{{/* (dict "root" $ "component" "server"): labels of a component's pods, and what selects them. */}}
{{- define "mcrouter-operator.component" -}}
{{ include "mcrouter-operator.selector" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* The restricted level of the Pod Security Standards. 65532 is the image's user. */}}
{{- define "mcrouter-operator.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "mcrouter-operator.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* (dict "root" $ "component" "server"): where the pods may run. Pods of one revision keep apart where they can. */}}
{{- define "mcrouter-operator.placement" -}}
{{- $part := index .root.Values .component -}}
topologySpreadConstraints:
{{- with $part.topologySpreadConstraints }}
  {{- toYaml . | nindent 2 }}
{{- else }}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - maxSkew: 1
    topologyKey: {{ . }}
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "mcrouter-operator.component" $ | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}
{{- with $part.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}
