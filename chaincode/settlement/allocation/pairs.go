// SPDX-License-Identifier: Apache-2.0

package allocation

// Pairs are what each producer delivered to each consumer in one interval, by consumer and producer: Σ_j is what the consumer received, Σ_i what the
// producer placed, both exact. For StaticRelative and FullDynamic they are the key's own supplies; for the other keys every consumer in turn gets
// LR(a_i, weights of what each producer has left to place). The result is valid until the next call of any method; it follows Allocate.
func (a *Allocator) Pairs(in Interval) [][]int64 {
	if a.settings.Key.Bilateral() {
		return a.pairs
	}
	a.unplaced = resize(a.unplaced, len(in.Production))
	for j, p := range in.Production {
		a.unplaced[j] = p - a.result.Surplus[j]
	}
	return a.distribute(a.result.Cover, a.unplaced)
}

// Distribute divides rows among columns in proportion, with both margins exact: Σrows = Σcolumns is the caller's duty. It is the rule of Pairs for sums
// over many intervals.
func Distribute(rows, columns []int64) [][]int64 {
	a := new(Allocator)
	left := make([]int64, len(columns))
	copy(left, columns)
	return a.distribute(rows, left)
}

// distribute gives each row in turn LR(row, weights of what the columns have left). A row never exceeds what is left, so no column is overdrawn.
func (a *Allocator) distribute(rows, left []int64) [][]int64 {
	a.pairs = resize(a.pairs, len(rows))
	open := sum(left)
	for i, row := range rows {
		a.pairs[i] = resize(a.pairs[i], len(left))
		a.largestRemainder(row, open, left, a.pairs[i])
		for j, given := range a.pairs[i] {
			left[j] -= given
		}
		open -= row
	}
	return a.pairs
}
