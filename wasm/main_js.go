// Command wasm is the browser's bridge to the engine: it copies bytes in and out of one synchronous call,
// certuri.call(json, files), and turns a panic into a response. All else is in package contract.
package main

import (
	"runtime/debug"
	"syscall/js"

	"certuri/certbuild/jks"
	"certuri/contract"
)

var engine = contract.Engine{DeriveOutside: true, Page: true, JKS: jks.Write}

// memoryLimit is where the collector starts to work hard; the promise is 300 MB for the page.
const memoryLimit = 200 << 20

func main() {
	// A page opens a file and is done: collecting less often makes 10,000 certificates a fifth faster.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(memoryLimit)
	js.Global().Set("certuri", map[string]any{"call": js.FuncOf(call)})
	if ready := js.Global().Get("certuriReady"); ready.Type() == js.TypeFunction {
		ready.Invoke()
	}
	select {} // callbacks run for as long as the program does
}

// call takes the request's JSON and its byte arrays, and returns the response's JSON followed by its byte arrays. It
// must not block: that would end the program.
func call(_ js.Value, args []js.Value) (out any) {
	defer func() {
		if r := recover(); r != nil { // a panic that escapes ends the program for good
			out = reply(contract.Internal(r), nil)
		}
	}()
	var files [][]byte
	if len(args) > 1 && args[1].Truthy() {
		for i := range args[1].Length() {
			file := make([]byte, args[1].Index(i).Length())
			js.CopyBytesToGo(file, args[1].Index(i))
			files = append(files, file)
		}
	}
	return reply(engine.Handle([]byte(args[0].String()), files))
}

func reply(response []byte, files [][]byte) any {
	out := []any{string(response)}
	for _, file := range files {
		array := js.Global().Get("Uint8Array").New(len(file))
		js.CopyBytesToJS(array, file)
		out = append(out, array)
	}
	return out
}
