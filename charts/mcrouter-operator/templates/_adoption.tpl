{{/* An uninstall keeps the CRD, and Helm refuses objects that another release made: say how to go on.
     (dict "root" $ "name" "old release" "namespace" "its namespace") */}}
{{- define "mcrouter-operator.adoption" -}}
{{- $crd := "customresourcedefinition mcrouters.mcrouter.example.com" }}

The API (mcrouters.mcrouter.example.com) is already in this cluster and belongs to {{ if .name }}the Helm release {{ .name }} in namespace {{ .namespace }}{{ else }}no Helm release{{ end }}.

If that release is gone or this one replaces it, hand the API over and repeat your command, with --force-conflicts if your Helm is 4; no Mcrouter and no cache is touched:

  kubectl annotate --overwrite {{ $crd }} meta.helm.sh/release-name={{ .root.Release.Name }} meta.helm.sh/release-namespace={{ .root.Release.Namespace }}
{{- if not .name }}
  kubectl label --overwrite {{ $crd }} app.kubernetes.io/managed-by=Helm
{{- end }}

If it stays and serves other namespaces (watchNamespaces), leave the API to it: --set crd.enabled=false
{{- end -}}

{{/* Names of the versions of a CustomResourceDefinition, as a YAML list. */}}
{{- define "mcrouter-operator.versionsOf" -}}
{{- range .spec.versions }}
- {{ .name }}
{{- end }}
{{- end -}}

{{/* What is wrong where the API belongs to a release whose server is gone; empty where nothing is. */}}
{{- define "mcrouter-operator.lostConversion" -}}
{{- $crd := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "mcrouters.mcrouter.example.com" -}}
{{- if and $crd (not .Values.crd.enabled) -}}
{{- $conversion := $crd.spec.conversion | default dict -}}
{{- $service := (($conversion.webhook | default dict).clientConfig | default dict).service | default dict -}}
{{- if and $service.name (not (lookup "v1" "Service" $service.namespace $service.name)) -}}
Mcrouters can be read and written in v1beta1 alone: the API has them converted by Service {{ $service.name }} in namespace {{ $service.namespace }}, which is no more. Take the API over:

  kubectl annotate --overwrite customresourcedefinition mcrouters.mcrouter.example.com meta.helm.sh/release-name={{ .Release.Name }} meta.helm.sh/release-namespace={{ .Release.Namespace }}
  helm upgrade {{ .Release.Name }} CHART --namespace {{ .Release.Namespace }} --reuse-values --set crd.enabled=true
{{- end -}}
{{- end -}}
{{- end -}}
