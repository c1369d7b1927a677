// SPDX-License-Identifier: Apache-2.0

package energy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/gateway-client/energy"
)

func TestComparingKeysAddsUpWhatEachGives(t *testing.T) {
	load := read(t, "local_start,cons_a_mWh,cons_b_mWh,prod_p_mWh\nx,1000,3000,2000\ny,1000,,2000\n")
	rules := []energy.Rule{exact, {Key: allocation.Static, Rounding: allocation.Exact}}
	comparison, err := energy.Compare(load, rules)
	require.NoError(t, err)
	require.Equal(t, energy.Comparison{
		Keys:      []allocation.Key{allocation.Prorata, allocation.Static},
		Consumers: []energy.MemberComparison{{"a", 1000, []int64{500, 1000}}, {"b", 3000, []int64{1500, 1000}}},
		Producers: []energy.MemberComparison{{"p", 2000, []int64{2000, 2000}}},
	}, comparison)
}

func TestAConnectionNeverSharesWithItself(t *testing.T) {
	load := read(t, "local_start,cons_a_mWh,cons_b_mWh,prod_a_mWh,prod_p_mWh\nx,1000,3000,1500,700\ny,1000,1000,,500\n")
	static := energy.Rule{Key: allocation.Static, Rounding: allocation.Exact, Shares: map[string]int64{"a": 500_000, "b": 500_000}}
	connected := exact
	connected.Same = map[string]string{"b": "p"}
	operator := energy.Rule{Key: allocation.Prorata, Rounding: allocation.OperatorAT}
	for sentence, row := range map[string]struct {
		rule                 energy.Rule
		consumers, producers []int64
	}{
		"the same id on both sides":      {exact, []int64{0, 1200}, []int64{500, 700}},
		"by fixed shares":                {static, []int64{0, 600}, []int64{250, 350}},
		"named as one connection":        {connected, []int64{0, 500}, []int64{500, 0}},
		"the grid operator's meters net": {operator, []int64{550, 1650}, []int64{1500, 700}},
	} {
		t.Run(sentence, func(t *testing.T) {
			comparison, err := energy.Compare(load, []energy.Rule{row.rule})
			require.NoError(t, err)
			for i, want := range row.consumers {
				require.Equal(t, []int64{want}, comparison.Consumers[i].Shared, comparison.Consumers[i].ID)
			}
			for j, want := range row.producers {
				require.Equal(t, []int64{want}, comparison.Producers[j].Shared, comparison.Producers[j].ID)
			}
			require.EqualValues(t, 1000, comparison.Consumers[0].Metered, "what was metered stays")
		})
	}
	elsewhere := exact
	elsewhere.Same = map[string]string{"b": "a"}
	comparison, err := energy.Compare(load, []energy.Rule{elsewhere})
	require.NoError(t, err)
	require.Equal(t, []int64{280}, comparison.Consumers[0].Shared, "the production of a is at the connection of b, so a is a consumer like any other")
	twice, net := exact, operator
	twice.Same, net.Same = map[string]string{"a": "p", "b": "p"}, map[string]string{"a": "a"}
	for sentence, rule := range map[string]energy.Rule{"one producer at two connections": twice, "meters that net already": net} {
		_, err := energy.Compare(load, []energy.Rule{rule})
		require.ErrorIs(t, err, energy.ErrRule, sentence)
	}
}
