package receive

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
)

// Address is where to listen and for what.
type Address struct {
	Scheme string // tcp, tls, http or https
	Host   string // host and port
	Path   string // of requests, with http and https
}

// schemes are what an Address may say.
var schemes = []string{"tcp", "tls", "http", "https"}

// ParseAddress reads scheme://host:port, with http and https also a path: tcp://127.0.0.1:6514, https://127.0.0.1:8443/drain. Without
// a host it is 127.0.0.1, without a path /drain; port 0 is any free one. Other machines can reach only an address that is written.
func ParseAddress(s string) (Address, error) {
	u, err := url.Parse(s)
	if err != nil {
		return Address{}, errors.New("it is no URL; write it as in tcp://127.0.0.1:6514, with tcp, tls, http or https")
	}
	a := Address{Scheme: u.Scheme, Host: net.JoinHostPort(u.Hostname(), u.Port()), Path: u.Path}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	switch {
	case !slices.Contains(schemes, u.Scheme):
		return Address{}, fmt.Errorf("the scheme is %q; expected tcp, tls, http or https, as in tcp://127.0.0.1:6514", u.Scheme)
	case err != nil:
		return Address{}, errors.New("the port is missing; write it as in tcp://127.0.0.1:6514")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return Address{}, errors.New("only host, port and path can be said")
	case !a.isHTTP() && u.Path != "":
		return Address{}, fmt.Errorf("%s has no path", u.Scheme)
	}
	if u.Hostname() == "" {
		a.Host = net.JoinHostPort("127.0.0.1", strconv.FormatUint(port, 10))
	}
	if a.isHTTP() && a.Path == "" {
		a.Path = "/drain"
	}
	return a, nil
}

func (a Address) String() string { return a.Scheme + "://" + a.Host + a.Path }

// Secure reports whether what is sent to the address is encrypted.
func (a Address) Secure() bool { return a.Scheme == "tls" || a.Scheme == "https" }

// Loopback reports whether only this machine can reach the address.
func (a Address) Loopback() bool {
	host, _, _ := net.SplitHostPort(a.Host)
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (a Address) isHTTP() bool { return a.Scheme == "http" || a.Scheme == "https" }
