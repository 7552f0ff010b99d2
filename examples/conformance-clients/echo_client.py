# The package websockets: barewire conform client --exec "python3 echo_client.py {url}"
import asyncio
import sys

from websockets.asyncio.client import connect


async def main():
    # The library opens a connection once more after a redirect, and closes it when the block ends.
    async with connect(sys.argv[1], max_size=16 * 1024 * 1024, open_timeout=60) as websocket:
        async for message in websocket:
            await websocket.send(message)


asyncio.run(main())
