/**
 * One end of a WebSocket connection, with the face of the WHATWG WebSocket and what servers need besides:
 * backpressure, Pings with their round-trip time, async iteration, streams.
 */
import { CloseCode } from "./close.ts";
import { endpointOptions, type EndpointOptions, type ResolvedOptions } from "./endpoint-options.ts";
import type * as events from "./endpoint-events.ts";
import { Events } from "./events.ts";
import { type Established, Link } from "./link.ts";
import { bytesOf, type MessageData } from "./message.ts";
import { MessageIterator } from "./message-iterator.ts";
import { PartsIterator, type PartedMessage } from "./parts-iterator.ts";
import { sendInParts, type Parts } from "./send-in-parts.ts";
import { Opcode } from "./frame.ts";
import { messageStreams, type MessageStreams } from "./message-streams.ts";
import type { SendOptions } from "./outgoing.ts";
