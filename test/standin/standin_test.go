package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCh3(t *testing.T) {
	sizes := []int{1, 2, 3, 5, 17, 1000, 100000}
	for key, want := range map[string][]int{
		"foo":            {0, 1, 1, 1, 1, 478, 81741},
		"bar":            {0, 0, 0, 0, 0, 410, 9633},
		"user:1:profile": {0, 1, 2, 2, 13, 538, 28423},
		"":               {0, 1, 1, 1, 12, 72, 86003},
		"abcdefgh":       {0, 0, 2, 2, 8, 257, 30053},
		"a-key-of-more-than-sixteen-bytes:0123456789": {0, 1, 1, 1, 12, 768, 22202},
	} {
		for i, n := range sizes {
			if got := ch3(key, n); got != want[i] {
				t.Errorf("ch3(%q, %d) = %d, want %d", key, n, got, want[i])
			}
		}
	}
	sum := uint64(0)
	for i := range 20000 {
		sum = sum*31 + uint64(ch3(fmt.Sprint("key-", i), 1+i%97))
	}
	if sum != 7102863875656980435 {
		t.Errorf("sum over many keys: %d", sum)
	}
}

func TestOptions(t *testing.T) {
	for line, want := range map[string]string{
		"-p 5000 --config-file=/c --debug-fifo-root= --num-proxies 2": "map[config-file:/c debug-fifo-root: num-proxies:2 port:5000]",
		"-p5000 -f c -R /a/b/ --enable-flush-cmd":                     "map[config-file:c enable-flush-cmd:1 port:5000 route-prefix:/a/b/]",
		"--port=1 --disable-tko-tracking=0":                           "map[disable-tko-tracking:0 port:1]",
		"--server-timeout-ms=5":                                       "Unrecognized option: --server-timeout-ms (in release 41)",
		"--maximum-soft-tkos=5":                                       "Unrecognized option: --maximum-soft-tkos (in release 41)",
		"-c 5":                                                        "Unrecognized option: -c (in release 41)",
		"--port":                                                      "option requires an argument: --port",
		"flavor":                                                      "a flavor (argument flavor) is not supported by the stand-in",
		"--ssl-port=1":                                                "map[ssl-port:1]",
	} {
		opts, err := parseOptions(strings.Fields(line), 41)
		got := fmt.Sprint(map[string]string(opts))
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

func TestConfigs(t *testing.T) {
	const pools = `"pools": {"A": {"servers": ["a:1", "b:2"]}, "B": {"servers": ["[::1]:1"], "inherit": "A"}}, `
	for config, want := range map[string]string{
		`{` + pools + `"route": "PoolRoute|A"}`:                                                                 "",
		`{/* c */ ` + pools + `"route": {"type": "PoolRoute", "pool": "B",}, } // c`:                            "",
		`{` + pools + `"route": "AllSyncRoute|Pool|A"}`:                                                         "",
		`{` + pools + `"named_handles": {"x": "AllSyncRoute|y", "y": "PoolRoute|A"}, "route": "RandomRoute|x"}`: "",
		`{` + pools + `"routes": [{"aliases": ["/././", "/a/b/"], "route": "NullRoute"}]}`:                      "",
		`{` + pools + `"route": {"type": "PrefixSelectorRoute", "policies": {"a": "PoolRoute|A"}}}`:             "",
		`{"pools": {"A": {"servers": ["a"]}}, "route": "NullRoute"}`:                                            "",
		`[]`:                                  "config is not an object",
		`{"pools": {}`:                        "unexpected EOF",
		`{}`:                                  "No route/routes in config",
		`{"route": "AllSyncRoute"}`:           "RouteHandle is <nil>, expected object/array/string",
		`{"route": {"type": "AllSyncRoute"}}`: "",
		`{"route": "X"}`:                      "Unknown type or Missing Name Handle : X",
		`{"route": "PoolRoute|A"}`:            "Can not read pool: A",
		`{"route": []}`:                       "0 RouteHandles in list, expected 1",
		`{"route": null}`:                     "RouteHandle is <nil>, expected object/array/string",
		`{` + pools + `"route": "Pool|A"}`:    "2 RouteHandles in list, expected 1",
		`{` + pools + `"route": "PoolRoute|A", "routes": []}`:                                                       "Invalid config: both 'route' and 'routes' are specified",
		`{"routes": {"/a/b/": "NullRoute"}}`:                                                                        "invalid default route: /././",
		`{"routes": {"/a/": "NullRoute"}}`:                                                                          "Routing prefix (/a/) should be of the form /region/cluster/",
		`{"pools": {"A": {"servers": ["a"]}}, "route": "PoolRoute|A"}`:                                              "Pool A: invalid server a",
		`{"pools": {"A": {"servers": ["a:1", "b:2"]}}, "route": {"type": "PoolRoute", "pool": "A", "hash": "Ch2"}}`: "Unknown hash function: Ch2",
		`{"pools": {"A": {"servers": ["a:1"]}}, "route": {"type": "PoolRoute", "pool": "A", "hash": "Ch2"}}`:        "",
		`{"pools": {"A": {"servers": ["a:1"], "server_timeout": 0}}, "route": "PoolRoute|A"}`:                       "Pool A: server_timeout should be in range [1,1000000], got 0",
		`{"route": {"type": "OperationSelectorRoute", "operation_policies": {"flush_all": "NullRoute"}}}`:           "Unknown operation: flush_all, valid operations: get",
		`{"route": {"type": "FailoverRoute", "children": ["NullRoute", "NullRoute"], "failover_errors": ["miss"]}}`: "Failover error 'miss' is not a valid error type.",
		`{"route": {"type": "RateLimitRoute"}}`:                                                                     "RateLimitRoute is not supported by the stand-in",
		`{"route": "ErrorRoute|50%"}`:                                                                               "the macro language",
		`{"route": "@import(x)"}`:                                                                                   "the macro language",
		`{"route": "ErrorRoute|50\\% \\\\ @"}`:                                                                      "",
	} {
		_, err := parseConfig(&Router{release: 99, defaultRoute: "/././"}, []byte(config))
		if got := fmt.Sprint(err); err == nil && want != "" || err != nil && (want == "" || !strings.HasPrefix(got, want)) {
			t.Errorf("%s: %v, want %q", config, err, want)
		}
	}
}

// lab is a set of real memcached servers and one router in front of them.
type lab struct {
	t       *testing.T
	servers []*exec.Cmd
	ports   []string
	config  string
	router  string // address
}

func (l *lab) run(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "MCROUTER_STANDIN_RELEASE=99")
	if testing.Verbose() {
		cmd.Stderr = os.Stderr
	}
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return cmd
}

func (l *lab) memcached(i int) {
	l.servers[i] = l.run("memcached", "-u", "root", "-l", "127.0.0.1", "-U", "0", "-m", "8", "-t", "1", "-p", l.ports[i])
	await(l.t, "127.0.0.1:"+l.ports[i])
}

func (l *lab) stop(i int) {
	l.servers[i].Process.Kill()
	l.servers[i].Wait()
}

func (l *lab) write(config string) {
	if err := os.WriteFile(l.config, []byte(config), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

func await(t *testing.T, address string) {
	for range 500 {
		if nc, err := net.Dial("tcp", address); err == nil {
			nc.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("nothing listens at %s", address)
}

func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// ask sends commands and returns what comes back until a last "version" is answered.
func ask(t *testing.T, address, commands string) string {
	nc, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprint(nc, commands, "version\r\n")
	var out strings.Builder
	for r := bufio.NewReader(nc); ; {
		line, err := r.ReadString('\n')
		if strings.HasPrefix(line, "VERSION") || err != nil {
			return out.String()
		}
		out.WriteString(line)
	}
}

// TestBinary sends the first byte of a request of the binary protocol.
func TestBinary(t *testing.T) {
	client, server := net.Pipe()
	defer client.Close()
	go (&Router{}).serve(server)
	client.SetDeadline(time.Now().Add(20 * time.Second))
	client.Write([]byte{0x80})
	got, err := io.ReadAll(client)
	if want := "CLIENT_ERROR malformed request\r\n"; string(got) != want || err != nil {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}

// TestTranscripts runs conversations through the stand-in and, where the environment variable
// MCROUTER_BIN names a real mcrouter (2026), through that as well: both must say the same.
func TestTranscripts(t *testing.T) {
	if _, err := exec.LookPath("memcached"); err != nil {
		t.Skip("no memcached")
	}
	standin := filepath.Join(t.TempDir(), "mcrouter")
	if out, err := exec.Command("go", "build", "-o", standin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cases, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(cases) == 0 {
		t.Fatal("no test cases")
	}
	for _, binary := range []string{standin, os.Getenv("MCROUTER_BIN")} {
		for _, file := range cases {
			if binary != "" {
				t.Run(filepath.Base(filepath.Dir(binary))+"/"+filepath.Base(file), func(t *testing.T) {
					t.Parallel() // they wait most of the time
					transcript(t, binary, file)
				})
			}
		}
	}
}

// transcript plays one file: a configuration, then lines that are sent ("> ", with \r\n), expected
// ("< "), or done: "! stop N", "! start N", "! sleep DURATION", "! config" (what follows up to "."),
// "! direct N" (the next lines go to that server).
func transcript(t *testing.T, binary, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	l := &lab{t: t, servers: make([]*exec.Cmd, 4), config: filepath.Join(t.TempDir(), "config.json")}
	for i := range l.servers {
		l.ports = append(l.ports, freePort(t))
		l.memcached(i)
	}
	for i, port := range l.ports { // S0 ... S3 stand for the servers' addresses
		text = bytes.ReplaceAll(text, fmt.Append(nil, "S", i), []byte("127.0.0.1:"+port))
	}
	config, script, _ := strings.Cut(string(text), "\n---\n")
	l.write(config)
	port := freePort(t)
	l.router = "127.0.0.1:" + port
	l.run(binary, "--config-file="+l.config, "--port="+port, "--enable-flush-cmd", "--asynclog-disable", "--debug-fifo-root=",
		"--config-dump-root=", "--stats-logging-interval=0", "--probe-timeout-initial=300", "--probe-timeout-max=600", "--reconfiguration-delay-ms=200")
	await(t, l.router)
	lines := strings.Split(strings.TrimSpace(script), "\n")
	target := l.router
	for len(lines) > 0 {
		take := func(prefix string) (block string) {
			for len(lines) > 0 && strings.HasPrefix(lines[0], prefix) {
				block += strings.TrimPrefix(lines[0], prefix) + "\r\n"
				lines = lines[1:]
			}
			return
		}
		if action, ok := strings.CutPrefix(lines[0], "! "); ok {
			lines = lines[1:]
			verb, arg, _ := strings.Cut(action, " ")
			var n int
			fmt.Sscan(arg, &n)
			switch verb {
			case "stop":
				l.stop(n)
				time.Sleep(100 * time.Millisecond)
			case "start":
				l.memcached(n)
			case "direct":
				target = "127.0.0.1:" + l.ports[n]
			case "sleep":
				d, _ := time.ParseDuration(arg)
				time.Sleep(d)
			case "config":
				end := 0
				for lines[end] != "." {
					end++
				}
				l.write(strings.Join(lines[:end], "\n"))
				lines = lines[end+1:]
				time.Sleep(2 * time.Second)
			}
			continue
		}
		sent := take("> ") // one command: mcrouter does several that are sent at once concurrently
		want := take("< ")
		if sent == "" && want == "" {
			lines = lines[1:] // blank
			continue
		}
		if got := ask(t, target, sent); got != want {
			t.Errorf("sent:\n%sgot:\n%swant:\n%s", sent, got, want)
		}
		target = l.router
	}
}
