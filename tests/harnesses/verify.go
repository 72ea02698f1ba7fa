// Certificate chains judged by crypto/x509: questions on standard input, answers on standard
// output, a line each (see asked.py).
package main

import (
	"bufio"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func certificates(field string) ([]*x509.Certificate, error) {
	var found []*x509.Certificate
	for _, text := range strings.Split(field, ",") {
		der, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, err
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		found = append(found, certificate)
	}
	return found, nil
}

func judge(role, at, chain, anchors string) error {
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return err
	}
	presented, err := certificates(chain)
	if err != nil {
		return err
	}
	trusted, err := certificates(anchors)
	if err != nil {
		return err
	}
	options := x509.VerifyOptions{
		Roots:         x509.NewCertPool(),
		Intermediates: x509.NewCertPool(),
		CurrentTime:   time.Unix(seconds, 0),
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if role == "client" {
		options.KeyUsages = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	}
	for _, certificate := range trusted {
		options.Roots.AddCert(certificate)
	}
	for _, certificate := range presented[1:] {
		options.Intermediates.AddCert(certificate)
	}
	_, err = presented[0].Verify(options)
	return err
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if err := judge(fields[0], fields[1], fields[2], fields[3]); err != nil {
			fmt.Fprintf(out, "reject\t%s\n", strings.Join(strings.Fields(err.Error()), " "))
		} else {
			fmt.Fprintln(out, "accept")
		}
	}
}
