// SPDX-License-Identifier: Apache-2.0

package enforce

import (
	"sync"
	"time"
)

const (
	// staleAfter bounds the use of an answer where no block is heard of: the stream of blocks could have died without a word.
	staleAfter = 2 * time.Second
	// maxAnswers bounds the memory.
	maxAnswers = 10_000
)

// cache holds answers that are true as long as the ledger does not grow: all of one height.
type cache[T any] struct {
	mu      sync.Mutex
	height  uint64
	answers map[string]answer[T]
}

type answer[T any] struct {
	value T
	until time.Time
}

// get returns an answer that was asked for at this height.
func (c *cache[T]) get(key string, height uint64, now time.Time) (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.answers[key]
	if !ok || height == 0 || height != c.height || !now.Before(found.until) {
		var none T
		return none, false
	}
	return found.value, true
}

// put keeps an answer. The height is that from before the question: a block that came between question and answer ends its use.
func (c *cache[T]) put(key string, value T, height uint64, until time.Time) {
	if height == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if height != c.height || len(c.answers) >= maxAnswers {
		c.height, c.answers = height, map[string]answer[T]{}
	}
	c.answers[key] = answer[T]{value, until}
}
