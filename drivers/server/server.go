// Package server is a stand-in for mongod that tests can start in process: a TLS listener that asks for a client
// certificate, speaks as much of the wire protocol as a client needs to log in with MONGODB-X509 and to ping, and keeps
// a record of what each client showed and sent. It answers as a real server does, refusals included; their texts are
// those of mongodb/mongo, src/mongo/db/commands/authentication_commands.cpp.
package server

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// A Command is one command that a client sent.
type Command struct {
	Name     string
	DB       string
	Document bson.Raw
}

// An Authentication is one attempt to log in.
type Authentication struct {
	Certificates []*x509.Certificate // what the client showed, the leaf first; none is possible
	DB           string
	Mechanism    string
	User         string
	HasUser      bool
	Speculative  bool   // inside the first hello
	Error        string // why it was refused, "" when it was not
}

// A Server is a running stand-in.
type Server struct {
	SetName string // set before the first connection to act as the primary of a replica set

	listener net.Listener
	username func(*x509.Certificate) string
	wait     sync.WaitGroup

	mu              sync.Mutex
	commands        []Command
	authentications []Authentication
	connections     map[net.Conn]bool
	plain           int
}

// Start listens on a free port of 127.0.0.1. Certificates are asked for, and verified when they are given; username
// spells the name of the user that a certificate stands for.
func Start(config *tls.Config, username func(*x509.Certificate) string) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	config = config.Clone()
	config.ClientAuth = tls.VerifyClientCertIfGiven
	s := &Server{listener: listener, username: username, connections: map[net.Conn]bool{}}
	s.wait.Go(func() {
		for {
			raw, err := listener.Accept()
			if err != nil {
				return
			}
			s.wait.Go(func() { s.serve(raw, config) })
		}
	})
	return s, nil
}

// Port is the port that the server listens on.
func (s *Server) Port() uint16 { return uint16(s.listener.Addr().(*net.TCPAddr).Port) }

// Close ends all connections and waits for them.
func (s *Server) Close() {
	s.listener.Close()
	s.mu.Lock()
	for c := range s.connections {
		c.Close()
	}
	s.mu.Unlock()
	s.wait.Wait()
}

// Commands gives what was sent so far, hello included.
func (s *Server) Commands() []Command {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Command(nil), s.commands...)
}

// Authentications gives the attempts to log in so far.
func (s *Server) Authentications() []Authentication {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Authentication(nil), s.authentications...)
}

// Plain is the number of connections that did not speak TLS.
func (s *Server) Plain() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.plain
}

// A connection is the state of one.
type connection struct {
	*Server
	certificates []*x509.Certificate
	user         string // "" until the login
}

func (s *Server) serve(raw net.Conn, config *tls.Config) {
	defer raw.Close()
	s.mu.Lock()
	s.connections[raw] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.connections, raw)
		s.mu.Unlock()
	}()
	conn := tls.Server(raw, config)
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	if err := conn.Handshake(); err != nil {
		var header tls.RecordHeaderError
		if errors.As(err, &header) {
			s.mu.Lock()
			s.plain++
			s.mu.Unlock()
		}
		return
	}
	c := &connection{Server: s, certificates: conn.ConnectionState().PeerCertificates}
	for {
		if err := c.message(conn); err != nil {
			return
		}
	}
}

// The operations of the wire protocol.
const (
	opReply = 1
	opQuery = 2004
	opMsg   = 2013

	maxMessage = 1 << 20
	moreToCome = 1 << 1
)

var errMessage = errors.New("server: a message that cannot be read")

// message reads one request and answers it.
func (c *connection) message(rw io.ReadWriter) error {
	var header [16]byte
	if _, err := io.ReadFull(rw, header[:]); err != nil {
		return err
	}
	le := binary.LittleEndian
	length, id, op := le.Uint32(header[:]), le.Uint32(header[4:]), le.Uint32(header[12:])
	if length < 16 || length > maxMessage {
		return errMessage
	}
	body := make([]byte, length-16)
	if _, err := io.ReadFull(rw, body); err != nil {
		return err
	}
	var reply []byte
	switch op {
	case opMsg:
		if len(body) < 5 || body[4] != 0 {
			return errMessage
		}
		document, ok := firstDocument(body[5:])
		if !ok {
			return errMessage
		}
		db, _ := document.Lookup("$db").StringValueOK()
		answer, err := bson.Marshal(c.answer(document, db))
		if err != nil {
			return err
		}
		if le.Uint32(body)&moreToCome != 0 {
			return nil
		}
		reply = append(make([]byte, 5), answer...)
	case opQuery:
		if len(body) < 5 {
			return errMessage
		}
		collection, rest, ok := strings.Cut(string(body[4:]), "\x00")
		if !ok || len(rest) < 8 {
			return errMessage
		}
		document, ok := firstDocument([]byte(rest[8:]))
		if !ok {
			return errMessage
		}
		answer, err := bson.Marshal(c.answer(document, strings.TrimSuffix(collection, ".$cmd")))
		if err != nil {
			return err
		}
		reply = append(make([]byte, 20), answer...)
		le.PutUint32(reply[16:], 1) // documents in the reply
		op = opReply
	default:
		return errMessage
	}
	le.PutUint32(header[:], uint32(16+len(reply)))
	le.PutUint32(header[4:], 0)
	le.PutUint32(header[8:], id)
	le.PutUint32(header[12:], op)
	_, err := rw.Write(append(header[:], reply...))
	return err
}

func firstDocument(b []byte) (bson.Raw, bool) {
	if len(b) < 5 {
		return nil, false
	}
	n := binary.LittleEndian.Uint32(b)
	if n < 5 || uint64(n) > uint64(len(b)) {
		return nil, false
	}
	raw := bson.Raw(b[:n])
	return raw, raw.Validate() == nil
}

// answer does one command.
func (c *connection) answer(document bson.Raw, db string) bson.D {
	first, err := document.IndexErr(0)
	if err != nil {
		return refusal(40415, "FailedToParse", "an empty command")
	}
	name := first.Key()
	c.mu.Lock()
	c.commands = append(c.commands, Command{name, db, document})
	c.mu.Unlock()
	switch name {
	case "hello", "isMaster", "ismaster":
		return c.hello(document)
	case "authenticate":
		user, refused := c.authenticate(document, db, false)
		if refused != nil {
			return refused
		}
		return bson.D{{Key: "dbname", Value: db}, {Key: "user", Value: user}, {Key: "ok", Value: 1.0}}
	case "ping", "endSessions":
		return bson.D{{Key: "ok", Value: 1.0}}
	case "buildInfo", "buildinfo":
		return bson.D{{Key: "version", Value: "8.0.0"}, {Key: "versionArray", Value: bson.A{8, 0, 0, 0}}, {Key: "maxBsonObjectSize", Value: 16 << 20}, {Key: "ok", Value: 1.0}}
	case "connectionStatus":
		users := bson.A{}
		if c.user != "" {
			users = append(users, bson.D{{Key: "user", Value: c.user}, {Key: "db", Value: "$external"}})
		}
		return bson.D{{Key: "authInfo", Value: bson.D{{Key: "authenticatedUsers", Value: users}, {Key: "authenticatedUserRoles", Value: bson.A{}}}}, {Key: "ok", Value: 1.0}}
	}
	if c.user == "" {
		return refusal(13, "Unauthorized", "Command "+name+" requires authentication")
	}
	switch name { // what mongodump asks of a collection; there is none
	case "listCollections", "listIndexes", "find":
		return bson.D{{Key: "cursor", Value: bson.D{{Key: "id", Value: int64(0)}, {Key: "ns", Value: db + ".none"}, {Key: "firstBatch", Value: bson.A{}}}}, {Key: "ok", Value: 1.0}}
	case "count":
		return bson.D{{Key: "n", Value: 0}, {Key: "ok", Value: 1.0}}
	}
	return refusal(59, "CommandNotFound", "no such command: '"+name+"'")
}

func refusal(code int32, name, message string) bson.D {
	return bson.D{{Key: "ok", Value: 0.0}, {Key: "errmsg", Value: message}, {Key: "code", Value: code}, {Key: "codeName", Value: name}}
}

func (c *connection) hello(document bson.Raw) bson.D {
	answer := bson.D{
		{Key: "helloOk", Value: true}, {Key: "isWritablePrimary", Value: true}, {Key: "ismaster", Value: true},
		{Key: "maxBsonObjectSize", Value: int32(16 << 20)}, {Key: "maxMessageSizeBytes", Value: int32(48000000)}, {Key: "maxWriteBatchSize", Value: int32(100000)},
		{Key: "localTime", Value: time.Now()}, {Key: "logicalSessionTimeoutMinutes", Value: int32(30)}, {Key: "connectionId", Value: int32(1)},
		{Key: "minWireVersion", Value: int32(0)}, {Key: "maxWireVersion", Value: int32(25)}, {Key: "readOnly", Value: false},
	}
	if c.SetName != "" {
		me := c.listener.Addr().String()
		answer = append(answer, bson.D{{Key: "setName", Value: c.SetName}, {Key: "setVersion", Value: int32(1)}, {Key: "hosts", Value: bson.A{me}},
			{Key: "me", Value: me}, {Key: "primary", Value: me}, {Key: "secondary", Value: false}}...)
	}
	if speculative, ok := document.Lookup("speculativeAuthenticate").DocumentOK(); ok {
		db, ok := speculative.Lookup("db").StringValueOK()
		if !ok {
			db = "$external" // the Go driver leaves it out
		}
		// A refusal here is not told: the client then sends the command itself.
		if user, refused := c.authenticate(speculative, db, true); refused == nil {
			answer = append(answer, bson.E{Key: "speculativeAuthenticate", Value: bson.D{{Key: "dbname", Value: db}, {Key: "user", Value: user}}})
		}
	}
	return append(answer, bson.E{Key: "ok", Value: 1.0})
}

// authenticate logs the connection in, or says why not. The command's fields are parsed strictly, as mongod does.
func (c *connection) authenticate(document bson.Raw, db string, speculative bool) (string, bson.D) {
	a := Authentication{Certificates: c.certificates, DB: db, Speculative: speculative}
	a.Mechanism, _ = document.Lookup("mechanism").StringValueOK()
	a.User, a.HasUser = document.Lookup("user").StringValueOK()
	code, codeName := int32(18), "AuthenticationFailed"
	name := ""
	if len(c.certificates) > 0 {
		name = c.username(c.certificates[0])
	}
	elements, _ := document.Elements()
	for _, e := range elements {
		switch k := e.Key(); {
		case k == "authenticate", k == "mechanism", k == "user", k == "db":
		case strings.HasPrefix(k, "$"), k == "maxTimeMS", k == "apiVersion", k == "lsid", k == "comment": // arguments of every command
		default:
			code, codeName, a.Error = 40415, "Location40415", "BSON field 'authenticate."+k+"' is an unknown field."
		}
	}
	switch {
	case a.Error != "":
	case a.Mechanism != "MONGODB-X509":
		a.Error = "Unsupported mechanism: " + a.Mechanism
	case db != "$external":
		code, codeName = 33, "ProtocolError"
		a.Error = "X.509 authentication must always use the $external database."
	case name == "":
		a.Error = "No verified subject name available from client"
	case a.User != "" && a.User != name:
		a.Error = "There is no x.509 client certificate matching the user."
	}
	c.mu.Lock()
	c.authentications = append(c.authentications, a)
	c.mu.Unlock()
	if a.Error != "" {
		return "", refusal(code, codeName, a.Error)
	}
	c.user = name
	return name, nil
}
