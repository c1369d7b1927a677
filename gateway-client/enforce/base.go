// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"fmt"
	"net/http"
	"strings"

	sfv "github.com/dunglas/httpsfv"
)

// signatureBase is what a request's signature signs (RFC 9421, section 2.5). Parameters of components are not supported, and refused.
func signatureBase(r *http.Request, input sfv.InnerList) ([]byte, error) {
	var base strings.Builder
	seen := map[string]bool{}
	for _, item := range input.Items {
		name, ok := item.Value.(string)
		if !ok || len(item.Params.Names()) > 0 || seen[name] {
			return nil, fmt.Errorf("the signature covers %v twice, or with parameters, which is not supported", item.Value)
		}
		seen[name] = true
		value, err := component(r, name)
		if err != nil {
			return nil, err
		}
		base.WriteString(`"` + name + `": ` + value + "\n")
	}
	parameters, err := sfv.Marshal(input)
	if err != nil {
		return nil, err
	}
	base.WriteString(`"@signature-params": ` + parameters)
	return []byte(base.String()), nil
}

// component is the value of a derived component or of a field (RFC 9421, sections 2.1 and 2.2).
func component(r *http.Request, name string) (string, error) {
	switch name {
	case "@method":
		return r.Method, nil
	case "@authority":
		return authority(r), nil
	case "@path":
		if path := r.URL.EscapedPath(); path != "" {
			return path, nil
		}
		return "/", nil
	case "@query":
		return "?" + r.URL.RawQuery, nil
	}
	values := r.Header.Values(name)
	if strings.HasPrefix(name, "@") || name != strings.ToLower(name) || len(values) == 0 {
		return "", fmt.Errorf("the signature covers %q, which this request does not have", name)
	}
	trimmed := make([]string, len(values))
	for i, value := range values {
		trimmed[i] = strings.TrimSpace(value)
	}
	return strings.Join(trimmed, ", "), nil
}

// authority is the host in lower case, with its port if that is not https's. On the client's side a request may name it in its URL only.
func authority(r *http.Request) string {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	return strings.TrimSuffix(strings.ToLower(host), ":443")
}
