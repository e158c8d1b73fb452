package main

import (
	"encoding/binary"
	"errors"
)

// The WebAssembly binary format, version 1 (https://webassembly.github.io/spec/core/binary/modules.html).
const (
	dataSection = 11
	opI32Const  = 0x41
	opEnd       = 0x0b
)

// biggestMemory bounds what the data section may ask for; the engine's is some 2 MB.
const biggestMemory = 64 << 20

// A module is a program taken apart as far as slim needs it.
type module struct {
	before, after []byte // the sections around the data
	memory        []byte // what the data section puts into memory 0
}

var errModule = errors.New("this is not a WebAssembly module as Go's linker writes it")

// A cursor reads LEB128 numbers; ok becomes false at the first that is damaged.
type cursor struct {
	data []byte
	ok   bool
}

func (c *cursor) unsigned() int {
	v, n := binary.Uvarint(c.data)
	if n <= 0 || v > biggestMemory {
		c.ok, c.data = false, nil
		return 0
	}
	c.data = c.data[n:]
	return int(v)
}

// signed reads a number that is an address here, and so is not negative.
func (c *cursor) signed() int {
	v, shift := 0, 0
	for len(c.data) > 0 && shift < 35 {
		b := c.data[0]
		c.data = c.data[1:]
		v |= int(b&0x7f) << shift
		shift += 7
		if b < 0x80 {
			if b&0x40 != 0 {
				break
			}
			return v
		}
	}
	c.ok = false
	return 0
}

func (c *cursor) take(n int) []byte {
	if n > len(c.data) {
		c.ok, c.data = false, nil
		return nil
	}
	taken := c.data[:n]
	c.data = c.data[n:]
	return taken
}

func (c *cursor) expect(b byte) {
	if got := c.take(1); len(got) != 1 || got[0] != b {
		c.ok = false
	}
}

func readModule(wasm []byte) (*module, error) {
	if len(wasm) < 8 || string(wasm[:8]) != "\x00asm\x01\x00\x00\x00" {
		return nil, errModule
	}
	c := &cursor{wasm[8:], true}
	for c.ok && len(c.data) > 0 {
		before := wasm[:len(wasm)-len(c.data)]
		id := c.take(1)[0]
		section := c.take(c.unsigned())
		if id != dataSection {
			continue
		}
		m := &module{before: before, after: c.data}
		d := &cursor{section, c.ok}
		for range d.unsigned() {
			d.expect(0) // active, memory 0
			d.expect(opI32Const)
			address := d.signed()
			d.expect(opEnd)
			bytes := d.take(d.unsigned())
			if end := address + len(bytes); end <= biggestMemory && d.ok {
				m.memory = append(m.memory, make([]byte, max(0, end-len(m.memory)))...)
				copy(m.memory[address:], bytes)
			} else {
				return nil, errModule
			}
		}
		if !d.ok || len(d.data) > 0 {
			return nil, errModule
		}
		return m, nil
	}
	return nil, errModule
}

// zeroRun is how many zeros are left out between two segments. Fewer would make the file smaller and what travels bigger: a
// segment's head hardly compresses (the linker's own run of 8 costs 60 KB). Browsers bound the number of segments, too.
const zeroRun = 32

// write puts the module together again. Memory is zero to begin with, so long runs of zeros are not written.
func (m *module) write() []byte {
	var segments []byte
	count := 0
	for start := 0; start < len(m.memory); {
		if m.memory[start] == 0 {
			start++
			continue
		}
		end := start + 1
		for i := end; i < len(m.memory) && i < end+zeroRun; i++ {
			if m.memory[i] != 0 {
				end = i + 1
			}
		}
		segments = append(segments, 0, opI32Const)
		segments = appendSigned(segments, start)
		segments = append(segments, opEnd)
		segments = binary.AppendUvarint(segments, uint64(end-start))
		segments = append(segments, m.memory[start:end]...)
		count++
		start = end
	}
	head := binary.AppendUvarint(nil, uint64(count))
	out := append([]byte{}, m.before...)
	out = append(out, dataSection)
	out = binary.AppendUvarint(out, uint64(len(head)+len(segments)))
	out = append(append(out, head...), segments...)
	return append(out, m.after...)
}

// appendSigned appends a number that is not negative as signed LEB128.
func appendSigned(b []byte, v int) []byte {
	for ; v > 0x3f; v >>= 7 {
		b = append(b, byte(v&0x7f|0x80))
	}
	return append(b, byte(v))
}
