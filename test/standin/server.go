package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

var errMalformed = errors.New("CLIENT_ERROR malformed request")

// serve speaks the memcached ASCII protocol with one client; one that it does not understand is
// told so and hung up on.
func (r *Router) serve(nc net.Conn) {
	defer nc.Close()
	in, out := bufio.NewReader(nc), bufio.NewWriter(nc)
	defer out.Flush()
	for {
		if in.Buffered() == 0 {
			out.Flush()
		}
		if isBinary(in) {
			fmt.Fprintf(out, "%v\r\n", errMalformed)
			return
		}
		line, err := in.ReadString('\n')
		words := strings.Fields(line)
		if err != nil || len(words) == 1 && words[0] == "quit" {
			return
		}
		reply, err := r.command(words, in)
		out.WriteString(reply)
		if err != nil {
			fmt.Fprintf(out, "%v\r\n", err)
			return
		}
	}
}

// isBinary says whether what comes begins with a byte that begins no command: mcrouter gives up there, without waiting for
// the end of a line, which a request of the binary protocol does not have.
func isBinary(in *bufio.Reader) bool {
	first, err := in.Peek(1)
	return err == nil && first[0] >= 0x80
}

// What follows the key in the commands on one key.
var layouts = map[string]string{
	"set": "flags exptime bytes", "add": "flags exptime bytes", "replace": "flags exptime bytes",
	"append": "flags exptime bytes", "prepend": "flags exptime bytes", "cas": "flags exptime bytes cas",
	"incr": "delta", "decr": "delta", "touch": "exptime", "delete": "exptime",
}

// command runs one command and returns what to send back.
func (r *Router) command(words []string, in *bufio.Reader) (string, error) {
	if len(words) == 0 {
		return "", errMalformed
	}
	req, args := &Request{Op: words[0]}, words[1:]
	switch {
	case (req.Op == "get" || req.Op == "gets") && len(args) > 0:
		return r.get(req, args), nil
	case (req.Op == "gat" || req.Op == "gats") && len(args) > 1 && r.release >= 40: // 37 does not parse them
		if _, err := fmt.Sscan(args[0], &req.Exptime); err != nil {
			return "", errMalformed
		}
		return r.get(req, args[1:]), nil
	case req.Op == "flush_all" && len(args) < 2:
		req.Op = "flushall"
		if _, err := fmt.Sscan(strings.Join(args, "")+" 0", &req.Exptime); err != nil {
			return "", errMalformed
		}
		return replyText(r.flush(req), req), nil
	case req.Op == "version" && len(args) == 0:
		return "VERSION " + r.version() + "\r\n", nil
	case req.Op == "stats":
		return r.stats(strings.Join(args, " ")), nil
	}
	quiet := len(args) > 0 && args[len(args)-1] == "noreply"
	if quiet {
		args = args[:len(args)-1]
	}
	if req.Op == "delete" && len(args) == 1 {
		args = append(args, "0")
	}
	layout := strings.Fields(layouts[req.Op])
	if len(layout) == 0 || len(args) != 1+len(layout) {
		return "", errMalformed
	}
	size := 0
	fields := map[string]any{"flags": &req.Flags, "exptime": &req.Exptime, "bytes": &size, "cas": &req.Cas, "delta": &req.Delta}
	for i, field := range layout {
		if _, err := fmt.Sscan(args[1+i], fields[field]); err != nil || size < 0 || size > 1<<30 {
			return "", errMalformed
		}
	}
	if req.updateLike() {
		data := make([]byte, size+2)
		if _, err := io.ReadFull(in, data); err != nil || string(data[size:]) != "\r\n" {
			return "", errMalformed
		}
		req.Value = data[:size]
	}
	reply := r.asked(req, args[0])
	if quiet {
		return "", nil
	}
	return replyText(reply, req), nil
}

// get asks for all keys at once; if one fails, the error is all that is sent back.
func (r *Router) get(req *Request, keys []string) string {
	replies := make([]chan *Reply, len(keys))
	for i, key := range keys {
		replies[i] = make(chan *Reply, 1)
		go func() {
			if command, ok := strings.CutPrefix(key, "__mcrouter__."); ok && req.Op == "get" {
				replies[i] <- r.admitted(func() *Reply { return &Reply{Result: "found", Value: []byte(r.admin(command))} })
			} else {
				replies[i] <- r.asked(req.with(req.Op), key)
			}
		}()
	}
	var out strings.Builder
	failed := ""
	for i, key := range keys {
		switch reply := <-replies[i]; {
		case reply.Result == "found":
			fmt.Fprintf(&out, "VALUE %s %d %d", key, reply.Flags, len(reply.Value))
			if strings.HasSuffix(req.Op, "s") {
				fmt.Fprintf(&out, " %d", reply.Cas)
			}
			fmt.Fprintf(&out, "\r\n%s\r\n", reply.Value)
		case reply.Result != "notfound" && failed == "":
			failed = replyText(reply, req.with("get"))
		}
	}
	if failed != "" {
		return failed
	}
	return out.String() + "END\r\n"
}

var replyTexts = map[Result]string{
	"stored": "STORED", "notstored": "NOT_STORED", "exists": "EXISTS", "notfound": "NOT_FOUND", "deleted": "DELETED",
	"touched": "TOUCHED", "ok": "OK", "timeout": "SERVER_ERROR timeout", "connect_timeout": "SERVER_ERROR connection timeout",
	"connect_error": "SERVER_ERROR connection error", "tko": "SERVER_ERROR unavailable", "bad_key": "CLIENT_ERROR bad key",
	"remote_error": "SERVER_ERROR remote error", "local_error": "SERVER_ERROR local error", "client_error": "CLIENT_ERROR",
}

func replyText(reply *Reply, req *Request) string {
	out, known := replyTexts[reply.Result]
	switch {
	case !known:
		out = fmt.Sprintf("SERVER_ERROR unexpected result mc_res_%s (0) for %s", reply.Result, req.Op)
	case reply.Result.isError() && reply.Message != "":
		out, _, _ = strings.Cut(out, " ")
		out += " " + reply.Message
	case req.arithmetic() && reply.Result == "stored":
		out = strconv.FormatUint(reply.Delta, 10)
	}
	return out + "\r\n"
}

// asked routes what a client asks for.
func (r *Router) asked(req *Request, key string) *Reply {
	req.counted = r.counted
	r.counted.add("cmd_" + req.Op + "_count")
	return r.admitted(func() *Reply { return r.route(req, key) })
}

// route is the root of all routes: it takes the routing prefix off the key and picks the targets.
func (r *Router) route(req *Request, key string) *Reply {
	if len(key) > 250 {
		return &Reply{Result: "bad_key"}
	}
	req.Key = key
	if parts := strings.SplitN(key, "/", 4); len(parts) == 4 && parts[0] == "" {
		req.Prefix, req.Key = "/"+parts[1]+"/"+parts[2]+"/", parts[3]
	}
	targets := r.targets(req)
	if len(targets) == 0 {
		if r.release > 41 {
			return &Reply{Result: "local_error", Message: "RootRoute: No rh found"}
		}
		return &Reply{Result: "local_error"}
	}
	startAll(targets[1:], req)
	reply := targets[0](req)
	if reply.Result.isError() && r.release <= 41 && (req.getLike() && !r.opts.on("disable-miss-on-get-errors") || req.arithmetic()) {
		return nothing(req)
	}
	return reply
}

// targets are the routes for a key: one, or with "*" in the prefix all that match, the default first.
func (r *Router) targets(req *Request) (targets []Handle) {
	routes, wanted := r.config.Load().routes, req.Prefix
	region := strings.SplitAfterN(wanted, "/", 3)[:min(2, strings.Count(wanted, "/"))]
	fallback := strings.Join(region, "") + "fallback/"
	if !strings.Contains(wanted, "*") && routes[wanted] == nil {
		switch {
		case wanted != "" && routes[fallback] != nil:
			wanted = fallback
		case wanted == "" || r.opts.on("send-invalid-route-to-default"):
			wanted = r.defaultRoute
		}
	}
	matches := func(prefix string) bool {
		w, p := strings.Split(wanted, "/"), strings.Split(prefix, "/")
		return len(w) == 4 && (w[1] == "*" || w[1] == p[1]) && (w[2] == "*" || w[2] == p[2])
	}
	for prefix, s := range routes {
		if h := s.find(req.Key); h != nil && matches(prefix) {
			targets = append(targets, h)
			if prefix == r.defaultRoute {
				last := len(targets) - 1
				targets[0], targets[last] = targets[last], targets[0]
			}
		}
	}
	return
}

// flush goes to every server, whatever the routes.
func (r *Router) flush(req *Request) *Reply {
	if !r.opts.on("enable-flush-cmd") {
		return &Reply{Result: "local_error", Message: "Command disabled"}
	}
	all := []Handle{nothing}
	for _, d := range r.config.Load().dests {
		all = append(all, d.Route)
	}
	return allSync(all)(req)
}

func (r *Router) version() string { return fmt.Sprintf("%d.0.0-standin mcrouter", r.release) }

// admin answers "get __mcrouter__.COMMAND".
func (r *Router) admin(command string) string {
	name, args, _ := strings.Cut(strings.TrimSuffix(command, ")"), "(")
	switch op, key, two := strings.Cut(args, ","); {
	case name == "version":
		return r.version()
	case name == "config_file" && r.configFile != "":
		return r.configFile
	case name == "config_md5_digest":
		return r.config.Load().md5
	case name == "config_age":
		return fmt.Sprint(time.Now().Unix() - r.configSuccess.Load())
	case name == "route" && two: // which servers would be asked, if each of them had nothing
		visited, names := []*Dest{}, []string{}
		r.route(&Request{Op: op, visited: &visited}, key)
		for _, d := range visited {
			names = append(names, d.addr)
		}
		return strings.Join(names, "\r\n")
	}
	return "ERROR: unknown command: " + name
}

func (r *Router) stats(group string) string {
	var out strings.Builder
	add := func(name string, value any) { fmt.Fprintf(&out, "STAT %s %v\r\n", name, value) }
	states := map[string]int{}
	for _, d := range r.config.Load().dests {
		state, tko, results := d.status()
		states[state]++
		if tko {
			states["suspect"]++
		}
		if group == "servers" {
			add(d.label, fmt.Sprintf("pending_reqs:0 inflight_reqs:0%s %s:1 ;%s", map[bool]string{true: " hard_tko; "}[tko], state, results))
		} else if group == "suspect_servers" && tko {
			add(d.addr, "status:tko num_failures:1")
		}
	}
	switch group {
	case "", "all", "detailed", "ods":
		add("version", r.version())
		add("commandargs", strings.Join(os.Args[1:], " "))
		add("pid", os.Getpid())
		add("uptime", time.Now().Unix()-r.started.Unix())
		add("num_servers", len(r.config.Load().dests))
		for _, state := range []string{"new", "up", "down", "closed"} {
			add("num_servers_"+state, states[state])
		}
		add("num_suspect_servers", states["suspect"])
		add("num_client_connections", r.clients.Load())
		add("config_age", time.Now().Unix()-r.configSuccess.Load())
		add("config_last_attempt", r.configAttempt.Load())
		add("config_last_success", r.configSuccess.Load())
		add("config_failures", r.configFailures.Load())
		r.counted.each(add)
	case "servers", "suspect_servers", "count", "cmd-error", "external":
	default:
		return "CLIENT_ERROR bad stats command\r\n"
	}
	return out.String() + "END\r\n"
}
