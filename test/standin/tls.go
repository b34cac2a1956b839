package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"
)

// mcrouter reads certificates when it needs them for a connection, and anew when it did so half an hour ago
// (mcrouter/lib/network/ThreadLocalSSLContextProvider.cpp); MCROUTER_STANDIN_TLS_RELOAD has tests wait for less.
func reloadInterval() time.Duration {
	if d, err := time.ParseDuration(os.Getenv("MCROUTER_STANDIN_TLS_RELOAD")); err == nil {
		return d
	}
	return 30 * time.Minute
}

// tlsFiles is what a side of TLS is made of. One that cannot be read leaves the one before in force.
type tlsFiles struct {
	cert, key, ca string
	build         func(pair *tls.Certificate, trusted *x509.CertPool) *tls.Config

	mu     sync.Mutex
	config *tls.Config
	loaded time.Time
}

// current is nil when nothing could be read yet.
func (f *tlsFiles) current() *tls.Config {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.config != nil && time.Since(f.loaded) <= reloadInterval() {
		return f.config
	}
	config, err := f.load()
	if err != nil {
		logf("%v", err)
		return f.config
	}
	f.config, f.loaded = config, time.Now()
	return config
}

func (f *tlsFiles) load() (*tls.Config, error) {
	var pair *tls.Certificate
	if f.cert != "" && f.key != "" {
		read, err := tls.LoadX509KeyPair(f.cert, f.key)
		if err != nil {
			return nil, fmt.Errorf("Failed to load certificate from %q, ex: %v", f.cert, err)
		}
		pair = &read
	}
	var trusted *x509.CertPool
	if f.ca != "" {
		trusted = x509.NewCertPool()
		text, err := os.ReadFile(f.ca)
		if err != nil || !trusted.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("Failed to load trusted certificates from %q, ex: %v", f.ca, err)
		}
	}
	return f.build(pair, trusted), nil
}

// tlsOfClients is how clients are served on --ssl-port.
func tlsOfClients(opts options) (*tlsFiles, error) {
	f := &tlsFiles{cert: opts["server-pem-cert-path"], key: opts["server-pem-key-path"], ca: opts["server-pem-ca-path"]}
	if f.cert == "" || f.key == "" || f.ca == "" {
		return nil, errors.New("All of pemCertPath, pemKeyPath, pemCaPath required with sslPorts")
	}
	verify := tls.VerifyClientCertIfGiven
	if opts.on("ssl-require-peer-certs") {
		verify = tls.RequireAndVerifyClientCert
	}
	f.build = func(pair *tls.Certificate, trusted *x509.CertPool) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{*pair}, ClientCAs: trusted, ClientAuth: verify}
	}
	return f, nil
}

// tlsToServers is how servers are spoken to whose address ends in ":ascii:ssl": by TLS 1.2, and with no look at their names.
func tlsToServers(opts options) *tlsFiles {
	f := &tlsFiles{cert: opts["pem-cert-path"], key: opts["pem-key-path"]}
	if opts.on("ssl-verify-peers") {
		f.ca = opts["pem-ca-path"]
	}
	f.build = func(pair *tls.Certificate, trusted *x509.CertPool) *tls.Config {
		config := &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12}
		if pair != nil {
			config.Certificates = []tls.Certificate{*pair}
		}
		if trusted != nil {
			config.VerifyConnection = func(state tls.ConnectionState) error {
				between := x509.NewCertPool()
				for _, one := range state.PeerCertificates[1:] {
					between.AddCert(one)
				}
				_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: trusted, Intermediates: between})
				return err
			}
		}
		return config
	}
	return f
}

// acceptTls serves clients of --ssl-port; without a certificate it hangs up on each.
func (r *Router) acceptTls(listener net.Listener, files *tlsFiles) {
	for {
		nc, err := listener.Accept()
		if err != nil {
			return
		}
		config := files.current()
		if config == nil {
			nc.Close()
			continue
		}
		go func() {
			secure := tls.Server(nc, config)
			nc.SetDeadline(time.Now().Add(10 * time.Second))
			if secure.Handshake() != nil {
				nc.Close()
				return
			}
			nc.SetDeadline(time.Time{})
			r.clients.Add(1)
			defer r.clients.Add(-1)
			r.serve(secure)
		}()
	}
}

// dial connects to a server, in all within its time to connect.
func (d *Dest) dial() (net.Conn, error) {
	if d.secure == nil {
		return net.DialTimeout("tcp", d.addr, d.connect)
	}
	config := d.secure.current()
	if config == nil {
		return nil, errors.New("no certificates")
	}
	return tls.DialWithDialer(&net.Dialer{Timeout: d.connect}, "tcp", d.addr, config)
}
