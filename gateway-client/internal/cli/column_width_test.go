// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestATableIsNarrowedToTheTerminal(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		columns  []int
		terminal int
		want     []int
	}{
		"a table that fits stays":                           {[]int{10, 20}, 37, []int{10, 20}},
		"the widest column gives way":                       {[]int{10, 200}, 80, []int{10, 63}},
		"two wide columns share the loss":                   {[]int{10, 100, 90}, 80, []int{10, 30, 30}},
		"no column is narrower than words are, if need be":  {[]int{10, 50, 50}, 20, []int{10, 12, 12}},
		"a table of narrow columns is not narrowed further": {[]int{5, 5, 5, 5}, 10, []int{5, 5, 5, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, narrowed(test.columns, test.terminal))
		})
	}
}

func TestAColumnIsAsWideAsItsLongestLine(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{5, 8}, widths(members{}.Columns(), members{{"a", "two\nüber 4nn"}, {"b", 1}}))
}

func TestAnIDIsShortenedAndNeverBroken(t *testing.T) {
	t.Parallel()
	var shortened bool
	wrap := wrapper(&shortened)
	assert.Equal(t, "two words \nand more", wrap("two words and more", 10))
	assert.False(t, shortened)
	assert.Equal(t, "kPrK_qmxVWa…rS4k", wrap("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", 16))
	assert.True(t, shortened, "so that people are told how they get it whole")
}
