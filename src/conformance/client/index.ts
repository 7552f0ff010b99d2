/** The ways to a WebSocket client under test. */
export { ExecClientTarget, type ExecClientTargetOptions } from "./exec-client-target.ts";
export { type EchoClient, InProcessClientTarget } from "./in-process-client-target.ts";
export { ListenClientTarget, type ListenClientTargetOptions } from "./listen-client-target.ts";
