// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/pflag"

	"github.com/smartb-suite/smartb/chaincode/request"
	"github.com/smartb-suite/smartb/gateway-client"
)

// listing is what all commands that list have in common: they go on by themselves from page to page until all is read.
// A list that --limit cuts reports that there are more, and how to go on.
type listing struct {
	// items names the answer's member with the entries.
	items string
	// bookmark names the answer's member with the beginning of the next page, empty for "bookmark".
	bookmark string
	// document is true where the answer is a document of a standard: it is printed in its own form, with all entries.
	document bool
}

// listFlags are the flags of a list.
type listFlags struct {
	limit int
	after string
}

func (f *listFlags) add(flags *pflag.FlagSet) {
	flags.IntVar(&f.limit, "limit", 0, "show at most `NUMBER` entries, and where to go on (default: all)")
	flags.StringVar(&f.after, "bookmark", "", "go on at the `BOOKMARK` with which a list with --limit ended")
}

func (f *listFlags) check() error {
	if f.limit < 0 {
		return usagef("--limit takes a number from 1 on, not %d", f.limit)
	}
	return nil
}

// page is an answer with entries: all pages' together.
type page struct {
	listing
	members []member
	entries []json.RawMessage
	// next is where a list that was cut goes on, empty for one that is whole.
	next string
}

// ask answers a transaction of the ledger that reads.
type ask func(ctx context.Context, request any) (json.RawMessage, error)

func asking(client *gateway.Client, transaction string) ask {
	return func(ctx context.Context, request any) (answer json.RawMessage, err error) {
		err = client.Evaluate(ctx, transaction, request, &answer)
		return answer, err
	}
}

// read asks for page after page until there are no more, or as many entries as the flags allow.
func (l listing) read(ctx context.Context, asked any, flags listFlags, ask ask) (page, error) {
	all := page{listing: l, next: flags.after}
	for first := true; first || all.next != "" && !all.full(flags); first = false {
		turned, err := flags.turn(asked, all)
		if err != nil {
			return all, err
		}
		answer, err := ask(ctx, turned)
		if err != nil {
			return all, err
		}
		before := all.next
		if err := all.add(answer); err != nil {
			return all, err
		}
		if all.next != "" && all.next == before {
			return all, fmt.Errorf("the list does not go on: the ledger answers the same bookmark again")
		}
	}
	return all, nil
}

// full reports whether there are as many entries as the flags allow.
func (p page) full(flags listFlags) bool { return flags.limit > 0 && len(p.entries) >= flags.limit }

// turn makes the request for the next page.
func (f listFlags) turn(asked any, so page) (json.RawMessage, error) {
	text, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	members, err := membersIn(text)
	if err != nil {
		return nil, err
	}
	if so.next != "" {
		members = put(members, "bookmark", so.next)
	}
	if f.limit > 0 {
		members = put(members, "pageSize", min(f.limit-len(so.entries), request.MaxPageSize))
	}
	return object(members)
}

// add takes a page's entries. The first page's other members are those of the whole list.
func (p *page) add(answer json.RawMessage) error {
	members, err := membersIn(answer)
	if err != nil {
		return err
	}
	if p.members == nil {
		p.members = members
	}
	p.next = ""
	for _, m := range members {
		switch m.name {
		case p.items:
			var entries []json.RawMessage
			if err := json.Unmarshal(m.value, &entries); err != nil {
				return err
			}
			p.entries = append(p.entries, entries...)
		case p.mark():
			if err := json.Unmarshal(m.value, &p.next); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l listing) mark() string {
	if l.bookmark == "" {
		return "bookmark"
	}
	return l.bookmark
}

// answer is the ledger's answer as if it had one page.
func (p page) answer() (json.RawMessage, error) {
	if p.entries == nil {
		p.entries = []json.RawMessage{}
	}
	return object(put(put(slices.Clone(p.members), p.items, p.entries), p.mark(), p.next))
}

// MarshalJSON writes the one form of all lists: items, and next where the list goes on, null at its end; then the
// answer's other members.
func (p page) MarshalJSON() ([]byte, error) {
	if p.document {
		return p.answer()
	}
	members := head(p.entries, p.next)
	for _, m := range p.members {
		if m.name != p.items && m.name != p.mark() {
			members = append(members, m)
		}
	}
	return object(members)
}

// head are the members of all lists.
func head[T any](entries []T, next string) []member {
	if entries == nil {
		entries = []T{}
	}
	members := put(nil, "items", entries)
	if next == "" {
		return put(members, "next", nil)
	}
	return put(members, "next", next)
}

// more reports to people that the list goes on.
func (a *App) more(next string) {
	if next != "" && a.output != asJSON {
		a.Notef("there are more; --bookmark '%s' goes on", next)
	}
}

// member is a member of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// membersIn reads the members of an object in their order.
func membersIn(text []byte) (members []member, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		m := member{name: fmt.Sprint(name)}
		if err := decoder.Decode(&m.value); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// put sets a member.
func put(members []member, name string, value any) []member {
	text, err := json.Marshal(value)
	must(err) // only strings, numbers and lists of what was JSON
	if i := slices.IndexFunc(members, func(m member) bool { return m.name == name }); i >= 0 {
		members[i].value = text
		return members
	}
	return append(members, member{name, text})
}

// object writes members as an object.
func object(members []member) (json.RawMessage, error) {
	var text bytes.Buffer
	for i, m := range members {
		separator := ","
		if i == 0 {
			separator = "{"
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		text.WriteString(separator)
		text.Write(name)
		text.WriteByte(':')
		text.Write(m.value)
	}
	if len(members) == 0 {
		text.WriteByte('{')
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}
