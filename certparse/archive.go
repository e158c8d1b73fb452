package certparse

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"io"
	"strconv"
	"strings"
)

// Archives are read here and not by archive/zip and archive/tar: those build a record for every entry before the first
// can be refused, and the packages around them cost the page more than these lines.

func isZIP(data []byte) bool {
	return bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("PK\x05\x06"))
}

// isTAR goes by the sum of the first header, which archives older than the word ustar have too.
func isTAR(data []byte) bool {
	return len(data) >= tarBlock && data[0] != 0 && tarSumIsRight(data[:tarBlock])
}

// An archiveReader is what the entries of one archive have in common: an entry that is nothing to us is left alone,
// and only an archive that held nothing at all says so.
type archiveReader struct {
	s       *session
	kind    ContainerKind
	where   string
	entries int
}

func (s *session) newArchive(kind ContainerKind, where string) *archiveReader {
	s.addContainer(&Container{File: s.file, Kind: kind, Where: where})
	return &archiveReader{s: s, kind: kind, where: where}
}

// more counts an entry and says whether it may still be read.
func (a *archiveReader) more() bool {
	if a.entries++; a.entries > maxArchiveEntries {
		a.s.tooMany("archive entries", a.s.source(a.where))
		return false
	}
	return true
}

func (a *archiveReader) entryWhere(name string) string {
	return joinWhere(a.where, shownName(name))
}

func (a *archiveReader) read(name string, data []byte) {
	if where := a.entryWhere(name); a.s.enter(where, len(data)) {
		a.s.read(data, where)
		a.s.leave()
	}
}

func (a *archiveReader) problem(name string, code Code, found string) {
	a.s.problem(&Error{Code: code, File: a.s.file, Where: a.entryWhere(name), Found: found})
}

// readZIP reads a ZIP file by its central directory (PKWARE APPNOTE 4.3): stored and deflated entries. Entries that are
// encrypted or packed otherwise are named.
func (s *session) readZIP(data []byte, where string) bool {
	a := s.newArchive(KindZIP, where)
	at, ok := zipDirectory(data)
	if !ok {
		a.problem("", CodeDamaged, "ZIP")
		return true
	}
	for len(data)-at >= 46 && bytes.HasPrefix(data[at:], []byte("PK\x01\x02")) && a.more() {
		h := data[at:]
		flags, method := binary.LittleEndian.Uint16(h[8:]), binary.LittleEndian.Uint16(h[10:])
		packed, size := int(binary.LittleEndian.Uint32(h[20:])), int(binary.LittleEndian.Uint32(h[24:]))
		nameSize, extraSize := int(binary.LittleEndian.Uint16(h[28:])), int(binary.LittleEndian.Uint16(h[30:]))
		commentSize, local := int(binary.LittleEndian.Uint16(h[32:])), int(binary.LittleEndian.Uint32(h[42:]))
		if len(h) < 46+nameSize {
			a.problem("", CodeDamaged, "ZIP")
			break
		}
		name := string(h[46 : 46+nameSize])
		at += 46 + nameSize + extraSize + commentSize
		if size == 0 || strings.HasSuffix(name, "/") || strings.HasPrefix(name, "__MACOSX/") {
			continue
		}
		if flags&1 != 0 {
			a.problem(name, CodeUnsupportedArchive, "encrypted ZIP")
			continue
		}
		if len(data)-local < 30 || !bytes.HasPrefix(data[local:], []byte("PK\x03\x04")) {
			a.problem(name, CodeDamaged, "ZIP entry")
			continue
		}
		start := local + 30 + int(binary.LittleEndian.Uint16(data[local+26:])) + int(binary.LittleEndian.Uint16(data[local+28:]))
		if start > len(data) || packed > len(data)-start {
			a.problem(name, CodeDamaged, "ZIP entry")
			continue
		}
		entry := data[start : start+packed]
		switch method {
		case 0:
			a.read(name, entry)
		case 8:
			where := a.entryWhere(name)
			if plain, ok := s.unpack(flate.NewReader(bytes.NewReader(entry)), packed, where, "ZIP entry"); ok {
				a.read(name, plain)
			}
		default:
			a.problem(name, CodeUnsupportedArchive, "ZIP method "+strconv.Itoa(int(method)))
		}
	}
	return true
}

// zipDirectory finds the central directory through the record that ends the file, before which only that record's
// comment of at most 64 KiB may stand. Bytes put before the archive shift every offset and are not supported.
func zipDirectory(data []byte) (at int, ok bool) {
	tail := max(0, len(data)-22-0xffff)
	i := bytes.LastIndex(data[tail:], []byte("PK\x05\x06"))
	if i < 0 || len(data)-tail-i < 22 {
		return 0, false
	}
	at = int(binary.LittleEndian.Uint32(data[tail+i+16:]))
	return at, at <= len(data)
}

// unpack reads packed bytes until they end or turn out to be a bomb. What they grew to is charged even when it is of no
// use; what is returned the caller charges, by entering it.
func (s *session) unpack(packed io.Reader, packedSize int, where, what string) (data []byte, ok bool) {
	ceiling := min(max(maxExpansionFree, packedSize*maxExpansion), maxExpandedBytes-s.expanded)
	data, err := io.ReadAll(io.LimitReader(packed, int64(ceiling)+1))
	switch {
	case len(data) > ceiling:
		s.tooMany("unpacked size", s.source(where))
	case err != nil:
		s.problem(&Error{Code: CodeDamaged, File: s.file, Where: where, Found: what})
	default:
		return data, true
	}
	s.expanded += min(len(data), ceiling)
	return nil, false
}

// A readerFunc is an io.Reader. A *gzip.Reader in an interface would keep all of package time's formatting in the page,
// for the sake of the date in a gzip's header.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// readGZIP reads what a gzip file holds, mostly a TAR. The wrapping is no container of its own.
func (s *session) readGZIP(data []byte, where string) bool {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		s.problem(&Error{Code: CodeDamaged, File: s.file, Where: where, Found: "gzip"})
		return true
	}
	plain, ok := s.unpack(readerFunc(z.Read), len(data), where, "gzip")
	if !ok || !s.enter(where, len(plain)) {
		return true
	}
	defer s.leave()
	return s.read(plain, where)
}

const tarBlock = 512

// readTAR reads the files of a TAR (POSIX.1-1988 ustar, GNU and pax). Long names, links and attributes are passed by: an
// entry's name is shown and nothing else.
func (s *session) readTAR(data []byte, where string) bool {
	a := s.newArchive(KindTAR, where)
	for len(data) >= tarBlock && data[0] != 0 && a.more() {
		head := data[:tarBlock]
		data = data[tarBlock:]
		size, ok := tarNumber(head[124:136])
		if !ok || !tarSumIsRight(head) {
			a.problem("", CodeDamaged, "TAR")
			break
		}
		name := cString(head[:100])
		if size > len(data) {
			a.problem(name, CodeDamaged, "TAR entry")
			break
		}
		if kind := head[156]; size > 0 && (kind == '0' || kind == 0) && !strings.HasPrefix(baseName(name), "._") {
			a.read(name, data[:size])
		}
		data = data[min(len(data), (size+tarBlock-1)/tarBlock*tarBlock):]
	}
	return true
}

// tarNumber reads an octal field, or GNU's binary one.
func tarNumber(field []byte) (n int, ok bool) {
	if field[0]&0x80 != 0 {
		n = int(field[0] & 0x7f)
		for _, b := range field[1:] {
			if n > maxInputBytes {
				return 0, false
			}
			n = n<<8 | int(b)
		}
		return n, true
	}
	text := strings.Trim(string(field), " \x00")
	if text == "" {
		return 0, true
	}
	parsed, err := strconv.ParseUint(text, 8, 31)
	return int(parsed), err == nil
}

// tarSumIsRight checks a header's sum, in which its own field counts as blanks.
func tarSumIsRight(head []byte) bool {
	want, ok := tarNumber(head[148:156])
	sum := 8 * int(' ')
	for i, b := range head {
		if i < 148 || i >= 156 {
			sum += int(b)
		}
	}
	return ok && sum == want
}

func cString(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

func baseName(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }
