package receive

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"

	"github.com/kpgen/kpgen/pack/diag"
)

// certificate reads the certificate of the options, or makes one for this machine alone that nobody has signed.
func (o Options) certificate() (tls.Certificate, error) {
	if o.Certificate == "" && o.Key == "" {
		return selfSigned(time.Now())
	}
	pair, err := tls.LoadX509KeyPair(o.Certificate, o.Key)
	if err != nil {
		return pair, diag.List{{ID: "certificate-unreadable", Severity: diag.Error, Span: diag.Span{File: o.Certificate},
			Message: fmt.Sprintf("certificate and key cannot be used: %v", err), Help: "give the PEM files of a certificate and of its key"}}
	}
	return pair, nil
}

// selfSigned makes a certificate that holds for a month, from an hour ago for clocks that are late.
func selfSigned(now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "localhost"},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(0, 1, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}

// Fingerprint gives the SHA-256 of the certificate that was made because none was given; "" if one was, or none is needed.
func (r *Receiver) Fingerprint() string {
	if r.tls == nil || !r.made {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256(r.tls.Certificates[0].Certificate[0]))
}
