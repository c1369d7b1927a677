// SPDX-License-Identifier: Apache-2.0

package network

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
)

// state is what a network must remember between commands besides keys and ledgers.
type state struct {
	Consensus Consensus `json:"consensus"`
	PortBase  int       `json:"portBase"`
	// Placement is Native or Containers.
	Placement Placement `json:"placement"`
	// Project is the Compose project of containers.
	Project string `json:"project,omitempty"`
	// Chaincodes are the names of those deployed; the place in the list gives the servers' port.
	Chaincodes []string `json:"chaincodes"`
}

func loadState(l layout) (state, error) {
	var s state
	text, err := os.ReadFile(l.record())
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("%s is damaged: %w", l.record(), err)
	}
	return s, nil
}

func (s state) save(l layout) error {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(l.record(), append(text, '\n'))
}

// settle fills what is still open from the options, and refuses options that contradict what the genesis block and the certificates already say.
func (s *state) settle(o Options) error {
	if s.Consensus == "" {
		s.Consensus = Consensus(firstOf(string(o.Consensus), string(BFT)))
	}
	if s.PortBase == 0 {
		s.PortBase = o.PortBase
	}
	if s.PortBase == 0 {
		s.PortBase = DefaultPortBase
	}
	if s.Placement == "" {
		s.Placement = Placement(firstOf(string(o.Placement.recorded()), string(Native)))
	}
	if o.Placement != "" && o.Placement.recorded() != s.Placement {
		return fmt.Errorf("the network in %s is placed %s; `network reset` it, or choose another %s, to have one placed %s", o.StateDir, s.Placement, EnvState, o.Placement)
	}
	if o.Consensus != "" && o.Consensus != s.Consensus {
		return fmt.Errorf("the network in %s runs on %s; `network reset` it before it can run on %s", o.StateDir, s.Consensus, o.Consensus)
	}
	if o.PortBase != 0 && o.PortBase != s.PortBase {
		return fmt.Errorf("the network in %s has its ports from %d; `network reset` it, or choose another %s, to use %d", o.StateDir, s.PortBase, EnvState, o.PortBase)
	}
	return nil
}

// slot returns the chaincode's place in the list, adding it if it is new.
func (s *state) slot(chaincode string) (int, error) {
	if i := slices.Index(s.Chaincodes, chaincode); i >= 0 {
		return i, nil
	}
	if len(s.Chaincodes) == chaincodesPerOrganisation {
		return 0, fmt.Errorf("chaincode %s: there are ports for %d chaincodes only", chaincode, chaincodesPerOrganisation)
	}
	s.Chaincodes = append(s.Chaincodes, chaincode)
	return len(s.Chaincodes) - 1, nil
}
