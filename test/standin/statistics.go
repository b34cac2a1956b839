package main

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// Statistics count what clients ask for and what became of it, under the names of mcrouter/stat_list.h.
type Statistics struct {
	counts map[string]*atomic.Int64
	// Requests of clients now: with servers, and held back.
	processing, waiting atomic.Int64
}

const operations = "add append cas decr delete flushall gat gats get gets incr lease_get lease_set prepend replace set touch"

// What a result is called there.
var failures = map[Result]string{
	"busy": "busy", "client_error": "client_error", "connect_error": "connect_error", "connect_timeout": "connect_timeout",
	"timeout": "data_timeout", "deadline_exceeded": "deadline_exceeded_error", "local_error": "local_error",
	"remote_error": "remote_error", "tko": "tko",
}

func newStatistics() *Statistics {
	s := &Statistics{counts: map[string]*atomic.Int64{}}
	names := []string{"failover_policy_result_error", "failover_policy_tko_error", "failover_all_failed_count",
		"result_error_count", "result_error_all_count"}
	for _, op := range strings.Fields(operations) {
		names = append(names, "cmd_"+op+"_count")
	}
	for _, name := range failures {
		names = append(names, "result_"+name+"_count", "result_"+name+"_all_count")
	}
	for _, name := range names {
		s.counts[name] = &atomic.Int64{}
	}
	return s
}

func (s *Statistics) add(name string) {
	if count := s.counts[name]; count != nil {
		count.Add(1)
	}
}

// replied counts what a server answered; one that is asked in place of another does not count among the first tries.
func (req *Request) replied(reply *Reply) {
	if req.counted == nil || !reply.Result.isError() {
		return
	}
	for _, name := range []string{"error", failures[reply.Result]} {
		req.counted.add("result_" + name + "_all_count")
		if !req.failedOver {
			req.counted.add("result_" + name + "_count")
		}
	}
}

// goesOn counts that another server is asked after this reply (mcrouter/routes/FailoverRoute.h), and is the request to that.
func (req *Request) goesOn(reply *Reply) *Request {
	next := req.with(req.Op)
	next.failedOver = true
	if req.counted != nil && req.visited == nil {
		if reply.Result == "tko" {
			req.counted.add("failover_policy_tko_error")
		} else {
			req.counted.add("failover_policy_result_error")
		}
	}
	return next
}

// admitted does what a client asks for once proxy-max-inflight-requests lets it; stats and version do not wait
// (mcrouter/Proxy-inl.h, rateLimited).
func (r *Router) admitted(do func() *Reply) *Reply {
	if r.slots != nil {
		select {
		case r.slots <- struct{}{}:
		default:
			r.counted.waiting.Add(1)
			r.slots <- struct{}{}
			r.counted.waiting.Add(-1)
		}
		defer func() { <-r.slots }()
	}
	r.counted.processing.Add(1)
	defer r.counted.processing.Add(-1)
	return do()
}

// slotsFor is nil without a limit, which is one for each thread.
func slotsFor(opts options) chan struct{} {
	most := opts.number("proxy-max-inflight-requests", 0) * opts.number("num-proxies", 1)
	if most <= 0 {
		return nil
	}
	return make(chan struct{}, most)
}

// each tells the counters and what the process takes.
func (s *Statistics) each(add func(name string, value any)) {
	for name, count := range s.counts {
		add(name, count.Load())
	}
	add("proxy_reqs_processing", s.processing.Load())
	add("proxy_reqs_waiting", s.waiting.Load())
	add("time", time.Now().Unix())
	add("ps_rss", residentBytes())
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) == nil {
		add("rusage_user", seconds(usage.Utime))
		add("rusage_system", seconds(usage.Stime))
	}
}

func seconds(t syscall.Timeval) string { return fmt.Sprintf("%.6f", float64(t.Nano())/1e9) }

// residentBytes is 0 where /proc does not say (proc(5), statm).
func residentBytes() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	var size, resident int64
	if _, scanned := fmt.Sscan(string(text), &size, &resident); err != nil || scanned != nil {
		return 0
	}
	return resident * int64(os.Getpagesize())
}
