package transaction

import "github.com/smartb-suite/smartb/chaincode/fault"

// Private reads the named private input of the transaction as strictly as a request. The name must be in the transaction's Description.
func Private[T Request](tx *Tx, name string) (value T, err error) {
	transient, err := tx.Transient()
	if err != nil {
		return value, err
	}
	if value, err = Decode[T](transient[name], maxTransient); err != nil {
		return value, within(name, err)
	}
	return value, within(name, value.Validate())
}

// within says in which private input the member at fault is.
func within(name string, err error) error {
	if err == nil {
		return nil
	}
	return fault.From(err).With("transient", name)
}
