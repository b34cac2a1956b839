package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

func routerWith(t *testing.T, config string, opts options) *Router {
	opts["config-str"] = config
	r, err := newRouter(opts, 99)
	if err == nil {
		err = r.load([]byte(config))
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// told is what "stats all" says of a statistic.
func told(r *Router, name string) string {
	_, rest, _ := strings.Cut(r.stats("all"), "STAT "+name+" ")
	value, _, _ := strings.Cut(rest, "\r\n")
	return value
}

func get(r *Router, key string) {
	r.command([]string{"get", key}, bufio.NewReader(strings.NewReader("")))
}

func TestStatistics(t *testing.T) {
	closed := "127.0.0.1:" + freePort(t)
	other := "127.0.0.1:" + freePort(t)
	r := routerWith(t, fmt.Sprintf(`{"pools": {"A": {"servers": [%q]}, "B": {"servers": [%q]}},
		"route": {"type": "FailoverRoute", "children": ["PoolRoute|A", "PoolRoute|B"]}}`, closed, other), options{})
	check := func(want map[string]string) {
		t.Helper()
		for name, value := range want {
			if got := told(r, name); got != value {
				t.Errorf("%s: %q, want %q", name, got, value)
			}
		}
	}
	get(r, "k")
	check(map[string]string{"cmd_get_count": "1", "cmd_set_count": "0", "result_error_count": "1", "result_error_all_count": "2",
		"result_connect_error_count": "1", "result_tko_count": "0", "failover_policy_result_error": "1",
		"failover_policy_tko_error": "0", "failover_all_failed_count": "1"})
	get(r, "k")
	get(r, "__mcrouter__.route(get,k)")
	check(map[string]string{"cmd_get_count": "2", "result_error_count": "2", "result_tko_count": "1", "result_tko_all_count": "2",
		"failover_policy_tko_error": "1", "failover_all_failed_count": "2", "proxy_reqs_waiting": "0"})
	for _, name := range []string{"ps_rss", "rusage_user", "rusage_system", "time"} {
		if value := told(r, name); value == "" || value == "0" {
			t.Errorf("%s: %q", name, value)
		}
	}
}

func TestInflight(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	r := routerWith(t, fmt.Sprintf(`{"pools": {"A": {"servers": [%q], "server_timeout": 2000}}, "route": "PoolRoute|A"}`, silent.Addr()),
		options{"proxy-max-inflight-requests": "1", "num-proxies": "2"})
	for range 5 {
		go get(r, "k")
	}
	for end := time.Now().Add(10 * time.Second); told(r, "proxy_reqs_waiting") != "3"; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s wait", told(r, "proxy_reqs_waiting"))
		}
	}
	if got := told(r, "proxy_reqs_processing"); got != "2" {
		t.Errorf("%s with servers", got)
	}
}
