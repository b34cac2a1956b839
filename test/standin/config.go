package main

import (
	"fmt"
	"strings"
)

// Config is a configuration that was found valid, ready to route.
type Config struct {
	routes map[string]selector // by routing prefix
	dests  map[string]*Dest    // every server that a route can reach
	md5    string
}

// selector is what a routing prefix leads to: routes by prefix of the key; "" is the wildcard.
type selector map[string]Handle

func (s selector) find(key string) Handle {
	var best string
	for prefix := range s {
		if strings.HasPrefix(key, prefix) && len(prefix) > len(best) {
			best = prefix
		}
	}
	return s[best]
}

// builder turns JSON into handles. Messages are those that mcrouter gives, or end in "stand-in".
type builder struct {
	router *Router
	config *Config
	root   object
	pools  map[string]*pool
	named  map[string]Handle
}

type object = map[string]any

type configError string

// check gives up on the configuration unless ok; parseConfig recovers.
func check(ok bool, format string, args ...any) {
	if !ok {
		panic(configError(fmt.Sprintf(format, args...)))
	}
}

// parseConfig builds a Config; servers that the router already knows are taken over.
func parseConfig(router *Router, source []byte) (config *Config, err error) {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case configError:
			config, err = nil, fmt.Errorf("%s", e)
		default:
			panic(e)
		}
	}()
	value, err := parseJSON(source)
	if err != nil {
		return nil, err
	}
	root, ok := value.(object)
	check(ok, "config is not an object")
	config = &Config{routes: map[string]selector{}, dests: map[string]*Dest{}}
	b := &builder{router, config, root, map[string]*pool{}, map[string]Handle{}}
	if pools, ok := root["pools"]; ok {
		_, ok = pools.(object)
		check(ok, "config: 'pools' is not an object")
	}
	switch handles := root["named_handles"].(type) {
	case nil:
	case []any:
		b.list(handles)
	case object:
		for name := range handles {
			b.lookup(name)
		}
	default:
		check(false, "named_handles is %T expected array/object", handles)
	}
	route, hasRoute := root["route"]
	routes, hasRoutes := root["routes"]
	check(!hasRoute || !hasRoutes, "Invalid config: both 'route' and 'routes' are specified")
	check(hasRoute || hasRoutes, "No route/routes in config")
	if hasRoute {
		config.routes[router.defaultRoute] = b.selector(route)
	}
	switch routes := routes.(type) {
	case []any:
		for _, item := range routes {
			entry, _ := item.(object)
			aliases, ok := entry["aliases"].([]any)
			check(ok && entry["route"] != nil, "RoutePolicy: no aliases/route")
			s := b.selector(entry["route"])
			for _, alias := range aliases {
				config.routes[routingPrefix(text(alias))] = s
			}
		}
	case object:
		for alias, route := range routes {
			config.routes[routingPrefix(alias)] = b.selector(route)
		}
	default:
		check(!hasRoutes, "Config: routes is not array/object")
	}
	check(config.routes[router.defaultRoute] != nil, "invalid default route: %s", router.defaultRoute)
	return config, nil
}

func routingPrefix(s string) string {
	p := strings.Split(s, "/")
	check(len(p) == 4 && p[0] == "" && p[1] != "" && p[2] != "" && p[3] == "",
		"Routing prefix (%s) should be of the form /region/cluster/", s)
	return s
}

func (b *builder) selector(j any) selector {
	spec, _ := j.(object)
	if spec["type"] != "PrefixSelectorRoute" {
		return selector{"": b.one(j)}
	}
	s := selector{}
	policies, hasPolicies := spec["policies"]
	wildcard, hasWildcard := spec["wildcard"]
	check(hasPolicies || hasWildcard, "PrefixSelectorRoute: no policies/wildcard")
	if hasPolicies {
		items, ok := policies.(object)
		check(ok, "PrefixSelectorRoute: policies is not an object")
		for prefix, item := range items {
			s[prefix] = b.one(item)
		}
	}
	if hasWildcard {
		s[""] = b.one(wildcard)
	}
	return s
}
