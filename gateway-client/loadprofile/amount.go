// SPDX-License-Identifier: Apache-2.0

package loadprofile

import (
	"math/big"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// amount is an exact energy in mWh, or a mean power in mW: a whole number and, rarely, a part from 0 to 1.
type amount struct {
	whole int64
	part  *big.Rat
}

// limit is above every energy and power that is read, so that sums and products of amounts fit.
const limit = 1000 * settlement.MaxEnergy

// units are factors of ten of the units, from which amounts in mWh and mW are made.
var units = map[string]int{"wh": 3, "w": 3, "kwh": 6, "kw": 6, "mwh": 9, "mw": 9}

func ofRat(value *big.Rat) (amount, bool) {
	whole, rest := new(big.Int).QuoRem(value.Num(), value.Denom(), new(big.Int))
	if value.Sign() < 0 || !whole.IsInt64() || whole.Int64() > limit {
		return amount{}, false
	}
	result := amount{whole: whole.Int64()}
	if rest.Sign() != 0 {
		result.part = new(big.Rat).SetFrac(rest, value.Denom())
	}
	return result, true
}

func (a amount) rat() *big.Rat {
	value := new(big.Rat).SetInt64(a.whole)
	if a.part != nil {
		value.Add(value, a.part)
	}
	return value
}

func (a amount) plus(b amount) amount {
	if a.part == nil && b.part == nil {
		return amount{whole: a.whole + b.whole}
	}
	sum := a.rat()
	result, _ := ofRat(sum.Add(sum, b.rat())) // what is above the limit is refused before
	return result
}

// over is the energy of a mean power over seconds.
func (a amount) over(seconds int64) amount {
	if product := a.whole * seconds; a.part == nil && a.whole <= limit/1000 && product%3600 == 0 {
		return amount{whole: product / 3600}
	}
	value := a.rat()
	result, ok := ofRat(value.Mul(value, big.NewRat(seconds, 3600)))
	if !ok {
		return amount{whole: limit}
	}
	return result
}

func (a amount) equal(b amount) bool { return a.whole == b.whole && a.rat().Cmp(b.rat()) == 0 }

func (a amount) zero() bool { return a.whole == 0 && a.part == nil }

// round is the nearest whole number, a half rounds up.
func (a amount) round() int64 {
	if a.part != nil && a.part.Cmp(big.NewRat(1, 2)) >= 0 {
		return a.whole + 1
	}
	return a.whole
}

// mark is how a file writes decimals.
type mark int

const (
	// comma files write 1.250,5; a lone point before three digits could be either and is refused.
	comma mark = iota
	// point files write 1250.5.
	point
	// sheet is a cell of a workbook: numbers are stored with a point, texts are written with a comma.
	sheet
)

const (
	notNumber = "not a number that is not negative"
	ambiguous = "could be a decimal point or a point between thousands"
	tooLarge  = "more than an interval can have"
)

// parse reads a decimal number in a unit that is 10^scale of ours. The reason is empty if it is one.
func parse(text string, form mark, scale int) (amount, string) {
	digits, decimals, reason := normalise(strings.TrimSpace(text), form)
	if reason != "" {
		return amount{}, reason
	}
	scale -= decimals
	if value, ok := small(digits, scale); ok {
		return amount{whole: value}, ""
	}
	number, ok := new(big.Int).SetString(digits, 10)
	if !ok || len(digits) > 60 || scale < -60 || scale > 60 {
		return amount{}, notNumber
	}
	value := new(big.Rat).SetInt(number)
	power := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(scale, -scale))), nil))
	if scale < 0 {
		value.Quo(value, power)
	} else {
		value.Mul(value, power)
	}
	result, ok := ofRat(value)
	if !ok {
		return amount{}, tooLarge
	}
	return result, ""
}

// small is the fast way of most numbers.
func small(digits string, scale int) (int64, bool) {
	if len(digits) == 0 || len(digits)+max(scale, 0) > 15 || scale < 0 {
		return 0, false
	}
	value := int64(0)
	for _, d := range []byte(digits) {
		value = value*10 + int64(d-'0')
	}
	for range scale {
		value *= 10
	}
	return value, value <= limit
}

// normalise gives the digits of a number, and how many of them are decimals.
func normalise(text string, form mark) (digits string, decimals int, reason string) {
	exponent := 0
	if form != comma {
		text, exponent, reason = cutExponent(text)
		if reason != "" {
			return "", 0, reason
		}
	}
	whole, fraction, reason := halves(text, form)
	if reason != "" {
		return "", 0, reason
	}
	if whole, reason = ungroup(whole, form); reason != "" {
		return "", 0, reason
	}
	if whole == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return "", 0, notNumber
	}
	return whole + fraction, len(fraction) - exponent, ""
}

// cutExponent takes the exponent off, as in 1.25E-3.
func cutExponent(text string) (mantissa string, exponent int, reason string) {
	at := strings.IndexAny(text, "eE")
	if at < 0 {
		return text, 0, ""
	}
	mantissa, rest := text[:at], text[at+1:]
	negative := strings.HasPrefix(rest, "-")
	rest = strings.TrimLeft(strings.TrimLeft(rest, "+-"), "0")
	if len(rest) > 2 || strings.Trim(rest, "0123456789") != "" {
		return "", 0, notNumber
	}
	for _, d := range []byte(rest) {
		exponent = exponent*10 + int(d-'0')
	}
	if negative {
		exponent = -exponent
	}
	return mantissa, exponent, ""
}

// halves cuts a number at its decimal mark.
func halves(text string, form mark) (whole, fraction, reason string) { //nolint:cyclop // a case for each form
	commas, points := strings.Count(text, ","), strings.Count(text, ".")
	switch {
	case form == point && commas > 0,
		commas > 1,
		form != comma && points > 1,
		form == sheet && commas > 0 && points > 0:
		return "", "", notNumber
	case form != point && commas == 1:
		whole, fraction, _ = strings.Cut(text, ",")
	case points == 1:
		whole, fraction, _ = strings.Cut(text, ".")
		if form == comma && len(fraction) == 3 && whole != "0" {
			return "", "", ambiguous
		}
	default:
		whole = text
	}
	if fraction == "" && commas+points > 0 && whole != text {
		return "", "", notNumber // 1,
	}
	return whole, fraction, ""
}

// ungroup takes the marks between thousands away: spaces, and points of files with a decimal comma.
func ungroup(whole string, form mark) (string, string) {
	if strings.Trim(whole, "0123456789") == "" {
		return whole, ""
	}
	separators := []string{" ", "\u00a0", "\u202f"}
	if form == comma {
		separators = append(separators, ".")
	}
	for _, separator := range separators {
		groups := strings.Split(whole, separator)
		if len(groups) == 1 || len(groups[0]) == 0 || len(groups[0]) > 3 {
			continue
		}
		fits := true
		for _, group := range groups[1:] {
			fits = fits && len(group) == 3
		}
		if fits {
			return strings.Join(groups, ""), ""
		}
	}
	return "", notNumber
}
