// SPDX-License-Identifier: Apache-2.0

package gateway

import "time"

// QuickPace has things done again sooner than in earnest, so that tests need not wait.
func QuickPace(c *Client) {
	c.pace = pace{
		conflict: span{time.Millisecond, 5 * time.Millisecond},
		notReady: span{time.Millisecond, 20 * time.Millisecond},
		status:   span{time.Millisecond, 5 * time.Millisecond},
		doubt:    span{300 * time.Millisecond, time.Second},

		agreement: 500 * time.Millisecond,
	}
}

// WithRights has other transactions than the contracts' exercise rights.
func WithRights(names ...string) Option {
	return func(c *Client) {
		c.rights = map[string]bool{}
		for _, name := range names {
			c.rights[name] = true
		}
	}
}
