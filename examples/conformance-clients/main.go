// The package gorilla/websocket: go build -o echo-client . && barewire conform client --exec "./echo-client {url}"
package main

import "os"
import "github.com/gorilla/websocket"

func main() {
	dialer := websocket.Dialer{EnableCompression: true}
	connection, _, err := dialer.Dial(os.Args[1], nil)
	for err == nil {
		var kind, message, _ = connection.ReadMessage()
		err = connection.WriteMessage(kind, message)
	}
}
