// SPDX-License-Identifier: Apache-2.0

package enforce_test

import (
	"context"
	"crypto"
	"crypto/tls"
	"log"
	"net/http"

	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/gateway-client/enforce"
)

// An existing data server is put under enforcement by wrapping its handler.
func Example() {
	existing := http.FileServer(http.Dir("/srv/grid"))

	profile, err := gateway.LoadProfile(gateway.ProfileFor("utility", "processor"))
	if err != nil {
		log.Panic(err)
	}
	peer, err := enforce.Connect(context.Background(), profile)
	if err != nil {
		log.Panic(err)
	}
	defer peer.Close()
	guarded := enforce.New(peer, "UtilityMSP/grid-load").Wrap(existing) // your http.Handler
	server := &http.Server{Addr: ":8443", Handler: guarded, TLSConfig: enforce.TLSConfig()}
	log.Panic(server.ListenAndServeTLS("server.crt", "server.key"))
}

// A handler that answers about many people leaves out those who may not be served.
func ExampleFrom() {
	var peer *enforce.Peer // of enforce.Connect
	loadProfiles := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		check, _ := enforce.From(r.Context())
		for _, subject := range check.Subjects {
			_, _ = w.Write([]byte(subject + "\n")) // and the subject's data
		}
	})
	http.Handle("/curves", enforce.New(peer, "load-profiles", enforce.WithFilter()).Wrap(loadProfiles))
}

// Where a proxy before the data server ends TLS, the client signs its request instead of showing a certificate.
func ExampleSign() {
	member, err := tls.LoadX509KeyPair("msp/signcerts/cert.pem", "msp/keystore/key.pem")
	if err != nil {
		log.Panic(err)
	}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://data.utility.example/2026-06.csv", nil)
	if err != nil {
		log.Panic(err)
	}
	request.Header.Set(enforce.DecisionHeader, "CommunityMSP/d-1")
	if err := enforce.Sign(request, member.Leaf, member.PrivateKey.(crypto.Signer)); err != nil {
		log.Panic(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Panic(err)
	}
	defer answer.Body.Close()
}
