/** The chapters of OWASP ASVS 5.0.0 that are about what this software does, in the order of the standard. */
import type { AsvsChapter } from "./requirement.ts";
import { webSocket } from "./v4-websocket.ts";
import { authentication } from "./v6-authentication.ts";
import { factors } from "./v6-factors.ts";
import { passwords } from "./v6-passwords.ts";
import { sessionAbuse } from "./v7-session-abuse.ts";
import { sessions } from "./v7-sessions.ts";
import { tokens } from "./v9-tokens.ts";
import { signalling } from "./v17-signalling.ts";

export const chapters: readonly AsvsChapter[] = [
  {
    id: "4.4",
    title: "API and Web Service: WebSocket",
    source: "0x13-V4-API-and-Web-Service.md",
    whole: false,
    sections: webSocket,
  },
  {
    id: "6",
    title: "Authentication",
    source: "0x15-V6-Authentication.md",
    whole: true,
    sections: [...passwords, ...authentication, ...factors],
  },
  {
    id: "7",
    title: "Session Management",
    source: "0x16-V7-Session-Management.md",
    whole: true,
    sections: [...sessions, ...sessionAbuse],
  },
  {
    id: "9",
    title: "Self-contained Tokens",
    source: "0x18-V9-Self-contained-Tokens.md",
    whole: true,
    sections: tokens,
  },
  {
    id: "17.3",
    title: "WebRTC: Signalling",
    source: "0x26-V17-WebRTC.md",
    whole: false,
    sections: signalling,
  },
];
