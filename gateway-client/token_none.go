// SPDX-License-Identifier: Apache-2.0

//go:build !pkcs11

package gateway

import "errors"

// errNoPKCS11 is why a program that was built without cgo and the tag signs with no token.
var errNoPKCS11 = errors.New("this program was built without PKCS #11; build it with -tags pkcs11")

func (Token) open(string, []byte) (signer, error) { return signer{}, errNoPKCS11 }
