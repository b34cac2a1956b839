package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// shadows adds the shadows of a PoolRoute or ShadowRoute to its children. What is wrong in one is
// logged and that one is left out, as in mcrouter.
func (b *builder) shadows(children []Handle, spec object) []Handle {
	list, _ := spec["shadows"].([]any)
	children = slices.Clone(children)
	for _, item := range list {
		entry, _ := item.(object)
		from, to, ok1 := numbers(entry["index_range"])
		low, high, ok2 := numbers(entry["key_fraction_range"])
		share, ok3 := entry["requests_fraction"].(json.Number)
		if !ok1 || !ok2 || entry["target"] == nil || ok3 && !strings.ContainsAny(share.String(), ".eE") {
			problem := fmt.Sprintf("invalid shadow: %v (requests_fraction must be a double)", entry)
			check(b.router.opts["validate-config"] == "", "%s", problem)
			logf("%s", problem)
			continue
		}
		target := b.one(entry["target"])
		check(entry["keys_to_shadow"] == nil, "keys_to_shadow is not supported by the stand-in")
		picks := func(req *Request) bool {
			x := float64(mix(req.Key)>>11) / (1 << 53)
			return high > 0 && x >= low && x <= high
		}
		for i := int(from); i < int(to) && i < len(children); i++ {
			children[i] = shadowed(children[i], target, picks)
		}
	}
	return children
}
