package odrl

// truth is a value of Kleene's three-valued logic. What is not known fails closed: it leaves a permission inactive and a prohibition or duty active.
type truth int8

const (
	no      truth = -1
	unknown truth = 0
	yes     truth = 1
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// exactlyOne is xone: true where one is true and all others are false.
func exactlyOne(truths []truth) truth {
	trues, unknowns := 0, 0
	for _, t := range truths {
		switch t {
		case yes:
			trues++
		case unknown:
			unknowns++
		}
	}
	switch {
	case trues > 1, trues == 0 && unknowns == 0:
		return no
	case unknowns > 0:
		return unknown
	default:
		return yes
	}
}

// combine is the truth of a logical constraint. andSequence is an and here: all its parts are asked of the same moment, so their order decides nothing.
func (logic Logic) combine(truths []truth) truth {
	switch logic {
	case Xone:
		return exactlyOne(truths)
	case Or:
		result := no
		for _, t := range truths {
			result = max(result, t)
		}
		return result
	default:
		result := yes
		for _, t := range truths {
			result = min(result, t)
		}
		return result
	}
}
