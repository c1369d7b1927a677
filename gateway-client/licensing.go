// SPDX-License-Identifier: Apache-2.0

package gateway

// Licensing calls the contract "licensing", one method for each transaction. Anything that a transaction does, who may
// call it and which errors it answers is documented with the request types in package licensing. A resident who owns
// data acts by a client with [WithResidentKey].
//
// Datasets, offers, negotiations and licences are named by their author, a slash and the author's own id, such as
// UtilityMSP/grid-load; a bare id is the caller's own. Anything that a side of a licence signs, the client fills in and
// signs with the profile's key, wherever that is.
type Licensing struct{ client *Client }

// Licensing returns the contract's typed calls.
func (c *Client) Licensing() Licensing { return Licensing{c} }
