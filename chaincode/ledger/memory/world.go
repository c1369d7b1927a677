// SPDX-License-Identifier: Apache-2.0

// Package memory is a ledger in memory for unit tests: one peer's world state with the behaviour of a Fabric peer where
// chaincode can see it. Reads see the state before the transaction, commits check what was read (versions and ranges),
// private data stays with the members of its collection. Key-level endorsement policies bind who writes a key. Package
// behaviour holds the table that proves it against a real peer.
package memory

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hyperledger/fabric-protos-go-apiv2/common"
	"github.com/hyperledger/fabric-protos-go-apiv2/msp"
	"google.golang.org/protobuf/proto"
)

// Validation codes of Commit, named as Fabric names them.
const (
	Valid                    = "VALID"
	MVCCReadConflict         = "MVCC_READ_CONFLICT"
	PhantomReadConflict      = "PHANTOM_READ_CONFLICT"
	EndorsementPolicyFailure = "ENDORSEMENT_POLICY_FAILURE"
)

// Collection is a private data collection. The submitter of a transaction that reads it must be of a member
// organisation. So must the submitter of one that writes it, unless it is open to writes of others, which a member
// endorses.
type Collection struct {
	Name       string
	Members    []string
	OpenWrites bool
}

// World is the state of one channel as one organisation's peer holds it.
type World struct {
	// Channel is the channel's name, Members its organisations' MSPs.
	Channel string
	Members []string
	// Peer is the MSP of the peer that simulates.
	Peer string
	// Now is the time of the next transactions.
	Now time.Time
	// QueryLimit is the peer's totalQueryLimit: a scan ends there, without an error.
	QueryLimit int
	// Events are the events of the valid transactions, oldest first.
	Events []Event

	collections map[string]Collection
	public      map[string]entry
	private     map[string]map[string]entry
	block       uint64
	nextTx      uint64
}

// Event is what a valid transaction announced.
type Event struct {
	Name    string
	Payload []byte
}

type entry struct {
	value   []byte
	policy  []byte
	version uint64
}

// New returns an empty world.
func New(channel, peer string, members []string, collections ...Collection) *World {
	w := &World{
		Channel: channel, Members: members, Peer: peer, Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), QueryLimit: 100_000,
		collections: map[string]Collection{}, public: map[string]entry{}, private: map[string]map[string]entry{},
	}
	for _, collection := range collections {
		w.collections[collection.Name] = collection
		w.private[collection.Name] = map[string]entry{}
	}
	return w
}

// Keys returns the public keys that exist, in order, with the composite separators shown as "/".
func (w *World) Keys() []string {
	keys := make([]string, 0, len(w.public))
	for _, key := range slices.Sorted(maps.Keys(w.public)) {
		keys = append(keys, strings.Trim(strings.ReplaceAll(key, "\x00", "/"), "/"))
	}
	return keys
}

// PrivateKeys returns the keys that exist in a collection, like Keys.
func (w *World) PrivateKeys(collection string) []string {
	shadow := World{public: w.private[collection]}
	return shadow.Keys()
}

// Forget drops a collection's values, or those of the named types of keys, from this peer. It leaves their hashes on
// the ledger, as on a peer that never received them.
func (w *World) Forget(collection string, types ...string) {
	for key, e := range w.private[collection] {
		if len(types) > 0 && !slices.ContainsFunc(types, func(of string) bool { return strings.HasPrefix(key, "\x00"+of+"\x00") }) {
			continue
		}
		w.private[collection][key] = entry{version: e.version, policy: e.policy, value: nil}
	}
}

// Commit validates a simulated transaction against the present state and, if it is valid, applies its writes as the next block.
func (w *World) Commit(tx *Tx) string {
	w.block++
	if code := w.validate(tx); code != Valid {
		return code
	}
	for _, write := range tx.writes {
		w.apply(write)
	}
	if tx.event != nil {
		w.Events = append(w.Events, *tx.event)
	}
	return Valid
}

// Validate is the code that Commit would give the transaction now; nothing is committed.
func (w *World) Validate(tx *Tx) string { return w.validate(tx) }

func (w *World) validate(tx *Tx) string {
	for _, write := range tx.writes {
		if !w.endorsed(tx, write) {
			return EndorsementPolicyFailure
		}
	}
	for key, version := range tx.reads {
		if w.at(key.collection, key.name).version != version {
			return MVCCReadConflict
		}
	}
	for _, scan := range tx.scans {
		if !maps.Equal(scan.versions, w.scan(scan.prefix)) {
			return PhantomReadConflict
		}
	}
	return Valid
}

// endorsed checks the policy that the key had before the transaction; a new key has none.
func (w *World) endorsed(tx *Tx, write write) bool {
	policy := w.at(write.collection, write.key).policy
	if policy == nil {
		return true
	}
	envelope := new(common.SignaturePolicyEnvelope)
	if err := proto.Unmarshal(policy, envelope); err != nil {
		return false
	}
	return satisfied(envelope, envelope.GetRule(), tx.Endorsers)
}

// satisfied evaluates a policy as the peer does.
func satisfied(envelope *common.SignaturePolicyEnvelope, rule *common.SignaturePolicy, endorsers []string) bool {
	outOf := rule.GetNOutOf()
	if outOf == nil {
		role := new(msp.MSPRole)
		if err := proto.Unmarshal(envelope.GetIdentities()[rule.GetSignedBy()].GetPrincipal(), role); err != nil {
			return false
		}
		return slices.Contains(endorsers, role.GetMspIdentifier())
	}
	var count int32
	for _, part := range outOf.GetRules() {
		if satisfied(envelope, part, endorsers) {
			count++
		}
	}
	return count >= outOf.GetN()
}

func (w *World) at(collection, key string) entry {
	if collection == "" {
		return w.public[key]
	}
	return w.private[collection][key]
}

func (w *World) apply(write write) {
	state := w.public
	if write.collection != "" {
		state = w.private[write.collection]
	}
	e := state[write.key]
	switch {
	case write.deletes:
		delete(state, write.key)
		return
	case write.policy != nil:
		e.policy = write.policy
	default:
		e.value = write.value
	}
	e.version = w.block
	state[write.key] = e
}

// scan returns the versions of the keys below a composite prefix, as far as the peer reads.
func (w *World) scan(prefix string) map[string]uint64 {
	versions := w.between(prefix, prefix+string(utf8.MaxRune))
	if len(versions) > w.QueryLimit {
		for _, key := range slices.Sorted(maps.Keys(versions))[w.QueryLimit:] {
			delete(versions, key)
		}
	}
	return versions
}

// between returns the versions of the keys from one on, below another.
func (w *World) between(from, below string) map[string]uint64 {
	versions := map[string]uint64{}
	for key, e := range w.public {
		if key >= from && key < below {
			versions[key] = e.version
		}
	}
	return versions
}

func (w *World) hash(collection, key string) []byte {
	e, found := w.private[collection][key]
	if !found {
		return nil
	}
	sum := sha256.Sum256(e.value)
	return sum[:]
}

func (w *World) collection(name string) (Collection, error) {
	collection, found := w.collections[name]
	if !found {
		return collection, fmt.Errorf("collection [%s] not defined in the collection config", name)
	}
	return collection, nil
}

// Value is what is stored under a key, nil if nothing is. The key is named as Keys and PrivateKeys name it; the public state's collection is empty.
func (w *World) Value(collection, key string) []byte { return w.at(collection, composite(key)).value }

// Erase drops a private value and its hash from the ledger, as if it had never been written; the key is named as PrivateKeys names it.
func (w *World) Erase(collection, key string) { delete(w.private[collection], composite(key)) }

// composite is the key that is shown with "/" as separators.
func composite(key string) string { return "\x00" + strings.ReplaceAll(key, "/", "\x00") + "\x00" }
