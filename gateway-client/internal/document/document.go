// SPDX-License-Identifier: Apache-2.0

// Package document reads files that people write, and describes what is wrong with one in their words: the member or
// the line, and what is expected there.
package document

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/smartb-suite/smartb/chaincode/request"
)

// Decode reads one JSON object of exactly the members of a type.
func Decode(text []byte, into any) error {
	return explain(text, json.Unmarshal(text, into, json.RejectUnknownMembers(true)))
}

// DecodeKnown is Decode for documents that may have more members, which are passed over.
func DecodeKnown(text []byte, into any) error { return explain(text, json.Unmarshal(text, into)) }

// explain describes what a decoder found, without words of the program's inside.
func explain(text []byte, err error) error {
	if err == nil {
		return nil
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return errors.New("it is empty; a JSON object is expected")
	}
	if syntactic, is := errors.AsType[*jsontext.SyntacticError](err); is {
		line := 1 + bytes.Count(text[:min(int(syntactic.ByteOffset), len(text))], []byte("\n"))
		switch {
		case errors.Is(err, jsontext.ErrDuplicateName):
			return fmt.Errorf("line %d: member %s occurs twice", line, member(syntactic.JSONPointer))
		case errors.Is(err, io.ErrUnexpectedEOF):
			return fmt.Errorf("line %d: the JSON ends too early", line)
		}
		return fmt.Errorf("line %d: it is not valid JSON", line)
	}
	semantic, is := errors.AsType[*json.SemanticError](err)
	switch {
	case !is:
		return err
	case errors.Is(err, json.ErrUnknownName):
		return fmt.Errorf("member %s is not known; expected: %s", member(semantic.JSONPointer), members(semantic.GoType))
	case semantic.JSONPointer == "":
		return errors.New("a JSON object is expected")
	}
	return fmt.Errorf("member %s: expected %s", member(semantic.JSONPointer), request.Expected(semantic.GoType))
}

func member(pointer jsontext.Pointer) string { return strings.TrimPrefix(string(pointer), "/") }

// members names the members of a type's JSON object.
func members(of reflect.Type) string {
	names := membersOf(of)
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func membersOf(of reflect.Type) (names []string) {
	for of != nil && of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of == nil || of.Kind() != reflect.Struct {
		return nil
	}
	for i := range of.NumField() {
		field := of.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
		case name == "" && field.Anonymous:
			names = append(names, membersOf(field.Type)...)
		case name != "":
			names = append(names, name)
		}
	}
	return names
}

// Table explains what a reader of CSV found.
func Table(err error) error {
	if errors.Is(err, io.EOF) {
		return errors.New("it is empty")
	}
	broken, is := errors.AsType[*csv.ParseError](err)
	switch {
	case !is:
		return err
	case errors.Is(err, csv.ErrFieldCount):
		return fmt.Errorf("line %d: it has another number of cells than the heading", broken.Line)
	case errors.Is(err, csv.ErrQuote), errors.Is(err, csv.ErrBareQuote):
		return fmt.Errorf("line %d: a quotation mark does not close, or stands inside of a cell", broken.Line)
	}
	return fmt.Errorf("line %d: it cannot be read", broken.Line)
}
