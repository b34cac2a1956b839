package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

type pool struct {
	name    string
	weights any
	servers []Handle
}

func (b *builder) poolRoute(j any, spec object) Handle {
	if spec != nil {
		check(spec["pool"] != nil, "PoolRoute: pool not found")
		j = spec["pool"]
	}
	p := b.pool(j)
	hash, ok := spec["hash"].(object)
	if name, isString := spec["hash"].(string); isString {
		hash, ok = object{"hash_func": name}, true
	} else if p.weights != nil && hash == nil {
		hash = object{"hash_func": "WeightedCh3", "weights": p.weights}
	}
	check(ok || spec["hash"] == nil, "PoolRoute %s: hash is not object/string", p.name)
	for _, key := range []string{"slow_warmup", "rates", "shard_splits", "max_outstanding"} {
		check(spec[key] == nil, "PoolRoute %s: %s is not supported by the stand-in", p.name, key)
	}
	handle := b.hash(b.shadows(p.servers, spec), hash, p.name)
	if !b.router.opts.on("asynclog-disable") && spec["asynclog"] != false {
		handle = asynclogged(handle)
	}
	return handle
}

// pool reads a pool, given by name or as an object, once.
func (b *builder) pool(j any) *pool {
	spec, inline := j.(object)
	name := text(j)
	if inline {
		name = text(spec["name"])
		check(name != "", "Pool should have string 'name'")
	}
	if p, ok := b.pools[name]; ok {
		return p
	}
	if !inline {
		spec = b.inherited(name, nil)
	}
	p := &pool{name: name, weights: spec["weights"]}
	check(spec["servers"] != nil, "Pool %s: servers not found", name)
	for _, key := range []string{"security_mech", "qos", "port_override", "tko_tracker", "hostnames", "failure_domains", "region"} {
		check(spec[key] == nil, "Pool %s: %s is not supported by the stand-in", name, key)
	}
	keepPrefix, ok := spec["keep_routing_prefix"].(bool)
	check(ok || spec["keep_routing_prefix"] == nil, "Pool %s: keep_routing_prefix expected bool", name)
	servers, ok := spec["servers"].([]any)
	check(ok, "Pool %s: servers is not an array", name)
	timeout := integer(spec, "server_timeout", b.router.opts.number("server-timeout", 1000))
	connect := timeout
	if b.router.release > 37 {
		connect = integer(spec, "connect_timeout", timeout)
	}
	check(timeout >= 1 && timeout <= 1000000, "Pool %s: server_timeout should be in range [1,1000000], got %d", name, timeout)
	check(connect >= 1 && connect <= 1000000, "Pool %s: connect_timeout should be in range [1,1000000], got %d", name, connect)
	protocol := text(spec["protocol"])
	check(protocol == "" || strings.EqualFold(protocol, "ascii"), "Pool %s: protocol %s is not supported by the stand-in", name, protocol)
	for i, server := range servers {
		switch s := server.(type) {
		case string:
			p.servers = append(p.servers, b.dest(name, s, timeout, connect, keepPrefix))
		case object:
			p.servers = append(p.servers, b.one(s))
		default:
			check(false, "Pool %s: server #%d is not a string/object", name, i)
		}
	}
	b.pools[name] = p
	return p
}

// inherited is a pool's definition together with what it inherits.
func (b *builder) inherited(name string, seen []string) object {
	check(!slices.Contains(seen, name), "Cycle in pool inheritance")
	pools, _ := b.root["pools"].(object)
	spec, ok := pools[name].(object)
	check(ok, "Can not read pool: %s", name)
	merged := object{}
	if parent := text(spec["inherit"]); parent != "" {
		merged = b.inherited(parent, append(seen, name))
	}
	maps.Copy(merged, spec)
	return merged
}

var serverString = regexp.MustCompile(`^(\[[0-9a-fA-F:.]+\]|[^:\[\]]+):([0-9]{1,5})(?::(.+))?$`)

// dest is the server of that address and those timeouts, as it is or new.
func (b *builder) dest(pool, server string, timeout, connect int64, keepPrefix bool) Handle {
	m := serverString.FindStringSubmatch(server)
	check(!strings.HasPrefix(server, "unix:"), "Pool %s: server %s: a unix socket is not supported by the stand-in", pool, server)
	check(m != nil, "Pool %s: invalid server %s", pool, server)
	port, _ := strconv.Atoi(m[2])
	check(port < 65536, "Pool %s: invalid server %s", pool, server)
	mech, secure := "plain", (*tlsFiles)(nil)
	if m[3] == "ascii:ssl" && b.router.release > 37 {
		mech, secure = "ssl", b.router.toServers
	}
	check(secure != nil || strings.HasPrefix("ascii:plain:notcompressed", m[3]), "Pool %s: server %s: only ascii:plain and ascii:ssl are supported by the stand-in", pool, server)
	key := fmt.Sprintf("%s:%s:ascii:%s:notcompressed-%d", m[1], m[2], mech, timeout)
	id := fmt.Sprint(key, connect, keepPrefix)
	d := b.config.dests[id]
	if d == nil && b.router.config.Load() != nil {
		d = b.router.config.Load().dests[id]
	}
	if d == nil {
		d = &Dest{addr: m[1] + ":" + m[2], label: key, timeout: time.Duration(timeout) * time.Millisecond,
			connect: time.Duration(connect) * time.Millisecond, keepPrefix: keepPrefix, secure: secure, opts: b.router.opts, sayWhy: b.router.release > 41, results: map[Result]int{}}
	}
	b.config.dests[id] = d
	return d.Route
}
