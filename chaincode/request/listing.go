package request

// MaxPageSize is how many entries a page has at most.
const MaxPageSize = 200

const maxBookmark = 1500

// Listing is the part that all requests for pages share.
type Listing struct {
	// PageSize is how many entries to return, at most 200; 0 means 200.
	PageSize int `json:"pageSize,omitempty"`
	// Bookmark is what the page before returned; empty for the first page.
	Bookmark string `json:"bookmark,omitempty"`
}

// Check checks the members by themselves. (It is not named Validate, which embedding would promote.)
func (l Listing) Check() error {
	return All(Within("pageSize", int64(l.PageSize), 0, MaxPageSize), AtMost("bookmark", l.Bookmark, maxBookmark))
}

// Size is the number of entries to read.
func (l Listing) Size() int {
	if l.PageSize == 0 {
		return MaxPageSize
	}
	return l.PageSize
}
