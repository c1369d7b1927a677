package ledger

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Get reads one public record; found is false if there is none.
func Get[T any](l *Ledger, key Key) (record T, found bool, err error) {
	name, err := l.name(key)
	if err != nil {
		return record, false, err
	}
	value, err := l.stub.GetState(name)
	if err != nil {
		return record, false, fmt.Errorf("read %s: %w", key, err)
	}
	if value == nil {
		return record, false, nil
	}
	record, err = decode[T](key, value)
	return record, err == nil, err
}

// GetMany reads public records in one round trip to the peer; what does not exist is nil.
func GetMany[T any](l *Ledger, keys []Key) ([]*T, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	names, err := l.names(keys)
	if err != nil {
		return nil, err
	}
	answer, err := l.stub.GetMultipleStates(names...)
	if answer, err = values(answer, keys, err); err != nil {
		return nil, err
	}
	records := make([]*T, len(keys))
	for i, value := range answer {
		if value == nil {
			continue
		}
		record, err := decode[T](keys[i], value)
		if err != nil {
			return nil, err
		}
		records[i] = &record
	}
	return records, nil
}

// Put queues a public record.
func Put[T any](l *Ledger, key Key, record T) error {
	_, err := l.put("", key, record)
	return err
}

// PutOwned queues a new public record that only all its owners' peers together can change or remove later, whatever the chaincode does: Fabric itself
// checks it (key-level endorsement). Creating the record falls under the chaincode's policy; later changes are queued by Put and keep the owners.
func PutOwned[T any](l *Ledger, key Key, record T, owners ...string) error {
	if err := Put(l, key, record); err != nil {
		return err
	}
	l.writes[len(l.writes)-1].owners = owners
	return nil
}

// Scan reads all public records below a partial key, in the order of their keys. What was read is checked again when the transaction commits, so a
// record that another transaction adds meanwhile is a conflict, never an oversight.
func Scan[T any](l *Ledger, prefix Key) (records []T, err error) {
	rows, err := l.stub.GetStateByPartialCompositeKey(prefix.Type, prefix.Attributes)
	if err != nil {
		return nil, fmt.Errorf("scan %s: %w", prefix, err)
	}
	return collect[T](rows, prefix)
}

// Page reads at most size records below a partial key, beginning at the bookmark that an earlier page returned ("" for the first). The next
// bookmark is empty after the last page. Fabric refuses pages in transactions that write. The peer begins wherever a bookmark points to, so one that
// does not lie below the partial key is refused: it would show other records.
func Page[T any](l *Ledger, prefix Key, size int, bookmark string) (records []T, next string, err error) {
	first, err := l.name(prefix)
	if err != nil {
		return nil, "", err
	}
	if bookmark != "" && !strings.HasPrefix(bookmark, first) {
		return nil, "", fault.Field(fault.InvalidField, "bookmark", "expected what the page before returned")
	}
	rows, meta, err := l.stub.GetStateByPartialCompositeKeyWithPagination(prefix.Type, prefix.Attributes, int32(size), bookmark)
	if err != nil {
		return nil, "", fmt.Errorf("page of %s: %w", prefix, err)
	}
	if records, err = collect[T](rows, prefix); err != nil {
		return nil, "", err
	}
	return records, meta.GetBookmark(), nil
}

// BookmarkAt is the bookmark at which a page begins with the first key that is not before key.
func BookmarkAt(l *Ledger, key Key) (string, error) { return l.name(key) }

func collect[T any](rows shim.StateQueryIteratorInterface, prefix Key) (records []T, err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.HasNext() {
		row, err := rows.Next()
		if err != nil {
			return nil, fmt.Errorf("scan %s: %w", prefix, err)
		}
		record, err := decode[T](prefix, row.GetValue())
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}
