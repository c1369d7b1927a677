package statement_test

import (
	"fmt"
	"log"
	"strings"

	"github.com/smartb-suite/smartb/gateway-client/statement"
)

// A resident signs; any member of the channel relays the result: client.Submit(ctx, "consent:Relay", map[string]string{"statement": compact}, nil).
func ExampleSign() {
	key, err := statement.NewKey(statement.ES256)
	if err != nil {
		log.Panic(err)
	}
	compact, err := statement.Sign(key, statement.Claims{
		Network: "net", Channel: "smartcity", Transaction: "consent:Withdraw", Request: map[string]string{"consentId": "c-1"},
	})
	if err != nil {
		log.Panic(err)
	}
	fmt.Println(strings.Count(compact, "."), "dots")
	// Output: 2 dots
}
