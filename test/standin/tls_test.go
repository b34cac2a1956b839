package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// authority issues certificates for files in a directory.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t}
	a.cert, a.key = a.sign("ca", true)
	return a
}

func (a *authority) sign(name string, ca bool) (*x509.Certificate, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Minute), NotAfter: time.Now().Add(time.Hour), IsCA: ca, BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, DNSNames: []string{name}}
	if ca {
		template.KeyUsage = x509.KeyUsageCertSign
	}
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	cert, _ := x509.ParseCertificate(der)
	return cert, key
}

// issue writes tls.crt, tls.key and ca.crt.
func (a *authority) issue(directory, name string) {
	cert, key := a.sign(name, false)
	der, _ := x509.MarshalECPrivateKey(key)
	for file, block := range map[string]*pem.Block{
		"tls.crt": {Type: "CERTIFICATE", Bytes: cert.Raw}, "tls.key": {Type: "EC PRIVATE KEY", Bytes: der},
		"ca.crt": {Type: "CERTIFICATE", Bytes: a.cert.Raw},
	} {
		if err := os.WriteFile(filepath.Join(directory, file), pem.EncodeToMemory(block), 0o644); err != nil {
			a.t.Fatal(err)
		}
	}
}

// tlsServer is a server of TLS on loopback that answers every line alike.
func tlsServer(t *testing.T, config *tls.Config) (host, port string) {
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			nc, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				for in := bufio.NewScanner(nc); in.Scan(); {
					fmt.Fprint(nc, "VALUE a 0 6\r\nsecret\r\nEND\r\n")
				}
			}()
		}
	}()
	host, port, _ = net.SplitHostPort(listener.Addr().String())
	return
}

func tlsOptions(directory, prefix string) options {
	return options{prefix + "pem-cert-path": directory + "/tls.crt", prefix + "pem-key-path": directory + "/tls.key",
		prefix + "pem-ca-path": directory + "/ca.crt"}
}

// secureRouter is a Router of these options on a TLS port of loopback.
func secureRouter(t *testing.T, opts options) string {
	files, err := tlsOfClients(opts)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	r := &Router{opts: opts, release: 99, toServers: tlsToServers(opts)}
	go r.acceptTls(listener, files)
	return listener.Addr().String()
}

// version asks over TLS; the certificate that was shown, or the error of the whole.
func version(address string, config *tls.Config) (*x509.Certificate, error) {
	config.InsecureSkipVerify = true
	nc, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", address, config)
	if err != nil {
		return nil, err
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprint(nc, "version\r\n")
	line, err := bufio.NewReader(nc).ReadString('\n')
	if err == nil && !strings.HasPrefix(line, "VERSION 99") {
		err = fmt.Errorf("%q", line)
	}
	return nc.ConnectionState().PeerCertificates[0], err
}

func TestTlsOfClients(t *testing.T) {
	a, directory := newAuthority(t), t.TempDir()
	a.issue(directory, "first")
	opts := tlsOptions(directory, "server-")
	address := secureRouter(t, opts)
	if cert, err := version(address, &tls.Config{}); err != nil || cert.Subject.CommonName != "first" {
		t.Fatalf("%v, %v", cert, err)
	}
	// Read anew after half an hour, not before; meanwhile what cannot be read changes nothing.
	a.issue(directory, "second")
	if cert, _ := version(address, &tls.Config{}); cert.Subject.CommonName != "first" {
		t.Errorf("%s was read too early", cert.Subject.CommonName)
	}
	t.Setenv("MCROUTER_STANDIN_TLS_RELOAD", "0s")
	if cert, _ := version(address, &tls.Config{}); cert.Subject.CommonName != "second" {
		t.Errorf("%s is served still", cert.Subject.CommonName)
	}
	os.WriteFile(directory+"/tls.key", []byte("no key"), 0o644)
	if cert, err := version(address, &tls.Config{}); err != nil || cert.Subject.CommonName != "second" {
		t.Errorf("%v, %v after a key that is none", cert, err)
	}
	if _, err := version(secureRouter(t, opts), &tls.Config{}); err == nil {
		t.Error("served without a certificate")
	}
	delete(opts, "server-pem-ca-path")
	if _, err := tlsOfClients(opts); err == nil {
		t.Error("--ssl-port without a CA")
	}
}

func TestClientCertificates(t *testing.T) {
	a, directory, other := newAuthority(t), t.TempDir(), t.TempDir()
	a.issue(directory, "router")
	newAuthority(t).issue(other, "stranger")
	opts := tlsOptions(directory, "server-")
	opts["ssl-require-peer-certs"] = "1"
	address := secureRouter(t, opts)
	for name, want := range map[string]bool{"": false, directory: true, other: false} {
		config := &tls.Config{}
		if name != "" {
			pair, err := tls.LoadX509KeyPair(name+"/tls.crt", name+"/tls.key")
			if err != nil {
				t.Fatal(err)
			}
			config.Certificates = []tls.Certificate{pair}
		}
		if _, err := version(address, config); (err == nil) != want {
			t.Errorf("certificate of %q: %v", name, err)
		}
	}
}

func TestTlsToServers(t *testing.T) {
	a, directory, other := newAuthority(t), t.TempDir(), t.TempDir()
	a.issue(directory, "server")
	newAuthority(t).issue(other, "server")
	pair, err := tls.LoadX509KeyPair(directory+"/tls.crt", directory+"/tls.key")
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(a.cert)
	open := &tls.Config{Certificates: []tls.Certificate{pair}}
	mutual := &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: trusted}
	verifying := func(of string) options {
		return options{"ssl-verify-peers": "1", "pem-ca-path": of + "/ca.crt"}
	}
	for name, c := range map[string]struct {
		server *tls.Config
		opts   options
		want   Result
	}{
		"unverified":             {open, options{"pem-ca-path": other + "/ca.crt"}, "found"},
		"verified":               {open, verifying(directory), "found"},
		"of another CA":          {open, verifying(other), "connect_error"},
		"without a certificate":  {mutual, options{}, "connect_error"},
		"with a certificate":     {mutual, tlsOptions(directory, ""), "found"},
		"with another's":         {mutual, tlsOptions(other, ""), "connect_error"},
		"nothing can be read of": {open, verifying("/nowhere"), "connect_error"},
	} {
		host, port := tlsServer(t, c.server)
		r := &Router{opts: c.opts, release: 99, defaultRoute: "/././", toServers: tlsToServers(c.opts)}
		config, err := parseConfig(r, fmt.Appendf(nil, `{"pools": {"A": {"servers": ["%s:%s:ascii:ssl"]}}, "route": "PoolRoute|A"}`, host, port))
		if err != nil {
			t.Fatal(err)
		}
		r.config.Store(config)
		if reply := r.route(&Request{Op: "get"}, "a"); reply.Result != c.want {
			t.Errorf("%s: %s %s, want %s", name, reply.Result, reply.Message, c.want)
		}
	}
	r := &Router{release: 37, defaultRoute: "/././", toServers: tlsToServers(nil)}
	if _, err := parseConfig(r, []byte(`{"pools": {"A": {"servers": ["a:1:ascii:ssl"]}}, "route": "PoolRoute|A"}`)); err == nil {
		t.Error("release 37 with TLS")
	}
}
