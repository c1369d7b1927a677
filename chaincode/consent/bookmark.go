package consent

import (
	"slices"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// A bookmark of a walk through a controller's notices is the notice's id and the ledger's bookmark below it.
const bookmarkSeparator = "|"

// JoinBookmark makes the bookmark of a place below a notice.
func JoinBookmark(noticeID, inner string) string { return noticeID + bookmarkSeparator + inner }

// SplitBookmark finds the notice where a walk through the sorted notices goes on, and the ledger's bookmark below it.
func SplitBookmark(bookmark string, notices []string) (index int, inner string, err error) {
	if bookmark == "" {
		return 0, "", nil
	}
	noticeID, inner, found := strings.Cut(bookmark, bookmarkSeparator)
	index, known := slices.BinarySearch(notices, noticeID)
	if !found || !known {
		return 0, "", fault.Field(fault.InvalidField, "bookmark", "not a bookmark of this list")
	}
	return index, inner, nil
}
