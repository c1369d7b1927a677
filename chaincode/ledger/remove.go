package ledger

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
