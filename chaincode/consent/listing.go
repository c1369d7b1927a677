package consent

// Listing is the part that all requests for pages share.
type Listing struct {
	// PageSize is how many entries to read, at most 200; 0 means 200. A page that filters may hold fewer; the last page has no bookmark.
	PageSize int `json:"pageSize,omitempty"`
	// Bookmark is what the page before returned; empty for the first page.
	Bookmark string `json:"bookmark,omitempty"`
}

func (l Listing) validate() error {
	return check(within("pageSize", int64(l.PageSize), 0, maxPageSize), atMost("bookmark", l.Bookmark, maxBookmark))
}

// Size is the number of entries to read.
func (l Listing) Size() int {
	if l.PageSize == 0 {
		return maxPageSize
	}
	return l.PageSize
}
