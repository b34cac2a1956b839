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

// What a real mcrouter answered while a pool was resized: test/fixtures/README.md.
const warmResize = "../fixtures/warm-resize"

// TestWarmResize asks which servers a request reaches with each configuration that was tried.
func TestWarmResize(t *testing.T) {
	var lines []struct {
		Config       string   `json:"config"`
		Key          string   `json:"key"`
		Ops          []string `json:"ops"`
		Destinations []string `json:"destinations"`
	}
	text, err := os.ReadFile(filepath.Join(warmResize, "routes.json"))
	if err == nil {
		err = json.Unmarshal(text, &lines)
	}
	if err != nil || len(lines) != 2244 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	routers := map[string]*Router{}
	for _, line := range lines {
		if routers[line.Config] == nil {
			routers[line.Config] = loaded(t, line.Config)
		}
		for _, op := range line.Ops {
			got := strings.ReplaceAll(strings.Join(destinations(routers[line.Config], op, line.Key), " "), "127.0.0.1:2540", "s")
			if !slices.Equal(strings.Split(got, " "), line.Destinations) {
				t.Errorf("%s: %s %q reaches %s, not %q", line.Config, op, line.Key, got, line.Destinations)
			}
		}
	}
	if len(routers) != 20 {
		t.Errorf("%d configurations", len(routers))
	}
}

func loaded(t *testing.T, config string) *Router {
	t.Helper()
	router, err := routerFor(nil)
	text, unread := os.ReadFile(filepath.Join(warmResize, config))
	if err != nil || unread != nil {
		t.Fatal(fmt.Sprint(config, err, unread))
	}
	if err := router.load(text); err != nil {
		t.Fatal(config, err)
	}
	return router
}
