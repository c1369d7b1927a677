package jws

import (
	"crypto/sha256"
	"sync"
)

// memoSize bounds how many verified signatures a server remembers in each of two generations.
const memoSize = 20_000

// Memo remembers what verified, by the hash of all that was looked at. It spares the arithmetic and never the reading, and it changes no answer: what is
// not remembered is verified again. What was refused is not remembered.
type Memo[T any] struct {
	mutex      sync.Mutex
	young, old map[[sha256.Size]byte]T
}

// Recall returns what verified before, or verifies it.
func (m *Memo[T]) Recall(parts []string, verify func() (T, error)) (T, error) {
	key := hashOf(parts)
	if value, known := m.get(key); known {
		return value, nil
	}
	value, err := verify()
	if err == nil {
		m.put(key, value)
	}
	return value, err
}

func (m *Memo[T]) get(key [sha256.Size]byte) (T, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if value, known := m.young[key]; known {
		return value, true
	}
	value, known := m.old[key]
	return value, known
}

func (m *Memo[T]) put(key [sha256.Size]byte, value T) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.young == nil || len(m.young) >= memoSize {
		m.young, m.old = map[[sha256.Size]byte]T{}, m.young
	}
	m.young[key] = value
}

// hashOf hashes the parts by their hashes, so that no two lists of parts have the same text.
func hashOf(parts []string) [sha256.Size]byte {
	all := sha256.New()
	for _, part := range parts {
		sum := sha256.Sum256([]byte(part))
		all.Write(sum[:])
	}
	return [sha256.Size]byte(all.Sum(nil))
}
