package snippet

// quoteText is for values that stand as they are, to be typed or pasted into a field.
var quoteText = quoter{escape: func(b []byte, value string) []byte { return append(b, value...) }}
