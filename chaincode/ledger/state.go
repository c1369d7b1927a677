// SPDX-License-Identifier: Apache-2.0

package ledger

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"

	"github.com/smartb-suite/smartb/chaincode/fault"
)

// Get reads one public record; found is false if there is none.
func Get[T any](l *Ledger, key Key) (record T, found bool, err error) {
	records, err := GetMany[T](l, []Key{key})
	if err != nil || records[0] == nil {
		return record, false, err
	}
	return *records[0], true, nil
}

// GetMany reads public records in one round trip to the peer; anything that does not exist is nil. A key that is given
// several times is read once, and its places share the record.
func GetMany[T any](l *Ledger, keys []Key) ([]*T, error) {
	names, err := l.names(keys)
	if err != nil {
		return nil, err
	}
	if err := l.fetch(names); err != nil {
		return nil, err
	}
	records, read := make([]*T, len(keys)), make(map[string]*T, len(keys))
	for i, name := range names {
		if value := l.known[name]; value != nil && read[name] == nil {
			record, err := decode[T](keys[i], value)
			if err != nil {
				return nil, err
			}
			read[name] = &record
		}
		records[i] = read[name]
	}
	return records, nil
}

// Prefetch reads in one round trip what the transaction is going to read one by one; a round trip costs as much as ten more keys in it. The keys join the
// transaction's read set, whether or not they are read again.
func (l *Ledger) Prefetch(keys ...Key) error {
	names, err := l.names(keys)
	if err != nil {
		return err
	}
	return l.fetch(names)
}

// fetch makes the keys' values known: it asks the peer for those that it was not asked for before. A transaction reads the state before it, so a value
// stays the same.
func (l *Ledger) fetch(names []string) error {
	if err := l.batch.clear("", names...); err != nil {
		return err
	}
	var missing []string
	asked := map[string]bool{}
	for _, name := range append(names, l.network.ahead()...) {
		if _, known := l.known[name]; !known && !asked[name] {
			asked[name] = true
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	answer, err := l.stub.GetMultipleStates(missing...)
	if answer, err = values(answer, len(missing), err); err != nil {
		return fmt.Errorf("%q …: %w", missing[0], err)
	}
	for i, name := range missing {
		l.known[name] = answer[i]
	}
	return nil
}

// Put queues a public record.
func Put[T any](l *Ledger, key Key, record T) error {
	_, err := l.put("", key, record)
	return err
}

// PutOwned queues a new public record that only all its owners' peers together can change or remove later, whatever the chaincode does: Fabric itself
// checks it (key-level endorsement). Creating the record falls under the chaincode's policy; later changes are queued by Put and keep the owners.
func PutOwned[T any](l *Ledger, key Key, record T, owners ...string) error {
	return PutUnder(l, key, record, len(owners), owners...)
}

// PutUnder is PutOwned for a record that the peers of any so many of the owners may change together.
func PutUnder[T any](l *Ledger, key Key, record T, needed int, owners ...string) error {
	if err := Put(l, key, record); err != nil {
		return err
	}
	l.writes[len(l.writes)-1].policy = &policy{needed, owners}
	return nil
}

// ScanLimit is how many records a scan reads: five times the largest community that is promised. A peer ends a scan at
// its own limit (totalQueryLimit, which the network sets to 100,000) without an error. So the project's own limit is
// below it: anything that is above is refused by name, never left out.
const ScanLimit = 50_000

// Scan reads all public records below a partial key, in the order of their keys; more than ScanLimit are
// TOO_MANY_RECORDS. Anything that was read is checked again when the transaction commits, so a record that another
// transaction adds meanwhile is a conflict, never an oversight.
func Scan[T any](l *Ledger, prefix Key) (records []T, err error) {
	first, err := l.name(prefix)
	if err != nil {
		return nil, err
	}
	if err := l.batch.clearBelow(first); err != nil {
		return nil, err
	}
	rows, err := l.stub.GetStateByPartialCompositeKey(prefix.Type, prefix.Attributes)
	if err != nil {
		return nil, fmt.Errorf("scan %s: %w", prefix, err)
	}
	return collect[T](rows, prefix)
}

// Page reads at most size records below a partial key, beginning at the bookmark that an earlier page returned ("" for
// the first). The next bookmark is empty after the last page. Fabric refuses pages in transactions that write. The peer
// begins wherever a bookmark points to, so one that does not are below the partial key is refused: it would show other
// records.
func Page[T any](l *Ledger, prefix Key, size int, bookmark string) (records []T, next string, err error) {
	first, err := l.name(prefix)
	if err != nil {
		return nil, "", err
	}
	begin, err := bookmarks.DecodeString(bookmark)
	if err != nil || bookmark != "" && !strings.HasPrefix(string(begin), first) {
		return nil, "", fault.Field(fault.InvalidField, "bookmark", "expected what the page before returned")
	}
	rows, meta, err := l.stub.GetStateByPartialCompositeKeyWithPagination(prefix.Type, prefix.Attributes, int32(size), string(begin))
	if err != nil {
		return nil, "", fmt.Errorf("page of %s: %w", prefix, err)
	}
	if records, err = collect[T](rows, prefix); err != nil {
		return nil, "", err
	}
	return records, bookmarks.EncodeToString([]byte(meta.GetBookmark())), nil
}

// bookmarks are the peer's in base64url: those are composite keys, whose NUL bytes no terminal takes.
var bookmarks = base64.RawURLEncoding

// BookmarkAt is the bookmark at which a page begins with the first key that is not before key.
func BookmarkAt(l *Ledger, key Key) (string, error) {
	name, err := l.name(key)
	return bookmarks.EncodeToString([]byte(name)), err
}

// collect reads all rows. The peer forgets a query when it has answered its last row, so only one that is left early is closed: that is a round trip.
func collect[T any](rows shim.StateQueryIteratorInterface, prefix Key) (records []T, err error) {
	records = []T{} // an empty list is a list in JSON, too
	for rows.HasNext() {
		row, err := rows.Next()
		if err != nil {
			return nil, errors.Join(fmt.Errorf("scan %s: %w", prefix, err), rows.Close())
		}
		record, err := decode[T](prefix, row.GetValue())
		if err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		records = append(records, record)
		if len(records) > ScanLimit {
			refusal := fault.New(fault.TooManyRecords, "more than %d records lie below %s", ScanLimit, prefix)
			return nil, errors.Join(refusal, rows.Close())
		}
	}
	return records, nil
}

// Delete queues the removal of a public key from the state; what it held stays in the blocks.
func Delete(l *Ledger, key Key) error { return l.remove("", key) }

// PurgePrivate queues the purge of a private key at all members of the collection, history included; its hash stays in the blocks.
func PurgePrivate(l *Ledger, collection string, key Key) error { return l.remove(collection, key) }

func (l *Ledger) remove(collection string, key Key) error {
	name, err := l.name(key)
	if err != nil {
		return err
	}
	l.writes = append(l.writes, write{collection: collection, key: name, removes: true})
	return nil
}

// policy is a key's own endorsement policy: so many of the organisations' peers.
type policy struct {
	needed        int
	organisations []string
}

// encode writes the policy as Fabric reads it. It is deterministic: the organisations keep their order.
func (p policy) encode() ([]byte, error) {
	envelope := &common.SignaturePolicyEnvelope{Rule: &common.SignaturePolicy{}}
	var rules []*common.SignaturePolicy
	for i, organisation := range p.organisations {
		role, err := proto.Marshal(&msp.MSPRole{MspIdentifier: organisation, Role: msp.MSPRole_PEER})
		if err != nil {
			return nil, fmt.Errorf("policy for %s: %w", organisation, err)
		}
		envelope.Identities = append(envelope.Identities, &msp.MSPPrincipal{PrincipalClassification: msp.MSPPrincipal_ROLE, Principal: role})
		rules = append(rules, &common.SignaturePolicy{Type: &common.SignaturePolicy_SignedBy{SignedBy: int32(i)}})
	}
	envelope.Rule.Type = &common.SignaturePolicy_NOutOf_{NOutOf: &common.SignaturePolicy_NOutOf{N: int32(p.needed), Rules: rules}}
	return proto.MarshalOptions{Deterministic: true}.Marshal(envelope)
}

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
