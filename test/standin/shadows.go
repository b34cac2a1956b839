package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// shadows adds the shadows of a PoolRoute or ShadowRoute to its children. What is wrong in one is
// logged and that one is left out, as in mcrouter.
func (b *builder) shadows(children []Handle, spec object) []Handle {
	list, ok := spec["shadows"].([]any)
	check(ok || spec["shadows"] == nil, "ShadowRoute: shadows specified in route is not an array")
	children = slices.Clone(children)
	for _, item := range list {
		entry, _ := item.(object)
		from, to, ok1 := numbers(entry["index_range"])
		low, high, ok2 := numbers(entry["key_fraction_range"])
		share, ok3 := entry["requests_fraction"].(json.Number)
		if !ok1 || !ok2 || entry["target"] == nil || low < 0 || high > 1 ||
			entry["requests_fraction"] != nil && (!ok3 || !strings.ContainsAny(share.String(), ".eE")) {
			problem := fmt.Sprintf("invalid shadow: %v (requests_fraction must be a double)", entry)
			check(b.router.opts["validate-config"] == "", "%s", problem)
			logf("%s", problem)
			continue
		}
		target := b.one(entry["target"])
		check(entry["keys_to_shadow"] == nil, "keys_to_shadow is not supported by the stand-in")
		picks := func(req *Request) bool {
			x := spooky32([]byte(hashedKey(req.Key)), 0)
			return x >= uint32(low*math.MaxUint32) && x <= uint32(high*math.MaxUint32)
		}
		for i := int(from); i < int(to) && i < len(children); i++ {
			children[i] = shadowed(children[i], target, picks)
		}
	}
	return children
}
