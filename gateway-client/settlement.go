// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/smartb-suite/smartb/chaincode/settlement"
)

// Settlement calls the contract "settlement", one method for each transaction. Anything that a transaction does, who
// may call it and which errors it answers is documented with the request types in package settlement.
type Settlement struct{ client *Client }

// Settlement returns the contract's typed calls.
func (c *Client) Settlement() Settlement { return Settlement{c} }

// AddMember adds a pending member; the private part goes to the collection's members only.
func (s Settlement) AddMember(ctx context.Context, request settlement.AddMemberRequest, private settlement.MemberPrivate) (settlement.Member, Receipt, error) {
	return submitPrivately[settlement.Member](ctx, s.client, "settlement:AddMember", request, "member", private)
}

// ConfirmMember confirms a member and its metering point; whom and which point the grid operator's own register has for it
// goes to the collection's members only.
func (s Settlement) ConfirmMember(ctx context.Context, request settlement.ConfirmMemberRequest, own settlement.Confirmation) (settlement.Member, Receipt, error) {
	return submitPrivately[settlement.Member](ctx, s.client, "settlement:ConfirmMember", request, "confirmation", own)
}

// SubmitMeterDays stores meter days.
func (s Settlement) SubmitMeterDays(ctx context.Context, request settlement.SubmitMeterDaysRequest, readings settlement.Readings) (settlement.SubmitMeterDaysAnswer, Receipt, error) {
	return submitPrivately[settlement.SubmitMeterDaysAnswer](ctx, s.client, "settlement:SubmitMeterDays", request, "readings", readings)
}

// SettleDay computes a run of a day. The gateway has one peer execute it and then another. Endorsers, two organisations
// that hold the community's load profiles (its organiser and its grid operator always do), execute it side by side,
// which halves the time. Where one of them cannot be asked, the gateway chooses after all, for the same transaction: a
// run is one transaction, however long it takes, and the receipt names it.
func (s Settlement) SettleDay(ctx context.Context, request settlement.SettleDayRequest, endorsers ...string) (settlement.Run, Receipt, error) {
	return submit[settlement.Run](ctx, s.client, "settlement:SettleDay", request, preferring(endorsers))
}

// AllMembers reads all pages of members.
func (s Settlement) AllMembers(ctx context.Context, communityID string) ([]settlement.ListedMember, error) {
	request := settlement.ListMembersRequest{CommunityID: communityID}
	return pages(&request.Bookmark, func() ([]settlement.ListedMember, string, error) {
		page, err := s.ListMembers(ctx, request)
		return page.Members, page.Bookmark, err
	})
}

// pages reads page after page to the end of a list: turn asks for the page at the bookmark.
func pages[T any](bookmark *string, turn func() ([]T, string, error)) (all []T, err error) {
	for {
		list, next, err := turn()
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
		if *bookmark = next; next == "" {
			return all, nil
		}
	}
}

// CheckMeterDays asks what becomes, or became, of each reading and why.
func (s Settlement) CheckMeterDays(ctx context.Context, request settlement.CheckMeterDaysRequest, readings settlement.Readings) (settlement.ReadingResults, error) {
	return evaluatePrivately[settlement.ReadingResults](ctx, s.client, "settlement:CheckMeterDays", request, "readings", readings)
}

// CheckKeyDay asks whether the shares of a day would be taken; the error explains why not.
func (s Settlement) CheckKeyDay(ctx context.Context, request settlement.SubmitKeyDayRequest, key settlement.KeyDay) (settlement.KeyDayCheck, error) {
	return evaluatePrivately[settlement.KeyDayCheck](ctx, s.client, "settlement:CheckKeyDay", request, "keyDay", key)
}

func submit[A any](ctx context.Context, c *Client, name string, request any, options ...CallOption) (answer A, receipt Receipt, err error) {
	receipt, err = c.Submit(ctx, name, request, &answer, options...)
	return answer, receipt, err
}

func submitPrivately[A any](ctx context.Context, c *Client, name string, request any, entry string, private any, options ...CallOption) (answer A, receipt Receipt, err error) {
	text, err := json.Marshal(private)
	if err != nil {
		return answer, receipt, fmt.Errorf("encode the private part of %s: %w", name, err)
	}
	return submit[A](ctx, c, name, request, append(options, WithTransient(map[string][]byte{entry: text}))...)
}

func evaluatePrivately[A any](ctx context.Context, c *Client, name string, request any, entry string, private any) (answer A, err error) {
	text, err := json.Marshal(private)
	if err != nil {
		return answer, fmt.Errorf("encode the private part of %s: %w", name, err)
	}
	err = c.Evaluate(ctx, name, request, &answer, WithTransient(map[string][]byte{entry: text}))
	return answer, err
}

func evaluate[A any](ctx context.Context, c *Client, name string, request any) (answer A, err error) {
	err = c.Evaluate(ctx, name, request, &answer)
	return answer, err
}
