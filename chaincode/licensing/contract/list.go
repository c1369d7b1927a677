// SPDX-License-Identifier: Apache-2.0

package contract

import (
	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// page reads a page of an index and the records that it names.
func page[T any](l *ledger.Ledger, prefix ledger.Key, listing request.Listing, where func(id string) ledger.Key) ([]T, string, error) {
	references, bookmark, err := ledger.Page[reference](l, prefix, listing.Size(), listing.Bookmark)
	if err != nil {
		return nil, "", err
	}
	records, err := resolve[T](l, references, where)
	return records, bookmark, err
}
