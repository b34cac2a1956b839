{{/* Webhook configurations of other releases, as a YAML list of name, release (empty for one that Helm did not make), namespace
     (of its server), serves (a list; empty for all namespaces), alive (whether its server's Service still exists) and overlaps. An
     API server calls all of them for each Mcrouter, so that one without a server refuses every write. Empty for `helm template`,
     which sees no cluster. */}}
{{- define "mcrouter-operator.neighbours" -}}
{{- $found := dict -}}
{{- range $kind := list "MutatingWebhookConfiguration" "ValidatingWebhookConfiguration" -}}
{{- range (lookup "admissionregistration.k8s.io/v1" $kind "" "").items -}}
{{- $webhook := first (.webhooks | default (list dict)) -}}
{{- $owner := .metadata.annotations | default dict -}}
{{- $isThis := and (eq (index $owner "meta.helm.sh/release-name" | default "") $.Release.Name) (eq (index $owner "meta.helm.sh/release-namespace" | default "") $.Release.Namespace) -}}
{{- $isOurs := or $isThis (eq .metadata.name (include "mcrouter-operator.clusterName" $)) -}}
{{- if and (hasSuffix ".mcrouter.example.com" ($webhook.name | default "")) (not $isOurs) -}}
{{- $service := $webhook.clientConfig.service | default dict -}}
{{- $namespace := $service.namespace | default (index $owner "meta.helm.sh/release-namespace") | default "" -}}
{{- $alive := true -}}
{{- if $service.name -}}
{{- $alive = not (empty (lookup "v1" "Service" $namespace $service.name)) -}}
{{- else if $namespace -}}
{{- $alive = not (empty (lookup "v1" "Namespace" "" $namespace)) -}}
{{- end -}}
{{- $serves := list -}}
{{- range ($webhook.namespaceSelector | default dict).matchExpressions -}}
{{- if and (eq .key "kubernetes.io/metadata.name") (eq .operator "In") -}}
{{- $serves = .values -}}
{{- end -}}
{{- end -}}
{{- $overlaps := or (empty $serves) (empty $.Values.watchNamespaces) -}}
{{- range $.Values.watchNamespaces -}}
{{- if has . $serves -}}
{{- $overlaps = true -}}
{{- end -}}
{{- end -}}
{{- $_ := set $found .metadata.name (dict "name" .metadata.name "release" (index $owner "meta.helm.sh/release-name" | default "") "namespace" $namespace "serves" $serves "alive" $alive "overlaps" $overlaps) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- values $found | toYaml -}}
{{- end -}}

{{/* How to be rid of what a release left behind. (dict "name" "its cluster-scoped name") */}}
{{- define "mcrouter-operator.deleteLeftover" -}}
kubectl delete mutatingwebhookconfiguration,validatingwebhookconfiguration {{ .name }}
{{- end -}}

{{/* Why this release cannot be installed beside a neighbour. (dict "neighbour" … "root" $) */}}
{{- define "mcrouter-operator.conflict" -}}
{{- $namespaces := "all namespaces" -}}
{{- with .neighbour.serves }}{{ $namespaces = join ", " . }}{{ end -}}
{{- if .neighbour.alive }}

The installation of mcrouter-operator in namespace {{ .neighbour.namespace }} (webhook configuration {{ .neighbour.name }}) already serves Mcrouters of {{ $namespaces }}. Two that serve the same Mcrouters would both have to answer for each of them, and would both work on it.

Uninstall one of the two, or give each its own namespaces with watchNamespaces.
{{- else }}

A webhook configuration of mcrouter-operator is left over from namespace {{ .neighbour.namespace }}, where its server is no more: it makes every write of a Mcrouter in {{ $namespaces }} fail. Delete it, and repeat your command:

  {{ include "mcrouter-operator.deleteLeftover" .neighbour }}
{{- end }}
{{- end -}}
