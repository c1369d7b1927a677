// SPDX-License-Identifier: Apache-2.0

// Package odrl reads, validates, evaluates and compares policies in the W3C Open Digital Rights Language 2.2, in the form of the Dataspace Protocol 2025-1
// or any compact JSON-LD.
//
//   - Parse reads a policy and refuses what it would have to ignore; Validate finds what is wrong with it on three levels.
//   - Evaluate answers a Request in a World with a compliance Report. It is closed by default: anything that no active
//     permission covers is denied, and a value that is not known leaves a permission inactive and a prohibition active.
//   - Conflicts finds permissions and prohibitions of one policy that meet; Refines reports whether one policy permits
//     nothing that another does not.
//   - Hash names a policy's terms, Flatten pins what it inherits, ExportDSP writes it for the Dataspace Protocol,
//     Horizon states until when an answer holds.
//
// Everything is a pure function of its arguments: no clock, no input or output, no floats. Bounds on size, depth and work keep a hostile policy cheap.
// docs/explanation/odrl.md lists the operands, operators and actions, and where other evaluators differ.
package odrl
