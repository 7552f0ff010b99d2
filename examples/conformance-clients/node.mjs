// Node's own client: barewire conform client --exec "node node.mjs {url}"
const socket = new WebSocket(process.argv[2]);
socket.binaryType = "arraybuffer"; // a Blob of what came would be echoed as well, only later
socket.addEventListener("message", ({ data }) => socket.send(data));
