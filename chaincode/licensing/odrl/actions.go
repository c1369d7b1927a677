package odrl

// broaderAction is the tree of actions of the ODRL Common Vocabulary 2.2 (property includedIn), with the actions of Creative Commons. Deprecated actions
// stand below the one that replaces them (skos:exactMatch), as write below modify.
var broaderAction = map[string]string{
	"use": "", "transfer": "",
	"give": "transfer", "sell": "transfer",

	"acceptTracking": "use", "aggregate": "use", "annotate": "use", "anonymize": "use", "archive": "use", "attribute": "use", "compensate": "use",
	"concurrentUse": "use", "delete": "use", "derive": "use", "digitize": "use", "distribute": "use", "ensureExclusivity": "use", "execute": "use",
	"grantUse": "use", "include": "use", "index": "use", "inform": "use", "install": "use", "modify": "use", "move": "use", "nextPolicy": "use",
	"obtainConsent": "use", "play": "use", "present": "use", "print": "use", "read": "use", "reproduce": "use", "reviewPolicy": "use", "stream": "use",
	"synchronize": "use", "textToSpeech": "use", "transform": "use", "translate": "use", "uninstall": "use", "watermark": "use",
	"display": "play", "extract": "reproduce",

	"cc:Attribution": "use", "cc:CommercialUse": "use", "cc:DerivativeWorks": "use", "cc:Distribution": "use", "cc:Notice": "use", "cc:Reproduction": "use",
	"cc:ShareAlike": "use", "cc:Sharing": "use", "cc:SourceCode": "use",

	"ldr:extraction": "extract", "ldr:reutilization": "distribute",

	"append": "modify", "appendTo": "modify", "write": "modify", "writeTo": "modify", "copy": "reproduce", "export": "transform", "license": "grantUse",
	"pay": "compensate", "attachPolicy": "cc:Notice", "attachSource": "cc:SourceCode", "commercialize": "cc:CommercialUse", "share": "cc:Sharing",
	"shareAlike": "cc:ShareAlike",
}

// isAction reports whether the action is one of the vocabulary.
func isAction(name string) bool {
	_, known := broaderAction[name]
	return known
}

// includes reports whether performing the action is performing the broad one too.
func includes(broad, action string) bool {
	for action != "" {
		if action == broad {
			return true
		}
		action = broaderAction[action]
	}
	return false
}

// overlapping reports whether some action is both. Actions form a forest, so one must include the other.
func overlapping(a, b string) bool { return includes(a, b) || includes(b, a) }
