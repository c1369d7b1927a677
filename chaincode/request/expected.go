// SPDX-License-Identifier: Apache-2.0

package request

import (
	"reflect"
	"time"
)

// Expected describes what a member of a type takes, for who writes it.
func Expected(member reflect.Type) string {
	for member != nil && member.Kind() == reflect.Pointer {
		member = member.Elem()
	}
	switch {
	case member == nil:
		return "another kind of value"
	case member == reflect.TypeFor[time.Time]():
		return "a time in the form of RFC 3339, such as 2030-12-31T00:00:00Z"
	}
	switch member.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	default:
		return "an integer"
	}
}
