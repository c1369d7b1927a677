// SPDX-License-Identifier: Apache-2.0

// Command demo shows the story of smartb on a running network. Real measured days are imported, settled on the ledger
// in two communities, compared with what the distribution grid operator published, and proven to somebody who never saw
// a load profile. A resident consents and withdraws; a licence is negotiated, used at a data server and ended. Each
// step prints what it shows. Running it again settles nothing anew and prints the same results. `make demo` starts the
// network first.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/smartb-suite/smartb/gateway-client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	data, err := findData()
	if err != nil {
		return err
	}
	parties, err := connect(ctx)
	if err != nil {
		return err
	}
	defer parties.close()
	tale := &story{begin: time.Now(), parties: parties, data: data}
	return tale.tell(ctx)
}

// parties are those who act in the story.
type parties struct {
	organiser, operator, auditor, city *gateway.Client
	// association is the community's steward and consumer its processor, provider and processor are the utility's.
	association, consumer, provider, processor *gateway.Client
}

func connect(ctx context.Context) (*parties, error) {
	p := new(parties)
	for _, who := range []struct {
		org, user string
		client    **gateway.Client
	}{
		{"community", "organiser", &p.organiser}, {"utility", "meter-operator", &p.operator},
		{"oversight", "auditor", &p.auditor}, {"city", "steward", &p.city},
		{"community", "steward", &p.association}, {"utility", "processor", &p.processor},
		{"community", "processor", &p.consumer}, {"utility", "steward", &p.provider},
	} {
		var err error
		if *who.client, err = dial(ctx, who.org, who.user); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// dial connects as a user of the running network.
func dial(ctx context.Context, org, user string, options ...gateway.Option) (*gateway.Client, error) {
	profile, err := gateway.LoadProfile(gateway.ProfileFor(org, user))
	if err != nil {
		return nil, fmt.Errorf("%w; is the network up? make up", err)
	}
	return gateway.Connect(ctx, profile, options...)
}

func (p *parties) close() {
	for _, client := range []*gateway.Client{p.organiser, p.operator, p.auditor, p.city, p.association, p.consumer, p.provider, p.processor} {
		client.Close()
	}
}
