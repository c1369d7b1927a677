// SPDX-License-Identifier: Apache-2.0

//go:build pkcs11

package gateway

import (
	"sync"

	"github.com/hyperledger/fabric-gateway/pkg/identity"
)

// modules are the PKCS #11 modules in use: a process initialises each once, for good.
var modules = struct {
	sync.Mutex
	byPath map[string]*identity.HSMSignerFactory
}{byPath: map[string]*identity.HSMSignerFactory{}}

func (t Token) open(pin string, id []byte) (signer, error) {
	modules.Lock()
	defer modules.Unlock()
	module, known := modules.byPath[t.Library]
	if !known {
		var err error
		if module, err = identity.NewHSMSignerFactory(t.Library); err != nil {
			return signer{}, err
		}
		modules.byPath[t.Library] = module
	}
	sign, end, err := module.NewHSMSigner(identity.HSMSignerOptions{Label: t.Label, Pin: pin, Identifier: string(id)})
	return local(sign, end), err
}
