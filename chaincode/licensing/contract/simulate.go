package contract

import (
	"time"

	"github.com/smartb-suite/smartb/chaincode/ledger"
	"github.com/smartb-suite/smartb/chaincode/licensing"
)

// simulateLicence decides as RequestAccess would, at a time that may be another one; consents are not asked, and the first free ticket is assumed.
func simulateLicence(l *ledger.Ledger, r licensing.SimulateRequest, at time.Time) (licensing.Simulation, error) {
	licence, err := loadLicence(l, r.AgreementID)
	if err != nil {
		return licensing.Simulation{}, err
	}
	facts, err := gather(l, licence, r.Question, nil)
	if err != nil {
		return licensing.Simulation{}, err
	}
	facts.Now = at
	simulated := licence.Simulate(r.Question, facts)
	return simulated, l.Steps().Err()
}
