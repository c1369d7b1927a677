// SPDX-License-Identifier: Apache-2.0

//go:build e2e

package test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/smartb-suite/smartb/chaincode/contracts"
	"github.com/smartb-suite/smartb/chaincode/identity"
	"github.com/smartb-suite/smartb/chaincode/transaction"
	"github.com/smartb-suite/smartb/gateway-client"
	"github.com/smartb-suite/smartb/internal/soak"
)

// TestHostileRequestsChangeNothing sends random and hostile requests to every transaction, as a member with every role: no server dies, none fails
// inside, and no block is made.
func TestHostileRequestsChangeNothing(t *testing.T) {
	ctx, count := within(t, soak.Form(20*time.Minute, 6*time.Hour)), soak.Form(150, 10_000)
	var roles []string
	for _, role := range identity.Roles {
		roles = append(roles, string(role))
	}
	addUser(ctx, t, "oversight", "hostile", roles...)
	client := connect(t, "oversight", "hostile")
	before, seed := height(ctx, t), soak.Seed(t)
	var sending errgroup.Group
	sending.SetLimit(32)
	total := 0
	for _, contract := range contracts.All() {
		for i, row := range contract.Transactions {
			for j := range count {
				total++
				random := soak.Rand(seed, i*count+j)
				sending.Go(func() error { return attack(ctx, client, contract.API.GetName()+":"+row.Name, row, random) })
			}
		}
	}
	require.NoError(t, sending.Wait())
	require.Equal(t, before, height(ctx, t), "a block was made")
	states, err := net.Status(ctx)
	require.NoError(t, err)
	for _, state := range states {
		require.Zero(t, state.Restarts, "%s's %s died", state.Organisation, state.Component)
	}
	t.Logf("%d requests", total)
}

// attack sends one request; an answer to a query and every error but INTERNAL are fine.
func attack(ctx context.Context, client *gateway.Client, name string, row transaction.Description, random *rand.Rand) error {
	request := hostileRequest(random, row.Request)
	var options []gateway.CallOption
	if row.Private != "" {
		options = append(options, gateway.WithTransient(map[string][]byte{row.Private: hostileRequest(random, row.PrivateType)}))
	}
	var err error
	if row.Submit {
		_, err = client.Submit(ctx, name, json.RawMessage(request), nil, options...)
	} else {
		err = client.Evaluate(ctx, name, json.RawMessage(request), nil, options...)
	}
	var refused *gateway.ContractError
	switch {
	case errors.Is(err, gateway.ErrMalformedCall): // not one JSON object: the client does not send it
		return nil
	case errors.As(err, &refused) && !errors.Is(err, gateway.ErrInternal):
		return nil
	case err == nil && !row.Submit:
		return nil
	default:
		return fmt.Errorf("%s %.2000s: %w", name, request, err)
	}
}

// hostileRequest fills the request's type at random and then, mostly, spoils its JSON.
func hostileRequest(random *rand.Rand, kind any) []byte {
	value := reflect.New(reflect.TypeOf(kind))
	fill(random, value.Elem(), 0)
	text, err := json.Marshal(value.Interface())
	if err != nil {
		return []byte("{}")
	}
	at := random.IntN(len(text))
	switch random.IntN(8) {
	case 0:
		return append(text[:at:at], text[min(at+1+random.IntN(9), len(text)):]...)
	case 1:
		return append(append(text[:at:at], hostileTexts[random.IntN(len(hostileTexts))]...), text[at:]...)
	case 2:
		return []byte(`{"x":` + strings.Repeat(`[`, 1000) + strings.Repeat(`]`, 1000) + `}`)
	case 3:
		return []byte(strings.Replace(string(text), `""`, `null`, 1))
	case 4:
		return []byte(strings.Replace(string(text), `":"`, `":1e400,"a":"`, 1))
	default:
		return text
	}
}

var hostileTexts = []string{
	"", "x", "..", "\x00", "\u202e", "é", "a/b", "a|b", "\U0010ffff", "CityMSP", "meterData", "org-CityMSP", "2025-02-30", "2026-01-01", "1e9", "final", "__proto__", "' OR 1=1",
	"smartb:EnergySharing", "dpv:Purpose", "expressed", "kantara", strings.Repeat("a", 43), strings.Repeat("0", 64), strings.Repeat("z", 300), strings.Repeat("é", 5000),
	"eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA", `{"a":1}`, "Europe/Vienna", "prorata", "EXACT",
}

var hostileNumbers = []int64{0, 1, -1, 15, 100, 999_999, 1_000_000_000, 1 << 31, 1<<53 - 1, 1 << 53, -1 << 62}

// fill sets exported fields to values of their type, likely and unlikely ones.
func fill(random *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(hostileTexts[random.IntN(len(hostileTexts))])
	case reflect.Int, reflect.Int64:
		v.SetInt(hostileNumbers[random.IntN(len(hostileNumbers))])
	case reflect.Bool:
		v.SetBool(random.IntN(2) == 0)
	case reflect.Slice:
		if depth < 4 {
			v.Set(reflect.MakeSlice(v.Type(), random.IntN(4), 4))
			for i := range v.Len() {
				fill(random, v.Index(i), depth+1)
			}
		}
	case reflect.Pointer:
		if depth < 4 && random.IntN(2) == 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(random, v.Elem(), depth+1)
		}
	case reflect.Struct:
		if moment, ok := v.Addr().Interface().(*time.Time); ok {
			*moment = time.Unix(random.Int64N(1<<33), 0).UTC()
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(random, v.Field(i), depth+1)
			}
		}
	}
}
