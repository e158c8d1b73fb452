package main

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// What runtime/symtab.go (pcHeader) and runtime/runtime2.go (_func) lay down, for 8-byte pointers.
const (
	headerSize     = 8 + 8*8
	functionSize   = 44 // of _func, before its pcdata
	inFunctionSP   = 16
	inFunctionFile = 20 // pcfile, then pcln
	inFunctionN    = 28 // npcdata
	inFunctionUnit = 32 // cuOffset, then startLine
)

// magic is the start of the table since Go 1.20: the number, two zeros, the smallest instruction's size, a pointer's size.
var magic = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

var errLayout = errors.New("the table of functions is not laid out as slim knows it; has Go's runtime changed?")

// clearTables zeroes, in the program's initial memory, the tables from program counter to file and line. Their
// offsets become 0, which the runtime reads as «no table» (pcvalue in runtime/symtab.go): a trace then says «?:0». Tables
// share bytes: one is cleared only when no function's stack sizes or stack maps use it.
func clearTables(memory []byte, own string) error {
	at := bytes.Index(memory, magic)
	if at < 0 || bytes.Contains(memory[at+1:], magic) {
		return errLayout
	}
	table := memory[at:]
	if len(table) < headerSize {
		return errLayout
	}
	word := func(i int) int { return int(binary.LittleEndian.Uint64(table[8*i:])) }
	functions, names, units, files, values, records := word(1), word(4), word(5), word(6), word(7), word(8)
	if !(headerSize <= names && names <= units && units <= files && files <= values && values <= records && records+8*functions <= len(table)) {
		return errLayout
	}
	number := func(i int) int { return int(binary.LittleEndian.Uint32(table[i:])) }
	used := make(map[int]bool)
	lines := make(map[int]bool)
	for f := range functions {
		record := records + number(records+8*f+4) // functab: entry, offset of the record
		if record+functionSize > len(table) || number(record+inFunctionN) > (len(table)-record-functionSize)/4 {
			return errLayout
		}
		used[number(record+inFunctionSP)] = true
		for i := range number(record + inFunctionN) {
			used[number(record+functionSize+4*i)] = true
		}
		for i := range 2 {
			lines[number(record+inFunctionFile+4*i)] = true
		}
		clear(table[record+inFunctionFile : record+inFunctionN])
		binary.LittleEndian.PutUint32(table[record+inFunctionUnit:], 1<<32-1) // no unit
		clear(table[record+inFunctionUnit+4 : record+inFunctionUnit+8])
	}
	for offset := range lines {
		if used[offset] {
			continue
		}
		end, err := tableEnd(table[values:records], offset)
		if err != nil {
			return err
		}
		clear(table[values+offset : values+end])
	}
	clear(table[units:values])
	clearNames(table[names:units], own)
	return nil
}

// clearNames empties the names of functions that are not the program's own. They keep their places. The runtime tells its
// own goroutines by the beginning of a name (isSystemGoroutine in runtime/traceback.go), so that much of its names stays.
func clearNames(names []byte, own string) {
	const system = "runtime."
	for len(names) > 0 {
		end := bytes.IndexByte(names, 0)
		if end < 0 {
			return
		}
		switch name := names[:end]; {
		case bytes.HasPrefix(name, []byte("main.")), bytes.HasPrefix(name, []byte(own)):
		case bytes.HasPrefix(name, []byte(system)):
			clear(name[len(system):])
		default:
			clear(name)
		}
		names = names[end+1:]
	}
}

// tableEnd gives where the table at offset ends: pairs of varints, the difference of the value and of the program counter,
// up to a value difference of 0 that is not the first (step in runtime/symtab.go).
func tableEnd(values []byte, offset int) (int, error) {
	for first := true; ; first = false {
		if offset >= len(values) {
			return 0, errLayout
		}
		value, n := binary.Uvarint(values[offset:])
		if n <= 0 {
			return 0, errLayout
		}
		offset += n
		if value == 0 && !first {
			return offset, nil
		}
		if _, n = binary.Uvarint(values[min(offset, len(values)):]); n <= 0 {
			return 0, errLayout
		}
		offset += n
	}
}
