package odrl

import (
	"cmp"
	"math/big"
	"regexp"
	"strings"
)

// number is a decimal in normal form: no needless zeros, zero is not negative. Decimals are only compared, so they need no arithmetic and no floats.
type number struct {
	negative        bool
	whole, fraction string
}

// numberPattern is xsd:decimal with bounds: 30 digits before the point and 18 behind it.
var numberPattern = regexp.MustCompile(`^([+-]?)([0-9]{1,30})(?:\.([0-9]{1,18}))?$`)

func readNumber(text string) (number, bool) {
	found := numberPattern.FindStringSubmatch(text)
	if found == nil {
		return number{}, false
	}
	n := number{whole: strings.TrimLeft(found[2], "0"), fraction: strings.TrimRight(found[3], "0")}
	n.negative = found[1] == "-" && (n.whole != "" || n.fraction != "")
	return n, true
}

func (n number) compare(other number) int {
	if n.negative != other.negative {
		if n.negative {
			return -1
		}
		return 1
	}
	order := cmp.Or(cmp.Compare(len(n.whole), len(other.whole)), cmp.Compare(n.whole, other.whole), cmp.Compare(n.fraction, other.fraction))
	if n.negative {
		return -order
	}
	return order
}

// wholeDigits and fractionDigits are what can be written before and behind the point.
const (
	wholeDigits    = 30
	fractionDigits = 18
)

// digits is the number without its sign as a count of its smallest steps.
func (n number) digits() *big.Int {
	text := n.whole + n.fraction + strings.Repeat("0", fractionDigits-len(n.fraction))
	digits, _ := new(big.Int).SetString("0"+text, 10) // digits only
	if n.negative {
		digits.Neg(digits)
	}
	return digits
}

// justAbove is the next number that can be written.
func (n number) justAbove() number { return fromSteps(n.digits().Add(n.digits(), big.NewInt(1))) }

// next is the number one above.
func (n number) next() number {
	one := new(big.Int).Exp(big.NewInt(10), big.NewInt(fractionDigits), nil)
	return fromSteps(one.Add(one, n.digits()))
}

func fromSteps(steps *big.Int) number {
	text := new(big.Int).Abs(steps).String()
	if missing := fractionDigits + 1 - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	point := len(text) - fractionDigits
	return number{steps.Sign() < 0, strings.TrimLeft(text[:point], "0"), strings.TrimRight(text[point:], "0")}
}

// String is the number in its normal form.
func (n number) String() string {
	text := "0" + n.whole
	if n.whole != "" {
		text = n.whole
	}
	if n.fraction != "" {
		text += "." + n.fraction
	}
	if n.negative {
		text = "-" + text
	}
	return text
}
