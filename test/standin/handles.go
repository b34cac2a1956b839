package main

import (
	"os"
	"slices"
	"strings"
)

// lookup finds a named handle; those given as an object may come in any order.
func (b *builder) lookup(name string) Handle {
	if handles, ok := b.root["named_handles"].(object); ok && b.named[name] == nil && handles[name] != nil {
		j := handles[name]
		if spec, ok := j.(object); ok && spec["name"] != nil {
			check(spec["name"] == name, "Ambiguous RouteHandle name in object for %s", name)
		}
		delete(handles, name) // a handle that refers to itself does not find itself
		b.named[name] = b.one(j)
	}
	return b.named[name]
}

func (b *builder) one(j any) Handle {
	handles := b.list(j)
	check(len(handles) == 1, "%d RouteHandles in list, expected 1", len(handles))
	return handles[0]
}

// list reads what may be one handle, several, or none: an object, an array, or a string that is
// a name, "Type" or "Type|argument".
func (b *builder) list(j any) (handles []Handle) {
	switch v := j.(type) {
	case []any:
		for _, item := range v {
			handles = append(handles, b.list(item)...)
		}
	case object:
		_, ok := v["type"]
		check(ok, "No type field in RouteHandle json object")
		typ, ok := v["type"].(string)
		check(ok, "Type field in RouteHandle is not a string")
		check(typ != "if", "the built-in if is not supported by the stand-in")
		name := text(v["name"])
		if h := b.lookup(name); h != nil { // the first definition of a name wins
			return []Handle{h}
		}
		handles = b.create(typ, v, v)
		if name != "" && len(handles) == 1 {
			b.named[name] = handles[0]
		}
	case string:
		if v == "" {
			return nil
		}
		if h := b.lookup(v); h != nil {
			return []Handle{h}
		}
		typ, rest, ok := strings.Cut(v, "|")
		if !ok {
			return b.create(typ, nil, nil)
		}
		return b.create(typ, rest, nil)
	default:
		check(false, "RouteHandle is %T, expected object/array/string", j)
	}
	return
}

// What mcrouter has besides.
const otherRoutes = "HostIdRoute|MigrateRoute|RateLimitRoute|ModifyKeyRoute|ModifyExptimeRoute|L1L2CacheRoute|" +
	"L1L2SizeSplitRoute|LoadBalancerRoute|StagingRoute|KeySplitRoute|LatencyInjectionRoute|BlackholeRoute|LoggingRoute|" +
	"CarbonLookasideRoute|SaltedFailoverRoute|RoutingGroupRoute|BigValueRoute|KeyParseRoute|HashStopAllowListRoute|"

// create makes the handles of a type. j is the object, or the argument of the short form; spec is
// the object or nil.
func (b *builder) create(typ string, j any, spec object) []Handle {
	need := func(key string) Handle {
		check(spec[key] != nil, "%s: %s not found", typ, key)
		return b.one(spec[key])
	}
	children := func() []Handle {
		if spec == nil {
			return b.list(j)
		} else if spec["children"] == nil {
			return nil
		}
		return b.list(spec["children"])
	}
	group := func(make func([]Handle) Handle) []Handle { // of one child or none nothing is left to do
		switch children := children(); len(children) {
		case 0:
			return []Handle{nothing}
		case 1:
			return children
		default:
			return []Handle{make(children)}
		}
	}
	only := func(h Handle) []Handle { return []Handle{h} }
	switch typ {
	case "AllSyncRoute":
		return group(allSync)
	case "AllFastestRoute":
		return group(allFastest)
	case "AllMajorityRoute":
		return group(allMajority)
	case "AllInitialRoute":
		return group(allInitial)
	case "AllAsyncRoute":
		return only(allAsync(children()))
	case "RandomRoute":
		return group(random)
	case "LatestRoute":
		return group(func(c []Handle) Handle { return latest(c, spec) })
	case "FailoverRoute":
		return group(func(c []Handle) Handle { return failover(c, failoverSettings(spec)) })
	case "FailoverWithExptimeRoute":
		c, exptime := only(need("normal")), integer(spec, "failover_exptime", 60)
		if spec["failover"] != nil {
			c = append(c, b.list(spec["failover"])...)
		}
		for i := 1; i < len(c) && exptime > 0; i++ {
			c[i] = expireWithin(c[i], exptime)
		}
		return only(failover(c, failoverSettings(spec)))
	case "MissFailoverRoute":
		best, ok := spec["return_best_on_error"].(bool)
		check(ok || spec["return_best_on_error"] == nil, "MissFailoverRoute: return_best_on_error is not a bool")
		return group(func(c []Handle) Handle { return missFailover(c, best) })
	case "HashRoute":
		return only(b.hash(children(), spec, "HashRoute"))
	case "OperationSelectorRoute", "PrefixPolicyRoute":
		if spec == nil {
			return only(b.one(j))
		}
		return only(b.operations(spec))
	case "PoolRoute":
		return only(b.poolRoute(j, spec))
	case "Pool":
		return b.pool(j).servers
	case "WarmUpRoute":
		check(spec["enable_metaget"] != true, "WarmUpRoute: enable_metaget is not supported by the stand-in")
		return only(warmUp(need("cold"), need("warm"), integer(spec, "exptime", 0)))
	case "ShadowRoute":
		return b.shadows(children(), spec)
	case "ErrorRoute":
		if spec != nil {
			j = spec["response"]
		}
		check(spec["result"] == nil, "ErrorRoute: result is not supported by the stand-in")
		response, ok := j.(string)
		check(ok || j == nil, "ErrorRoute: response is not a string")
		return only(errorRoute(response))
	case "NullRoute", "DevNullRoute":
		return only(nothing)
	}
	check(!strings.Contains(otherRoutes, typ+"|"), "%s is not supported by the stand-in", typ)
	check(b.router.release > 41, "Unknown RouteHandle: %s", typ)
	check(false, "Unknown type or Missing Name Handle : %s", typ)
	return nil
}

func (b *builder) operations(spec object) Handle {
	policies, hasPolicies := spec["operation_policies"]
	check(hasPolicies || spec["default_policy"] != nil, "OperationSelectorRoute needs either 'default_policy' or 'operation_policies'")
	var fallback Handle
	if spec["default_policy"] != nil {
		fallback = b.one(spec["default_policy"])
	}
	valid := "get gets lease-get lease-set metaget set add replace append prepend cas incr decr delete touch flushre flushall"
	if b.router.release > 37 {
		valid += " gat gats"
	}
	items, ok := policies.(object)
	check(ok || !hasPolicies, "OperationSelectorRoute: operation_policies is not an object")
	handles := map[string]Handle{}
	for op, item := range items {
		check(slices.Contains(strings.Fields(valid), op), "Unknown operation: %s, valid operations: %s", op, valid)
		handles[op] = b.one(item)
	}
	return operationSelector(handles, fallback)
}

// latest fails over between a few children, starting at one that is each host's own. (mcrouter
// orders them all by host.)
func latest(children []Handle, spec object) Handle {
	check(spec["thread_local_failover"] == nil, "LatestRoute: thread_local_failover is not supported by the stand-in")
	host, _ := os.Hostname()
	start := mix(host, readSalt(spec, "LatestRoute")) % uint64(len(children))
	chosen := slices.Concat(children[start:], children[:start])
	return failover(chosen[:min(len(chosen), int(integer(spec, "failover_count", 5)))], failoverSettings(spec))
}

func (b *builder) hash(children []Handle, spec object, name string) Handle {
	n := len(children)
	switch {
	case n == 0 && b.router.release > 41:
		return errorRoute("HashRoute with empty children, name: " + name)
	case n == 0:
		return nothing
	case n == 1: // whatever the hash function
		return children[0]
	}
	salt := readSalt(spec, "HashRoute")
	index := ch3
	switch kind := spec["hash_func"]; kind {
	case nil, "Ch3":
	case "Crc32":
		index = crc32Index
	case "Latest":
		return latest(children, spec)
	case "WeightedCh3":
		index = weightedIndex(readWeights(name, spec["weights"]))
	case "Rendezvous":
		index = rendezvousIndex(readTags(name, spec["tags"], n))
	case "ConstShard", "WeightedRendezvous", "WeightedCh3Rv", "WeightedCh4", "LoadBalancer":
		check(false, "hash function %s is not supported by the stand-in", kind)
	default:
		check(false, "Unknown hash function: %v", kind)
	}
	return hashed(children, salt, index)
}

func readSalt(spec object, route string) string {
	salt, ok := spec["salt"].(string)
	check(ok || spec["salt"] == nil, "%s: salt is not a string", route)
	return salt
}

// failoverSettings reads which errors count as failing, for all operations or by class.
func failoverSettings(spec object) map[string]map[Result]bool {
	for _, key := range []string{"failover_limit", "failover_policy", "enable_lease_pairing"} {
		check(spec[key] == nil, "%s is not supported by the stand-in", key)
	}
	errors := map[string]map[Result]bool{}
	byClass, isObject := spec["failover_errors"].(object)
	for _, class := range []string{"gets", "updates", "deletes"} {
		j := spec["failover_errors"]
		if isObject {
			j = byClass[class]
		}
		list, ok := j.([]any)
		check(ok || j == nil, "Failover: failover_errors is not an array/object of arrays")
		if j != nil {
			errors[class] = map[Result]bool{}
		}
		for _, item := range list {
			check(Result(text(item)).isError(), "Failover error '%s' is not a valid error type.", text(item))
			errors[class][Result(text(item))] = true
		}
	}
	return errors
}
