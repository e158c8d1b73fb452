package server

import (
	"encoding/binary"
	"net"
	"strings"
)

// ClusterName is what the DNS of StartDNS has SRV and TXT records for; MemberName is the host that they name.
const (
	ClusterName = "cluster0.certuri.test"
	MemberName  = "db1.certuri.test"
)

// StartDNS answers DNS on a free UDP port of 127.0.0.1, as Atlas's names do: SRV gives one member on the port, TXT says
// authSource=admin and a replica set, and the member's address is 127.0.0.1. It gives its own address and how to stop it.
func StartDNS(port uint16, replicaSet string) (address string, stop func(), err error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			if reply := answerDNS(buffer[:n], port, replicaSet); reply != nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	return conn.LocalAddr().String(), func() { conn.Close() }, nil
}

// The types of DNS records (RFC 1035, section 3.2.2; RFC 2782).
const (
	dnsA   = 1
	dnsTXT = 16
	dnsSRV = 33
)

// answerDNS answers one question (RFC 1035, section 4.1); nil for what is none.
func answerDNS(query []byte, port uint16, replicaSet string) []byte {
	be := binary.BigEndian
	if len(query) < 12 || be.Uint16(query[4:]) != 1 {
		return nil
	}
	var labels []string
	at := 12
	for at < len(query) && query[at] != 0 {
		n := int(query[at])
		if n > 63 || at+1+n > len(query) {
			return nil
		}
		labels = append(labels, string(query[at+1:at+1+n]))
		at += 1 + n
	}
	if at+5 > len(query) {
		return nil
	}
	question := query[12 : at+5]
	var data []byte
	switch name := strings.ToLower(strings.Join(labels, ".")); be.Uint16(query[at+1:]) {
	case dnsSRV:
		if name == "_mongodb._tcp."+ClusterName {
			data = be.AppendUint16([]byte{0, 0, 0, 0}, port) // after the priority and the weight
			for label := range strings.SplitSeq(MemberName, ".") {
				data = append(append(data, byte(len(label))), label...)
			}
			data = append(data, 0)
		}
	case dnsTXT:
		if name == ClusterName {
			text := "authSource=admin&replicaSet=" + replicaSet
			data = append([]byte{byte(len(text))}, text...)
		}
	case dnsA:
		if name == MemberName {
			data = []byte{127, 0, 0, 1}
		}
	}
	reply := append(append([]byte{}, query[:2]...), 0x85, 0x80, 0, 1, 0, 0, 0, 0, 0, 0)
	reply = append(reply, question...)
	if data != nil {
		reply[7] = 1
		reply = append(reply, 0xC0, 12) // the question's name
		reply = append(reply, question[len(question)-4:]...)
		reply = append(be.AppendUint32(reply, 60), byte(len(data)>>8), byte(len(data)))
		reply = append(reply, data...)
	}
	return reply
}
