package odrl

import (
	"regexp"
	"slices"
	"strings"
)

// inSubtag reports whether a language tag is the other one or begins with its subtags (RFC 4647, basic filtering): de-AT lies within de.
func inSubtag(narrow, broad string) bool {
	narrow, broad = strings.ToLower(narrow), strings.ToLower(broad)
	return narrow == broad || strings.HasPrefix(narrow, broad+"-")
}

// subdivisionPattern is a code of ISO 3166-2, bare or at the end of an IRI.
var subdivisionPattern = regexp.MustCompile(`^(?:.*[/:#])?[A-Z]{2}-[A-Z0-9]{1,3}$`)

// country is the country of a subdivision by its code: AT of AT-9, iso3166:AT of iso3166:AT-9.
func country(place string) (string, bool) {
	if !subdivisionPattern.MatchString(place) {
		return "", false
	}
	return place[:strings.LastIndexByte(place, '-')], true
}

// place reports whether a place lies within another one, by the hierarchy or by its code.
func (h *Hierarchy) place(narrow, broad string) bool {
	seen := []string{narrow}
	for i := 0; i < len(seen); i++ {
		around := []string{}
		if h != nil {
			around = h.above[seen[i]]
		}
		if of, is := country(seen[i]); is {
			around = append(slices.Clip(around), of)
		}
		for _, place := range around {
			if !slices.Contains(seen, place) {
				seen = append(seen, place)
			}
		}
	}
	return slices.Contains(seen, broad)
}
