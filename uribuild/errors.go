package uribuild

// A Code says what stopped Build, ParseHosts or ParseStrict. One code for each different thing that can be done next.
type Code string

// The codes of an Error.
const (
	CodeNoHosts           Code = "no-hosts"
	CodeSeveralHosts      Code = "several-hosts"
	CodeSRVSeveralHosts   Code = "srv-several-hosts"
	CodeSRVPort           Code = "srv-port"
	CodeSRVAddress        Code = "srv-address"
	CodeHostCharacter     Code = "host-character"
	CodeHostColons        Code = "host-colons"
	CodeHostBrackets      Code = "host-brackets"
	CodeHostEmpty         Code = "host-empty"
	CodePort              Code = "port"
	CodeScheme            Code = "scheme"
	CodeConnectionString  Code = "connection-string"
	CodeReplicaSetPrefix  Code = "replica-set-prefix"
	CodeNoReplicaSetName  Code = "no-replica-set-name"
	CodeReplicaSetName    Code = "replica-set-name"
	CodeDatabase          Code = "database"
	CodeOptionTwice       Code = "option-twice"
	CodeTopology          Code = "topology"
	CodeTooLong           Code = "too-long"
	CodeUserinfo          Code = "userinfo"
	CodePercent           Code = "percent-encoding"
	CodeOption            Code = "option"
	CodeConflict          Code = "conflict"
	CodeCredential        Code = "credential"
	CodePastedAround      Code = "pasted-around"
	CodeSlashBeforeOption Code = "slash-before-options"
	CodeLines             Code = "line-breaks"
	CodeUnknownOption     Code = "unknown-option"
	CodeOldOption         Code = "old-option"
	CodeOptionValue       Code = "option-value"
	CodeHTML              Code = "html"
	CodeSemicolon         Code = "semicolon"
	CodeBlanks            Code = "blanks"
	CodeBackslash         Code = "backslash"
	CodeEncoded           Code = "encoded"
	CodeQuestionMark      Code = "question-mark"
	CodeSeparator         Code = "separator"
	CodeHostSeparator     Code = "host-separator"
	CodeQuotes            Code = "quotes"

	CodeNoConnectionString Code = "no-connection-string"
)

// An Error says what could not be used and where it stands. Match on Code; the text may change. It never quotes what
// was typed, since a pasted connection string holds passwords.
type Error struct {
	Code       Code
	Field      string // the field of Deployment or Identity: "Hosts", "ReplicaSetName", ...; "" for a whole string
	Start, End int    // byte offsets into the text that was read; both 0 from Build
}

func (e *Error) Error() string { return "uribuild: " + string(e.Code) }

// An Advice is what a person is told: what happened, why, and what to do next.
type Advice struct{ What, Why, Fix string }

// Advice gives the words for the error.
func (e *Error) Advice() Advice {
	for _, a := range adviceText {
		if a.code == e.Code {
			return a.Advice
		}
	}
	return Advice{What: string(e.Code)}
}

var adviceText = []struct {
	code Code
	Advice
}{
	{CodeNoHosts, Advice{
		"No host is given.",
		"A connection string names at least one server to start from.",
		"Type the host name of the server, such as db1.example.net:27017."}},
	{CodeSeveralHosts, Advice{
		"Several hosts are given for a single server.",
		"Without a replica set's name the client would not know what the hosts have in common.",
		"Choose the replica set or the sharded cluster, or keep one host."}},
	{CodeSRVSeveralHosts, Advice{
		"mongodb+srv:// takes one name only.",
		"The name is looked up in DNS, which answers with all the hosts.",
		"Keep the cluster's name alone, such as cluster0.ab1cd.mongodb.net."}},
	{CodeSRVPort, Advice{
		"mongodb+srv:// takes no port.",
		"The ports come from DNS together with the hosts.",
		"Remove the colon and the port."}},
	{CodeSRVAddress, Advice{
		"mongodb+srv:// takes a name, not an address.",
		"It is looked up in DNS as _mongodb._tcp.<name>, and an address or a socket has no such record.",
		"Give the cluster's DNS name, or choose another kind of deployment."}},
	{CodeHostCharacter, Advice{
		"A host holds a character that no host name has.",
		"Host names are made of letters, digits, dots, hyphens and underscores.",
		"Remove the character, or put a comma between two hosts."}},
	{CodeHostColons, Advice{
		"A host has more than one colon and is not an IPv6 address.",
		"One colon separates the name from the port.",
		"Write name:port, and an IPv6 address with a port as [address]:port."}},
	{CodeHostBrackets, Advice{
		"The square brackets do not hold an IPv6 address.",
		"Brackets are for IPv6 addresses only, and close before the port.",
		"Write [2001:db8::1]:27017, or remove the brackets from a name."}},
	{CodeHostEmpty, Advice{
		"A port stands there without a host.",
		"Each entry is a host, or a host and a port.",
		"Type the host's name before the colon."}},
	{CodePort, Advice{
		"A port is not a number from 1 to 65535.",
		"MongoDB listens on a TCP port, 27017 unless it was changed.",
		"Correct the digits after the colon, or remove them for 27017."}},
	{CodeScheme, Advice{
		"This does not start with mongodb:// or mongodb+srv://.",
		"Those are the two schemes that MongoDB's clients read.",
		"Start it with mongodb:// for hosts, or with mongodb+srv:// for a cluster name."}},
	{CodeConnectionString, Advice{
		"This is more than hosts.",
		"A user name, a database or options stand around the hosts; this field would lose them.",
		"Paste the whole connection string where one is asked for, or keep the hosts alone here."}},
	{CodeReplicaSetPrefix, Advice{
		"The name of the replica set stands before the hosts.",
		"The form name/host,host is for the shell's --host; connection strings have the name in an option.",
		"Move the name before the slash to the replica set's own field."}},
	{CodeNoReplicaSetName, Advice{
		"The replica set has no name.",
		"The client compares the name with what the servers say, and takes no server of another set.",
		"Type the name that rs.status().set prints."}},
	{CodeReplicaSetName, Advice{
		"The replica set's name holds a character that it cannot have.",
		"Slashes, spaces, commas and control characters would end the name where the server reads it.",
		"Type the name that rs.status().set prints."}},
	{CodeDatabase, Advice{
		"This cannot be a database's name.",
		"Names have at most 63 bytes and none of / \\ . \" $ and the space. $external belongs in authSource.",
		"Type the name of the database that your program works on, or leave it empty."}},
	{CodeOptionTwice, Advice{
		"An option is given twice.",
		"One of the two is lost, and clients differ in which; some refuse the string.",
		"Keep one of them. The options of the login are always written, and need not be given again."}},
	{CodeTopology, Advice{
		"This kind of deployment is not known.",
		"It is one of single, replicaSet, sharded and srv.",
		"Choose one of these."}},
	{CodeTooLong, Advice{
		"The text is too long for a connection string.",
		"More than 64 KiB is not a connection string but something else.",
		"Paste the connection string alone."}},
	{CodeUserinfo, Advice{
		"The user name or password holds a character that must be percent-encoded.",
		"A raw : / ? # [ ] or @ ends the user name early, each client at another place.",
		"Percent-encode it (a colon is %3A, a slash %2F, an at sign %40), or leave the user name out: the server takes it from the certificate."}},
	{CodePercent, Advice{
		"A percent sign is not followed by two hexadecimal digits.",
		"The percent sign starts an encoded byte.",
		"Write %25 for a percent sign."}},
	{CodeOption, Advice{
		"An option has no name or no equals sign.",
		"Options are name=value, with & between them.",
		"Complete the option or remove it."}},
	{CodeConflict, Advice{
		"Two options cannot stand together.",
		"They set the same thing in two ways, and clients refuse to choose.",
		"Keep one of them."}},
	{CodeCredential, Advice{
		"The user name, password, source or properties do not fit the authentication mechanism.",
		"Each mechanism takes some of them and refuses the others.",
		"For MONGODB-X509 give no password, and authSource=%24external."}},
	{CodePastedAround, Advice{
		"Something stands around the connection string.",
		"It starts with mongodb:// or mongodb+srv:// and ends with its last option.",
		"Remove the quotes, the code or the name around it."}},
	{CodeSlashBeforeOption, Advice{
		"The / before the ? is missing.",
		"Go, the Database Tools, PyMongo before 4.6 and Java before 5.2 refuse the string without it.",
		"Write /? between the hosts and the options."}},
	{CodeLines, Advice{
		"The connection string is spread over several lines.",
		"Clients take it as one piece; a line break ends it or becomes a part of a value.",
		"Join the lines without blanks between them."}},
	{CodeHTML, Advice{
		"The string holds &amp; in place of &.",
		"It was copied from the source of a web page or an XML file. Clients then read options named amp;...",
		"Write & between the options."}},
	{CodeSemicolon, Advice{
		"Options are separated by a semicolon.",
		"Go and PyMongo take it as a separator, Node.js and what is built on it as a part of the value.",
		"Write & between the options."}},
	{CodeBlanks, Advice{
		"Blanks stand in the string, or characters that cannot be seen.",
		"They come from a page, a document or a terminal. Clients take them for a part of a name or a value.",
		"Remove them. A blank that belongs to a path is %20."}},
	{CodeBackslash, Advice{
		"A backslash stands in the string.",
		"A shell, JSON or a configuration file wants some characters escaped; clients read the backslash itself.",
		"Remove the backslash, or write / where it separates."}},
	{CodeEncoded, Advice{
		"The whole string is percent-encoded.",
		"It was a part of a web address, or was encoded once more than it should be.",
		"Decode it. Only the user name and the values of options are encoded."}},
	{CodeQuestionMark, Advice{
		"The ? before the options is missing.",
		"Clients take the options for the name of a database, and most of them say nothing.",
		"Write /? between the hosts and the options."}},
	{CodeSeparator, Advice{
		"The options are not written as ?name=value&name=value.",
		"With another character in the place of one of these, clients take what follows for a part of the name or value before it.",
		"Write one ? before the options, = after a name, and & between two of them."}},
	{CodeHostSeparator, Advice{
		"Hosts are separated by something else than a comma.",
		"Clients take all of it for one host.",
		"Write a comma between two hosts, and no blank."}},
	{CodeQuotes, Advice{
		"Quotes stand around the value of an option.",
		"Clients take them for a part of the value.",
		"Remove them."}},
	{CodeNoConnectionString, Advice{
		"This is not a connection string of MongoDB.",
		"One starts with mongodb:// or mongodb+srv:// and names a host.",
		"Paste one, such as mongodb://db1.example.net:27017/?tls=true."}},
	{CodeUnknownOption, Advice{
		"No client knows this option.",
		"Some clients refuse the whole string, others leave the option out, with or without a warning.",
		"Correct its name, or remove it."}},
	{CodeOldOption, Advice{
		"This option has an old name.",
		"New clients do not read it any more, or will stop to.",
		"Write its new name."}},
	{CodeOptionValue, Advice{
		"This option does not take this value.",
		"Clients refuse the string, or leave the option out with a warning.",
		"Correct the value, or remove the option."}},
}
