// SPDX-License-Identifier: Apache-2.0

package signing_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/signedrequest"
	"github.com/smartb-suite/smartb/gateway-client/signing"
)

// A resident signs; any member of the channel relays the result: client.Submit(ctx, "consent:Relay", map[string]string{"signedRequest": compact}, nil).
func ExampleSign() {
	key, err := signing.NewKey(signing.ES256)
	if err != nil {
		log.Panic(err)
	}
	compact, err := signing.Sign(key, signing.Claims{
		Network: "net", Channel: "smartcity", Transaction: "consent:Withdraw", Request: map[string]string{"consentId": "c-1"},
	})
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(strings.Count(compact, "."), "dots")
	// Output: 2 dots
}

// A private answer in five steps, for authors of other SDKs: docs/reference/private-answers.md describes them. Anything
// that the chaincode does is done by signedrequest.AnswerKey here.
func ExampleAnswerKey() {
	// 1. A key pair on P-256 for this one call.
	key, err := signing.NewAnswerKey()
	if err != nil {
		log.Panic(err)
	}
	// 2. The public key goes with the query: {"kty":"EC","crv":"P-256","x":"…","y":"…"}.
	jwk, err := key.Public()
	if err != nil {
		log.Panic(err)
	}
	transient := map[string][]byte{"answerTo": jwk}
	// 3. The query is evaluated; the chaincode encrypts its answer.
	answerTo, err := signedrequest.ReadAnswerKey(transient["answerTo"])
	if err != nil {
		log.Panic(err)
	}
	sealed, err := answerTo.Seal([]byte(`{"meterDays":[]}`))
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(strings.Count(sealed, "."), "dots")
	// 4. The private key opens it, and 5. is forgotten.
	answer, err := key.Open([]byte(sealed))
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(string(answer))
	// Output:
	// 4 dots
	// {"meterDays":[]}
}
