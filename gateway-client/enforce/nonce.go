// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"sync"
	"time"
)

// remembered is how long a signature can be accepted: from a clock that is ahead by signatureLife to the same age.
const remembered = 2 * signatureLife

// nonces remembers what was used for as long as a signature with it could be accepted, by two generations.
type nonces struct {
	mu       sync.Mutex
	turned   time.Time
	new, old map[string]struct{}
}

// use reports whether the nonce is used for the first time. Only what members signed comes here, so strangers cannot fill the memory.
func (n *nonces) use(nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if now.Sub(n.turned) > remembered {
		n.old, n.new, n.turned = n.new, map[string]struct{}{}, now
	}
	_, recent := n.new[nonce]
	_, before := n.old[nonce]
	n.new[nonce] = struct{}{}
	return !recent && !before
}
