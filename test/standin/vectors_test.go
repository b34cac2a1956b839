package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a real mcrouter (v2026.08.17) answered, taken down once: test/fixtures/README.md.
const vectors, golden = "../fixtures/vectors", "../fixtures/golden"

func recorded[T any](t *testing.T, name string) (lines []T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(vectors, name))
	if err == nil {
		err = json.Unmarshal(text, &lines)
	}
	if err != nil || len(lines) == 0 {
		t.Fatalf("%s: %d lines, %v", name, len(lines), err)
	}
	return
}

func routerFor(args []string) (*Router, error) {
	opts, err := parseOptions(append([]string{"--config-str={}", "--asynclog-disable"}, args...), 99)
	if err != nil {
		return nil, err
	}
	return newRouter(opts, 99)
}

// TestHashes gives every key to the server that it had of mcrouter.
func TestHashes(t *testing.T) {
	type line struct {
		HashFunc *string           `json:"hash_func"`
		Salt     *string           `json:"salt"`
		Servers  int               `json:"servers"`
		Weights  []json.RawMessage `json:"weights"`
		Tags     []string          `json:"tags"`
		Keys     map[string]int    `json:"keys"`
	}
	for _, file := range []string{"ch3.json", "crc32.json", "weighted-ch3.json", "rendezvous.json"} {
		for _, line := range recorded[line](t, file) {
			hash := map[string]any{}
			for name, value := range map[string]any{"hash_func": line.HashFunc, "salt": line.Salt} {
				if text := value.(*string); text != nil {
					hash[name] = *text
				}
			}
			if line.Weights != nil {
				hash["weights"] = line.Weights
			}
			if line.Tags != nil {
				hash["tags"] = line.Tags
			}
			servers := make([]string, line.Servers)
			for i := range servers {
				servers[i] = fmt.Sprintf("server-%d:1", i)
			}
			config, _ := json.Marshal(map[string]any{
				"pools": map[string]any{"A": map[string]any{"servers": servers}},
				"route": map[string]any{"type": "PoolRoute", "pool": "A", "hash": hash},
			})
			router, err := routerFor(nil)
			if err == nil {
				err = router.load(config)
			}
			if err != nil {
				t.Errorf("%s: %v: %v", file, hash, err)
				continue
			}
			for key, index := range line.Keys {
				if got := destinations(router, "get", key); !slices.Equal(got, servers[index:index+1]) {
					t.Errorf("%s: %v over %d: %q goes to %q, not to %d", file, hash, line.Servers, key, got, index)
				}
			}
		}
	}
}

// TestRoutes asks which servers a request reaches.
func TestRoutes(t *testing.T) {
	type line struct {
		Config       string   `json:"config"`
		Args         []string `json:"args"`
		Key          string   `json:"key"`
		Ops          []string `json:"ops"`
		Destinations []string `json:"destinations"`
	}
	routers := map[string]*Router{}
	for _, line := range recorded[line](t, "routes.json") {
		id := fmt.Sprint(line.Config, line.Args)
		if routers[id] == nil {
			router, err := routerFor(line.Args)
			text, unread := os.ReadFile(filepath.Join(golden, line.Config))
			if err != nil || unread != nil {
				t.Fatal(id, err, unread)
			}
			if err := router.load(text); err != nil {
				t.Fatal(id, err)
			}
			routers[id] = router
		}
		for _, op := range line.Ops {
			if got := destinations(routers[id], op, line.Key); !slices.Equal(got, line.Destinations) {
				t.Errorf("%s: %s %q reaches %q, not %q", id, op, line.Key, got, line.Destinations)
			}
		}
	}
}

func destinations(router *Router, op, key string) []string {
	reply := router.admin(fmt.Sprintf("route(%s,%s)", op, key))
	if reply == "" {
		return nil
	}
	return strings.Split(reply, "\r\n")
}

// TestValidity takes what mcrouter takes and refuses what it refuses, or says that it cannot imitate it.
func TestValidity(t *testing.T) {
	type line struct {
		Name   string   `json:"name"`
		Config string   `json:"config"`
		Args   []string `json:"args"`
		Valid  bool     `json:"valid"`
		Error  string   `json:"error"`
	}
	taken := 0
	for _, line := range recorded[line](t, "configs.json") {
		router, err := routerFor(append([]string{"--validate-config=exit"}, line.Args...))
		if err == nil {
			_, err = parseConfig(router, []byte(line.Config))
		}
		notImitated := err != nil && strings.HasSuffix(err.Error(), "supported by the stand-in")
		if !notImitated && (err == nil) != line.Valid {
			t.Errorf("%s: %.300s\n valid: %v %s, here: %v", line.Name, line.Config, line.Valid, line.Error, err)
		}
		if err == nil {
			taken++
		}
	}
	// What is not imitated is a part of the language only.
	if taken < 60 {
		t.Errorf("only %d are taken", taken)
	}
}
