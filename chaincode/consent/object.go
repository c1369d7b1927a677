// SPDX-License-Identifier: Apache-2.0

package consent

import (
	"strings"

	"github.com/smartb-suite/smartb/chaincode/fault"
	"github.com/smartb-suite/smartb/chaincode/request"
)

// Object is what a consent or a question is about, beside purpose and categories: one community and a metering point in it, or one dataset. The zero
// Object names nothing.
type Object struct {
	CommunityID string `json:"communityId,omitempty"`
	// Dataset is its owner, an MSP or a resident's pseudonym, a slash and its id.
	Dataset string `json:"dataset,omitempty"`
	// PointSHA256 is the lower-case hex SHA-256 of the canonical JSON {"reference","salt"} of a metering point in the community.
	PointSHA256 string `json:"pointSha256,omitempty"`
}

// Named reports whether the object names anything.
func (o Object) Named() bool { return o != Object{} }

// DatasetName is how an object names a dataset.
func DatasetName(owner, id string) string { return owner + "/" + id }

func (o Object) validate() error {
	if o.Dataset != "" && o.CommunityID != "" {
		return fault.Field(fault.InvalidField, "object/dataset", "does not go with communityId")
	}
	if o.PointSHA256 != "" && o.CommunityID == "" {
		return fault.Field(fault.MissingField, "object/communityId", "required with pointSha256")
	}
	return request.All(
		request.Optional("object/communityId", o.CommunityID, request.ID), request.Optional("object/dataset", o.Dataset, dataset),
		request.Optional("object/pointSha256", o.PointSHA256, request.SHA256),
	)
}

func dataset(field, value string) error {
	owner, id, found := strings.Cut(value, "/")
	if !found {
		return fault.Field(fault.InvalidField, field, "expected the owner, a slash and the dataset's id")
	}
	if request.Thumbprint(field, owner) == nil { // a resident's own data
		return request.ID(field, id)
	}
	return request.All(request.MSP(field, owner), request.ID(field, id))
}

// covers reports whether a consent about the object answers a question about another. It does only for exactly the same
// community or dataset, and for the same metering point where the question names one.
func (o Object) covers(question Object) bool {
	return o.CommunityID == question.CommunityID && o.Dataset == question.Dataset &&
		(question.PointSHA256 == "" || question.PointSHA256 == o.PointSHA256)
}
