package energy

import "github.com/smartb-suite/smartb/chaincode/settlement"

// Correct gives readings the versions that correct what is stored of their days: the next one where they say something else, and the same where they repeat it,
// which changes nothing. stored are the newest meter days.
func Correct(readings []settlement.Reading, stored []settlement.MeterDay) {
	type memberDay struct{ member, day string }
	newest := make(map[memberDay]settlement.Reading, len(stored))
	for _, d := range stored {
		newest[memberDay{d.MemberID, d.Day}] = d.Reading
	}
	for i := range readings {
		r := &readings[i]
		before, measured := newest[memberDay{r.MemberID, r.Day}]
		if !measured {
			continue
		}
		r.Version = before.Version
		if !r.Repeats(before) {
			r.Version++
		}
	}
}
