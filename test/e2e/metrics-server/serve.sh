#!/bin/sh
# serve.sh PROGRAM ADDRESS: runs a metrics-server outside of the cluster that KUBECONFIG names, at an address that the API server and
# kubelets reach and where nothing else listens on port 10443. When it ends, the cluster is as it was: an API that nobody serves would
# keep namespaces from going.
set -eu
program=$1
address=$2
port=10443
certificates=$(mktemp -d)

objects() {
  cat <<YAML
apiVersion: v1
kind: Service
metadata: {name: metrics-server, namespace: kube-system}
spec:
  ports: [{name: https, port: 443, targetPort: $port}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: metrics-server, namespace: kube-system, labels: {kubernetes.io/service-name: metrics-server}}
addressType: IPv4
endpoints: [{addresses: ["$address"]}]
ports: [{name: https, port: $port}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.k8s.io}
spec:
  service: {name: metrics-server, namespace: kube-system}
  group: metrics.k8s.io
  version: v1beta1
  insecureSkipTLSVerify: true
  groupPriorityMinimum: 100
  versionPriority: 100
YAML
}

server=
finish() {
  trap '' INT TERM
  objects | kubectl delete --ignore-not-found --wait=false -f -
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -r "$certificates"
}
trap finish EXIT
trap 'exit 0' INT TERM

"$program" --kubeconfig="$KUBECONFIG" --authentication-kubeconfig="$KUBECONFIG" --authorization-kubeconfig="$KUBECONFIG" \
  --bind-address="$address" --secure-port="$port" --cert-dir="$certificates" \
  --kubelet-insecure-tls --kubelet-preferred-address-types=InternalIP --metric-resolution=15s &
server=$!
objects | kubectl apply -f -
wait "$server"
