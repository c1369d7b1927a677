// SPDX-License-Identifier: Apache-2.0

package energy_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smartb-suite/smartb/chaincode/settlement/allocation"
	"github.com/smartb-suite/smartb/gateway-client/energy"
	"github.com/smartb-suite/smartb/internal/vectors"
)

var exact = energy.Rule{Key: allocation.Prorata, Rounding: allocation.Exact}

func read(t *testing.T, text string) *energy.Load {
	t.Helper()
	load, err := energy.Read(strings.NewReader(text))
	require.NoError(t, err)
	return load
}

func TestAllocationKeepsTheOrderOfTheFileAndBreaksTiesByID(t *testing.T) {
	load := read(t, "local_start,cons_z_mWh,note,prod_p_mWh,cons_a_mWh\n2025-06-01T00:00,10,x,1,10\n2025-06-01T00:15,,x,1,10\n")
	result, err := energy.Allocate(load, exact)
	require.NoError(t, err)
	require.Equal(t, []string{"local_start", "share_z_mWh", "share_a_mWh", "cover_z_mWh", "cover_a_mWh", "surplus_p_mWh"}, result.Columns())
	require.Equal(t, [][]string{
		{"2025-06-01T00:00", "0", "1", "0", "1", "0"},
		{"2025-06-01T00:15", "", "", "", "", ""},
	}, result.Records())
}

func TestFilesThatAreNoLoadProfiles(t *testing.T) {
	for sentence, row := range map[string]struct{ text, message string }{
		"an empty file":         {"", "it is empty"},
		"no start":              {"cons_1_mWh\n1\n", "local_start"},
		"no load profiles":      {"local_start,price\nx,1\n", "cons_<id>_mWh"},
		"a load profile twice":  {"local_start,cons_1_mWh,cons_1_mWh\nx,1,2\n", "cons_1_mWh stands twice"},
		"a row of other length": {"local_start,cons_1_mWh\n2025-06-01T00:00,1\n2025-06-01T00:15\n", "line 3"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := energy.Read(strings.NewReader(row.text))
			require.ErrorIs(t, err, energy.ErrFormat)
			require.ErrorContains(t, err, row.message)
		})
	}
}

func TestABadCellIsNamed(t *testing.T) {
	for _, cell := range []string{"-1", "1.5", "abc", "99999999999999999999", "1e3"} {
		load := read(t, "start,cons_1_mWh,prod_2_mWh\n2025-06-01T00:00,1,1\n2025-06-01T00:15,"+cell+",1\n")
		_, err := energy.Allocate(load, exact)
		require.ErrorContains(t, err, "line 3, column cons_1_mWh")
	}
}

// TestConformance_GridOperatorAT reproduces the published days of a real grid operator to the last digit.
func TestConformance_GridOperatorAT(t *testing.T) {
	file, err := os.Open(vectors.Path(t, "energy/at-2023-08-01-to-14.csv"))
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	published, err := csv.NewReader(file).ReadAll()
	require.NoError(t, err)
	_, err = file.Seek(0, 0)
	require.NoError(t, err)
	load, err := energy.Read(file)
	require.NoError(t, err)
	result, err := energy.Allocate(load, energy.Rule{Key: allocation.Prorata, Rounding: allocation.OperatorAT})
	require.NoError(t, err)

	place := map[string]int{}
	for i, name := range published[0] {
		place[name] = i
	}
	cells := 0
	for row, record := range result.Records() {
		for i, name := range result.Columns() {
			require.Equal(t, published[row+1][place[name]], record[i], "row %d, %s", row, name)
			cells++
		}
	}
	require.Equal(t, 14*96*(1+5+5+4), cells)

	conserved, err := energy.Allocate(load, exact)
	require.NoError(t, err)
	for row, record := range conserved.Records() {
		var balance int64
		for _, producer := range load.Production {
			balance += producer.Values[row]
			for _, consumer := range load.Consumption {
				if consumer.ID == producer.ID {
					balance -= min(consumer.Values[row], producer.Values[row])
				}
			}
		}
		for _, cell := range record[1+5:] { // covers and surpluses
			value, err := strconv.ParseInt(cell, 10, 64)
			require.NoError(t, err)
			balance -= value
		}
		require.Zero(t, balance, "row %d conserves energy", row)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("local_start,cons_1_mWh,prod_2_mWh\n2025-06-01T00:00,1,2\n")
	f.Add("start,cons__mWh\n\"a\nb\",\n")
	f.Add("\ufefflocal_start,cons_1_mWh\n,,\n")
	f.Fuzz(func(t *testing.T, text string) {
		load, err := energy.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		result, err := energy.Allocate(load, exact)
		if err == nil {
			require.Len(t, result.Records(), len(load.Start))
		}
	})
}
