// SPDX-License-Identifier: Apache-2.0

package gateway

import "slices"

// Transaction is a transaction of the chaincode.
type Transaction struct {
	// Name is the contract and the transaction: settlement:SettleDay.
	Name string
	// Submit is true where the transaction writes; the others are evaluated.
	Submit bool
	// Summary describes in one sentence who does what with it.
	Summary string
}

// Transactions are all transactions that the client can call.
func Transactions() []Transaction { return slices.Clone(transactions) }
