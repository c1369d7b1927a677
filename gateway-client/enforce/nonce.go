package enforce

import (
	"sync"
	"time"
)

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
	if now.Sub(n.turned) > signatureLife {
		n.old = n.new
		if now.Sub(n.turned) > 2*signatureLife {
			n.old = nil
		}
		n.new, n.turned = map[string]struct{}{}, now
	}
	_, recent := n.new[nonce]
	_, before := n.old[nonce]
	n.new[nonce] = struct{}{}
	return !recent && !before
}
