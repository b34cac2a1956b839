{{/* What the reconciler needs where Mcrouters live: cluster-wide, or in each of watchNamespaces. */}}
{{- define "mcrouter-operator.rules" -}}
# Watches them; writes the normalised spec of one that was stored before the webhook existed.
- apiGroups: [mcrouter.example.com]
  resources: [mcrouters]
  verbs: [list, watch, patch]
# Reports what it found.
- apiGroups: [mcrouter.example.com]
  resources: [mcrouters/status]
  verbs: [patch]
# Owner references that block the owner's deletion; asked for where OwnerReferencesPermissionEnforcement is on.
- apiGroups: [mcrouter.example.com]
  resources: [mcrouters/finalizers]
  verbs: [update]
# What one Mcrouter expands to: watches, applies (create and patch), prunes and adopts (delete).
- apiGroups: [""]
  resources: [configmaps, services]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [apps]
  resources: [deployments, daemonsets, statefulsets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [autoscaling]
  resources: [horizontalpodautoscalers]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch, delete]
# Says which pod is in trouble and why.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
# Tells the pods of its Deployments from others with the same labels: a pod names its ReplicaSet, and that its Deployment.
- apiGroups: [apps]
  resources: [replicasets]
  verbs: [list, watch]
{{- if or .Values.reconciler.confirmRouters .Values.rbac.adopt }}
# An annotation hastens kubelet's sync of a router that was asked and is behind; pods that are adopted get new labels.
- apiGroups: [""]
  resources: [pods]
  verbs: [patch]
{{- end }}
{{- if and .Values.reconciler.confirmRouters (not .Values.hostProcesses.enabled) }}
# Replaces a router that hangs: as a drain would, within its disruption budget. Nothing else is ever evicted.
- apiGroups: [""]
  resources: [pods/eviction]
  verbs: [create]
{{- end }}
{{- if .Values.rbac.adopt }}
# Adopts the objects of an operator whose workloads have other, immutable selectors: what keeps their pods running while the
# workload is made anew gets the labels by which the next one finds it, and goes once that one serves.
- apiGroups: [apps]
  resources: [replicasets]
  verbs: [get, patch, delete]
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [list, patch]
{{- $openshift := .Capabilities.APIVersions.Has "security.openshift.io/v1" }}
{{- if or .Values.rbac.ownerReferencesPermissionEnforcement $openshift }}
# Deletes none of these; but that admission plugin lets an adoption give them other owners only with the right to.
- apiGroups: [""]
  resources: [pods]
  verbs: [delete]
- apiGroups: [apps]
  resources: [controllerrevisions]
  verbs: [delete]
{{- end }}
{{- end }}
{{- if .Values.rbac.issueCertificates }}
# Issues certificates for servers. RBAC can limit a creation by nothing: a policy says which Secrets.
- apiGroups: [""]
  resources: [secrets]
  verbs: [create, patch]
{{- end }}
# Tells a person what it did; a repeated event is patched. Reads why pods of a StatefulSet are refused: nothing else says.
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch, list]
{{- end -}}

{{/* Where the reconciler tries the webhook: in each of watchNamespaces, or in its own namespace. */}}
{{- define "mcrouter-operator.trialRule" -}}
# A dry run of what the webhook refuses, until it does, shows that the API server reaches it; none is ever created.
- apiGroups: [mcrouter.example.com]
  resources: [mcrouters]
  verbs: [create]
{{- end -}}

{{/* What the exporter needs where Mcrouters live: whose a pod is, and where. It changes nothing. */}}
{{- define "mcrouter-operator.exporterRules" -}}
# Copies of each pool: by them a server has its place.
- apiGroups: [mcrouter.example.com]
  resources: [mcrouters]
  verbs: [list, watch]
# Addresses.
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
# Owner references lead from a pod to its Mcrouter.
- apiGroups: [apps]
  resources: [daemonsets, deployments, replicasets, statefulsets]
  verbs: [list, watch]
{{- end -}}
