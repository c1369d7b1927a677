// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"cmp"
	"slices"
)

// steps are the lengths of time that meters measure, in seconds.
var steps = []int64{300, 600, 900, 1800, 3600}

const (
	unclearStep = "the file does not say its step, and its times do not show it"
	strayTime   = "this time does not fit the step of the times around it"
)

// infer finds the step of each of the instants, which are sorted, from the distances between them. ends states that the
// instants are ends of steps. A step that changes must go on; a distance that is longer and does not is a gap.
func infer(at []int64, ends bool) (found []int64, reasons []string) {
	if !ends { // mirrored, beginnings are ends
		mirrored := make([]int64, len(at))
		for i, t := range at {
			mirrored[len(at)-1-i] = -t
		}
		found, reasons = infer(mirrored, true)
		slices.Reverse(found)
		slices.Reverse(reasons)
		return found, reasons
	}
	found, reasons = make([]int64, len(at)), make([]string, len(at))
	if len(at) == 1 {
		reasons[0] = unclearStep
		return found, reasons
	}
	distances := make([]int64, len(at)) // to the one before
	for i := 1; i < len(at); i++ {
		distances[i] = at[i] - at[i-1]
	}
	runs := make([]int, len(at)+1) // how many equal distances follow
	for i := len(at) - 1; i >= 1; i-- {
		runs[i] = 1
		if i+1 < len(at) && distances[i+1] == distances[i] {
			runs[i] += runs[i+1]
		}
	}
	found[0] = firstStep(distances)
	if found[0] == 0 {
		reasons[0] = unclearStep
	}
	step := found[0]
	for i := 1; i < len(at); i++ {
		found[i], reasons[i] = stepAt(distances, runs, i, step)
		step = cmp.Or(found[i], step)
	}
	return found, reasons
}

// firstStep is the step of the first instant: the distance to the next, or a shorter one that follows.
func firstStep(distances []int64) int64 {
	step := distances[1]
	if len(distances) > 2 && distances[2] < step {
		step = distances[2]
	}
	if !slices.Contains(steps, step) {
		return 0
	}
	return step
}

func stepAt(distances []int64, runs []int, i int, before int64) (int64, string) {
	distance := distances[i]
	if slices.Contains(steps, distance) && (distance == before || changes(distance, before, runs[i])) {
		return distance, ""
	}
	if distance > before && before > 0 && runs[i] == 1 && resumed(distances[i+1:], before) {
		return before, "" // a gap
	}
	if distance > 3600 && i+1 < len(distances) && slices.Contains(steps, distances[i+1]) && runs[i+1] >= 2 {
		return distances[i+1], "" // a gap, and another step after it
	}
	return 0, strayTime
}

// changes reports whether a distance is a new step. Anything that could be a row of gaps must go on for longer.
func changes(distance, before int64, run int) bool { return distance < before && run >= 2 || run >= 4 }

// resumed reports whether the step goes on after a gap, if need be after more gaps.
func resumed(distances []int64, step int64) bool {
	for _, distance := range distances {
		if distance <= step || slices.Contains(steps, distance) {
			return distance == step
		}
	}
	return true
}
