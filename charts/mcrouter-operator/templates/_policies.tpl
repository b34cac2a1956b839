{{/* What the reconciler may create, change and delete: objects of Mcrouters, and those that it adopts.
     Every scope is written out, as the API server stores it: else kubectl apply finds the list of rules changed each time. */}}
{{- define "mcrouter-operator.policy.objects" -}}
matchConstraints:
  resourceRules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE, UPDATE, DELETE]
      resources: [configmaps, services]
      scope: "*"
    - apiGroups: [apps]
      apiVersions: [v1]
      operations: [CREATE, UPDATE, DELETE]
      resources: [deployments, daemonsets, statefulsets, replicasets, controllerrevisions]
      scope: "*"
    - apiGroups: [autoscaling]
      apiVersions: [v2]
      operations: [CREATE, UPDATE, DELETE]
      resources: [horizontalpodautoscalers]
      scope: "*"
    - apiGroups: [policy]
      apiVersions: [v1]
      operations: [CREATE, UPDATE, DELETE]
      resources: [poddisruptionbudgets]
      scope: "*"
    - apiGroups: [networking.k8s.io]
      apiVersions: [v1]
      operations: [CREATE, UPDATE, DELETE]
      resources: [networkpolicies]
      scope: "*"
variables:
  - name: before
    expression: "oldObject == null ? object : oldObject"
  - name: labels
    expression: variables.before.metadata.?labels.orValue({})
  - name: ours
    expression: >-
      variables.before.metadata.?ownerReferences.orValue([]).exists(owner,
      owner.kind == 'Mcrouter' && owner.apiVersion.startsWith('mcrouter.example.com/')) ||
      variables.labels[?'app.kubernetes.io/managed-by'].orValue('') == 'mcrouter-operator'
  # The labels and selectors of the Ansible operator, whose objects may have lost their owner in a restore.
  - name: app
    expression: >-
      variables.labels[?'app'].orValue(
      variables.before.?spec.?selector.?app.orValue(variables.before.?spec.?selector.?matchLabels.?app.orValue('')))
validations:
  - expression: variables.ours || (oldObject != null && (variables.app == 'mcrouter' || variables.app.endsWith('-cache')))
    message: the reconciler of mcrouter-operator may write only what belongs to a Mcrouter
{{- end -}}

{{/* Whom the objects have to do with that act on others by a selector or a name: by its own label, anything passes for one of a Mcrouter.
     The owner that is named has to be there, or the garbage collector takes the object away. */}}
{{- define "mcrouter-operator.policy.targets" -}}
matchConstraints:
  resourceRules:
    - apiGroups: [networking.k8s.io]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [networkpolicies]
      scope: "*"
    - apiGroups: [policy]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [poddisruptionbudgets]
      scope: "*"
    - apiGroups: [autoscaling]
      apiVersions: [v2]
      operations: [CREATE, UPDATE]
      resources: [horizontalpodautoscalers]
      scope: "*"
variables:
  - name: owners
    expression: >-
      object.metadata.?ownerReferences.orValue([]).filter(owner,
      owner.kind == 'Mcrouter' && owner.apiVersion.startsWith('mcrouter.example.com/')).map(owner, owner.name)
  - name: scales
    expression: dyn(object).?spec.?scaleTargetRef.hasValue()
  - name: selected
    expression: >-
      dyn(object).?spec.?podSelector.?matchLabels.orValue(dyn(object).?spec.?selector.?matchLabels.orValue({}))
validations:
  - expression: >-
      variables.scales ||
      (variables.selected[?'app.kubernetes.io/name'].orValue('') == 'mcrouter' &&
      variables.selected[?'app.kubernetes.io/instance'].orValue('') in variables.owners &&
      variables.selected[?'app.kubernetes.io/component'].orValue('').matches('^(mcrouter|memcached(-[a-z0-9-]+)?)$'))
    message: the reconciler of mcrouter-operator makes policies and budgets for pods of the Mcrouter that owns them
  # 100: the most routers that a Mcrouter may have.
  - expression: >-
      !variables.scales ||
      (dyn(object).spec.scaleTargetRef.?apiVersion.orValue('') == 'apps/v1' &&
      dyn(object).spec.scaleTargetRef.kind == 'Deployment' &&
      dyn(object).spec.scaleTargetRef.name == object.metadata.name &&
      object.metadata.name in variables.owners && dyn(object).spec.maxReplicas <= 100)
    message: the reconciler of mcrouter-operator scales the routers of the Mcrouter that owns the autoscaler, up to 100
  # One would keep what the garbage collector takes away.
  - expression: >-
      object.metadata.?finalizers.orValue([]) == (oldObject == null ? [] : oldObject.metadata.?finalizers.orValue([]))
    message: the reconciler of mcrouter-operator changes no finalizer of a policy, budget or autoscaler
{{- end -}}

{{/* What the pods of its workloads may be: none that could read a Secret beyond a certificate, use a service account or reach the node. */}}
{{- define "mcrouter-operator.policy.workloads" -}}
matchConstraints:
  resourceRules:
    - apiGroups: [apps]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [deployments, daemonsets, statefulsets]
      scope: "*"
variables:
  - name: pod
    expression: object.spec.template.spec
  - name: containers
    expression: variables.pod.containers + variables.pod.?initContainers.orValue([])
  {{- if .Values.rbac.issueCertificates }}
  - name: issued
    expression: >-
      object.metadata.?ownerReferences.orValue([]).filter(owner, owner.kind == 'Mcrouter' &&
      owner.apiVersion.startsWith('mcrouter.example.com/')).map(owner, owner.name + '-memcached-tls')
  {{- end }}
  # Of what it adopts, and of what others have changed, it may still write the rest.
  - name: unchanged
    expression: oldObject != null && object.spec.template == oldObject.spec.template
validations:
  - expression: variables.unchanged || !variables.pod.?automountServiceAccountToken.orValue(true)
    message: pods of a Mcrouter have no token of a service account
  {{- if .Values.rbac.mountCertificates }}
  # Of a Secret no more than a certificate: what is something else has no such keys, and is not mounted.
  - expression: >-
      variables.unchanged || variables.pod.?volumes.orValue([]).all(volume, has(volume.configMap) || has(volume.emptyDir) ||
      (volume.?secret.?items.orValue([]).size() > 0 &&
      volume.secret.items.all(item, item.key in ['tls.crt', 'tls.key', 'ca.crt'])))
    message: pods of a Mcrouter mount nothing but ConfigMaps, certificates and empty directories
  {{- else if .Values.rbac.issueCertificates }}
  - expression: >-
      variables.unchanged || variables.pod.?volumes.orValue([]).all(volume, has(volume.configMap) || has(volume.emptyDir) ||
      (volume.?secret.?secretName.orValue('') in variables.issued && volume.?secret.?items.orValue([]).size() > 0 &&
      volume.secret.items.all(item, item.key in ['tls.crt', 'tls.key', 'ca.crt'])))
    message: >-
      pods of a Mcrouter mount nothing but ConfigMaps, empty directories and the certificate that the operator issues for it, and others with
      rbac.mountCertificates
  {{- else }}
  - expression: variables.unchanged || variables.pod.?volumes.orValue([]).all(volume, has(volume.configMap) || has(volume.emptyDir))
    message: pods of a Mcrouter mount nothing but ConfigMaps and empty directories, and certificates with rbac.mountCertificates
  {{- end }}
  - expression: >-
      variables.unchanged || variables.containers.all(container,
      !has(container.envFrom) && container.?env.orValue([]).all(variable, !has(variable.valueFrom)))
    message: containers of a Mcrouter take no variables from other objects
  - expression: >-
      variables.unchanged ||
      (!variables.pod.?hostNetwork.orValue(false) && !variables.pod.?hostPID.orValue(false) &&
      !variables.pod.?hostIPC.orValue(false) && variables.containers.all(container,
      !container.?securityContext.?allowPrivilegeEscalation.orValue(true)))
    message: pods of a Mcrouter have no part of their node, and no privileges
{{- end -}}

{{/* Which Secrets it may write, and so be told what is in them: a patch answers with the whole object. Never one that a token of a service
     account is put into, nor one of somebody else, whatever its name. */}}
{{- define "mcrouter-operator.policy.issued" -}}
matchConstraints:
  resourceRules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [CREATE, UPDATE]
      resources: [secrets]
      scope: "*"
variables:
  # The CA and the certificate of the operator itself, which its Role names.
  - name: own
    expression: >-
      object.metadata.namespace == '{{ .Release.Namespace }}' &&
      object.metadata.name in ['{{ include "mcrouter-operator.ca" . }}', '{{ include "mcrouter-operator.servingCert" . }}']
  - name: before
    expression: "oldObject == null ? object : oldObject"
  - name: labels
    expression: variables.before.metadata.?labels.orValue({})
  - name: mcrouter
    expression: variables.labels[?'app.kubernetes.io/instance'].orValue('')
  - name: owners
    expression: object.metadata.?ownerReferences.orValue([])
validations:
  - expression: >-
      variables.own || (variables.before.?type.orValue('') == 'kubernetes.io/tls' &&
      variables.labels[?'app.kubernetes.io/managed-by'].orValue('') == 'mcrouter-operator' &&
      variables.mcrouter != '' && variables.before.metadata.name == variables.mcrouter + '-memcached-tls')
    message: the reconciler of mcrouter-operator writes no Secret but those with the certificates that it issues
  - expression: >-
      variables.own || (oldObject != null && variables.owners == oldObject.metadata.?ownerReferences.orValue([])) ||
      (variables.owners.size() == 1 && variables.owners.all(owner, owner.kind == 'Mcrouter' &&
      owner.apiVersion.startsWith('mcrouter.example.com/') && owner.name == variables.mcrouter))
    message: the reconciler of mcrouter-operator issues certificates for Mcrouters, which own their Secrets
  # By an annotation others copy a Secret elsewhere; a finalizer would keep what the garbage collector takes away.
  - expression: >-
      object.metadata.?labels.orValue({}) == variables.labels &&
      object.metadata.?annotations.orValue({}) == (oldObject == null ? {} : oldObject.metadata.?annotations.orValue({})) &&
      object.metadata.?finalizers.orValue([]) == (oldObject == null ? [] : oldObject.metadata.?finalizers.orValue([]))
    message: the reconciler of mcrouter-operator changes nothing in the metadata of a Secret but its owner
{{- end -}}

{{/* What of a pod may change: the annotation that hastens kubelet's sync, and, of pods adopted, labels and owners. */}}
{{- define "mcrouter-operator.policy.pods" -}}
matchConstraints:
  resourceRules:
    - apiGroups: [""]
      apiVersions: [v1]
      operations: [UPDATE]
      resources: [pods]
      scope: "*"
variables:
  - name: before
    expression: oldObject.metadata.?annotations.orValue({})
  - name: after
    expression: object.metadata.?annotations.orValue({})
  - name: adopted
    expression: >-
      oldObject.metadata.?labels[?'app'].orValue('').endsWith('-cache') ||
      oldObject.metadata.?labels[?'app.kubernetes.io/managed-by'].orValue('') == 'mcrouter-operator'
validations:
  - expression: object.spec == oldObject.spec
    message: the reconciler of mcrouter-operator changes nothing in the spec of a pod
  - expression: >-
      variables.after.all(key, key == 'mcrouter.example.com/config' ||
      (key in variables.before && variables.before[key] == variables.after[key])) &&
      variables.before.all(key, key == 'mcrouter.example.com/config' || key in variables.after)
    message: the reconciler of mcrouter-operator changes no annotation of a pod but mcrouter.example.com/config
  - expression: >-
      variables.adopted ||
      (object.metadata.?labels.orValue({}) == oldObject.metadata.?labels.orValue({}) &&
      object.metadata.?ownerReferences.orValue([]) == oldObject.metadata.?ownerReferences.orValue([]))
    message: the reconciler of mcrouter-operator changes labels and owners of memcached pods only
  - expression: object.metadata.?finalizers.orValue([]) == oldObject.metadata.?finalizers.orValue([])
    message: the reconciler of mcrouter-operator changes no finalizer of a pod
{{- end -}}

{{/* What of the definition of Mcrouters may change: the CA by which the API server knows the webhook that converts. Elsewhere
     that webhook would be sent every Mcrouter, and decide what the API server reads. And which versions are stored: by its conditions the API
     server knows whether to serve them, and creates none while one says Terminating. Of a variable that is an optional, CEL finds no field:
     two of them are always equal, so the fields are compared from the object on. */}}
{{- define "mcrouter-operator.policy.definition" -}}
matchConstraints:
  resourceRules:
    - apiGroups: [apiextensions.k8s.io]
      apiVersions: [v1]
      operations: [UPDATE]
      resources: [customresourcedefinitions, customresourcedefinitions/status]
      scope: "*"
variables:
  - name: before
    expression: oldObject.?status.orValue({})
  - name: after
    expression: object.?status.orValue({})
validations:
  - expression: >-
      object.spec.all(key, key == 'conversion' || (key in oldObject.spec && object.spec[key] == oldObject.spec[key])) &&
      oldObject.spec.all(key, key in object.spec)
    message: the reconciler of mcrouter-operator changes nothing in the spec of a definition but a caBundle
  - expression: >-
      object.spec.?conversion.?strategy == oldObject.spec.?conversion.?strategy &&
      object.spec.?conversion.?webhook.?conversionReviewVersions == oldObject.spec.?conversion.?webhook.?conversionReviewVersions &&
      object.spec.?conversion.?webhook.?clientConfig.?service == oldObject.spec.?conversion.?webhook.?clientConfig.?service &&
      object.spec.?conversion.?webhook.?clientConfig.?url == oldObject.spec.?conversion.?webhook.?clientConfig.?url
    message: the reconciler of mcrouter-operator changes nothing of a conversion but its caBundle
  - expression: >-
      object.metadata.?labels == oldObject.metadata.?labels &&
      object.metadata.?annotations == oldObject.metadata.?annotations &&
      object.metadata.?finalizers == oldObject.metadata.?finalizers &&
      object.metadata.?ownerReferences == oldObject.metadata.?ownerReferences
    message: the reconciler of mcrouter-operator changes nothing in the metadata of a definition
  - expression: >-
      variables.after.all(key, key == 'storedVersions' || (key in variables.before && variables.after[key] == variables.before[key])) &&
      variables.before.all(key, key in variables.after) &&
      variables.after.?storedVersions.orValue([]).all(version, version in variables.before.?storedVersions.orValue([]))
    message: the reconciler of mcrouter-operator changes nothing in the status of a definition, and shortens its storedVersions at most
{{- end -}}
