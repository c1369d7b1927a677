package ledger

import (
	"fmt"
	"strings"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Key is a composite key: the type of the object and the attributes that name it. Keys are never built by concatenation.
type Key struct {
	Type       string
	Attributes []string
}

// String returns the key for messages.
func (k Key) String() string { return k.Type + "(" + strings.Join(k.Attributes, ", ") + ")" }

// name is the key as the state database knows it.
func (l *Ledger) name(k Key) (string, error) {
	name, err := l.stub.CreateCompositeKey(k.Type, k.Attributes)
	if err != nil {
		return "", fault.New(fault.InvalidField, "%s is not a valid key: %s", k, err)
	}
	return name, nil
}

func (l *Ledger) names(keys []Key) ([]string, error) {
	names := make([]string, len(keys))
	for i, key := range keys {
		name, err := l.name(key)
		if err != nil {
			return nil, err
		}
		names[i] = name
	}
	return names, nil
}

// values checks that a multi-key read answered for every key: where its state database fails, the peer answers with nothing and no error.
func values(answer [][]byte, keys int, err error) ([][]byte, error) {
	if err != nil {
		return nil, fmt.Errorf("read %d keys: %w", keys, err)
	}
	if len(answer) != keys {
		return nil, fmt.Errorf("read %d keys: the peer answered %d values", keys, len(answer))
	}
	return answer, nil
}
