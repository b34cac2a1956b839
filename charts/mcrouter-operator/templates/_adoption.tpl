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
