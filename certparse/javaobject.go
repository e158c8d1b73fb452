package certparse

import "strings"

// A JCEKS key store holds a secret key as a serialized Java object without a length before it, so that the entries
// behind it can be found only by walking the object. This follows the grammar of the Java Object Serialization
// Specification, chapter 6.4, and keeps nothing but what the walk needs.

// The type codes of the specification's section 6.4.2.
const (
	javaNull         = 0x70
	javaReference    = 0x71
	javaClassDesc    = 0x72
	javaObject       = 0x73
	javaString       = 0x74
	javaArray        = 0x75
	javaBlockData    = 0x77
	javaEndBlockData = 0x78
	javaBlockLong    = 0x7a
	javaLongString   = 0x7c

	javaWriteMethod = 0x01 // class flags
	javaBlockMode   = 0x08

	maxJavaNesting = 32 // a sealed key has 3 levels
)

// A javaClass is what a class description says about the data that follows.
type javaClass struct {
	name   string
	flags  byte
	fields []byte // one type code each
	super  *javaClass
}

// A javaWalk is the walk over one stream. Every string, object, array and class has the next number, by which it may be
// meant again; only classes are kept.
type javaWalk struct {
	*javaReader
	handles []*javaClass
}

// skipJavaObject reads past a stream that holds one object.
func skipJavaObject(r *javaReader) bool {
	if r.uint32() != 0xaced0005 { // magic and version
		return false
	}
	w := &javaWalk{javaReader: r}
	return w.skip(r.uint8(), 0) && !r.bad
}

// skip reads past one item, whose type code has been read.
func (w *javaWalk) skip(code byte, depth int) bool {
	if w.bad || depth > maxJavaNesting {
		return false
	}
	switch code {
	case javaNull:
		return true
	case javaReference:
		w.bytes(4)
		return true
	case javaString:
		w.handles = append(w.handles, nil)
		w.bytes(w.uint16())
		return true
	case javaLongString:
		w.handles = append(w.handles, nil)
		if w.uint32() != 0 {
			return false
		}
		w.bytes(int(w.uint32()))
		return true
	case javaBlockData:
		w.bytes(int(w.uint8()))
		return true
	case javaBlockLong:
		w.bytes(int(w.uint32()))
		return true
	case javaArray:
		class, ok := w.class(w.uint8(), depth)
		if !ok || class == nil || len(class.name) < 2 {
			return false
		}
		w.handles = append(w.handles, nil)
		n := w.uint32()
		if size := javaSize(class.name[1]); size > 0 {
			if int64(n)*int64(size) > int64(len(w.rest)) {
				return false
			}
			w.bytes(int(n) * size)
			return true
		}
		for ; n > 0; n-- {
			if !w.skip(w.uint8(), depth+1) {
				return false
			}
		}
		return true
	case javaObject:
		class, ok := w.class(w.uint8(), depth)
		w.handles = append(w.handles, nil)
		return ok && class != nil && w.skipFields(class, depth)
	}
	return false
}

// skipFields reads past the fields of an object, those of its superclasses first.
func (w *javaWalk) skipFields(class *javaClass, depth int) bool {
	if depth > maxJavaNesting {
		return false
	}
	if class.super != nil && !w.skipFields(class.super, depth+1) {
		return false
	}
	if class.flags&javaBlockMode == 0 && class.flags&0x02 == 0 {
		return false // Externalizable of the first protocol: its length is known to its class alone
	}
	for _, code := range class.fields {
		if size := javaSize(code); size > 0 {
			w.bytes(size)
		} else if !w.skip(w.uint8(), depth+1) {
			return false
		}
	}
	if class.flags&javaWriteMethod != 0 || class.flags&javaBlockMode != 0 {
		return w.skipAnnotation(depth)
	}
	return true
}

// skipAnnotation reads past items up to the end mark.
func (w *javaWalk) skipAnnotation(depth int) bool {
	for {
		code := w.uint8()
		if code == javaEndBlockData {
			return true
		}
		if !w.skip(code, depth+1) {
			return false
		}
	}
}

// class reads a class description, whose type code has been read; a nil class is Java's null.
func (w *javaWalk) class(code byte, depth int) (class *javaClass, ok bool) {
	if w.bad || depth > maxJavaNesting {
		return nil, false
	}
	switch code {
	case javaNull:
		return nil, true
	case javaReference:
		const firstHandle = 0x7e0000
		i := int(w.uint32()) - firstHandle
		if i < 0 || i >= len(w.handles) || w.handles[i] == nil {
			return nil, false
		}
		return w.handles[i], true
	case javaClassDesc:
	default:
		return nil, false
	}
	class = &javaClass{name: w.text()}
	w.bytes(8) // serialVersionUID
	w.handles = append(w.handles, class)
	class.flags = w.uint8()
	for n := w.uint16(); n > 0 && !w.bad; n-- {
		field := w.uint8()
		w.text()
		if strings.IndexByte("[L", field) >= 0 && !w.skip(w.uint8(), depth+1) { // the name of its class
			return nil, false
		}
		class.fields = append(class.fields, field)
	}
	if !w.skipAnnotation(depth) {
		return nil, false
	}
	super, ok := w.class(w.uint8(), depth+1)
	if !ok {
		return nil, false
	}
	class.super = super
	return class, true
}

// javaSize is the number of bytes of a primitive type by its code, 0 for classes and arrays.
func javaSize(code byte) int {
	switch code {
	case 'B', 'Z':
		return 1
	case 'C', 'S':
		return 2
	case 'F', 'I':
		return 4
	case 'D', 'J':
		return 8
	}
	return 0
}
