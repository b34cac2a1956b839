module mcrouter-operator/standin

go 1.26.0
