/** What is said in band about logins, on the same socket: `src/auth/socket-logins.ts` answers it before signalling sees it. */
import { commandId } from "../../src/signalling/commands.ts";
import {
  constant,
  integer,
  type ObjectShape,
  object,
  optional,
  required,
  type Shape,
  text,
} from "../../src/signalling/shapes.ts";

/** `parseAuthMessage` of `src/auth/auth-message.ts` reads no longer message. */
const longest = 8_192;
const credential: Shape<string> = text({ longest });
const word: Shape<string> = { ...credential, schema: { type: "string" } };

interface Login {
  readonly type: "auth";
  readonly id?: string | number | undefined;
}

interface LoginNotice<Event extends string> {
  readonly type: "auth";
  readonly event: Event;
}

/** What a client says. */
export const loginCommands: {
  readonly token: ObjectShape<Login & { readonly token: string }>;
  readonly ticket: ObjectShape<Login & { readonly ticket: string }>;
} = {
  token: object<Login & { readonly token: string }>(
    {
      type: required(constant("auth")),
      id: optional(commandId),
      token: required(credential, "An access token, or a room token (a JWT)."),
    },
    { title: "TokenLogin", description: "Shows a login, or a newer one of the same user." },
  ),
  ticket: object<Login & { readonly ticket: string }>(
    {
      type: required(constant("auth")),
      id: optional(commandId),
      ticket: required(credential, "From `POST /auth/ticket`, for pages whose scripts have no token."),
    },
    { title: "TicketLogin", description: "The same, by a ticket that is good once." },
  ),
};

interface Accepted extends LoginNotice<"accepted"> {
  readonly id?: string | number | undefined;
  readonly expires_at: number;
}

interface Refused extends LoginNotice<"refused"> {
  readonly id?: string | number | undefined;
  readonly code: string;
}

interface SessionEnded extends LoginNotice<"session-ended"> {
  readonly reason: "reused";
  readonly session: string;
  readonly device?: string | undefined;
}

/** What it hears, by its `event`. */
export const loginNotices: {
  readonly accepted: ObjectShape<Accepted>;
  readonly refused: ObjectShape<Refused>;
  readonly "session-ended": ObjectShape<SessionEnded>;
} = {
  accepted: object<Accepted>(
    {
      type: required(constant("auth")),
      event: required(constant("accepted")),
      id: optional(commandId),
      expires_at: required(integer(), "Until when the login is good, in seconds since the epoch."),
    },
    { title: "LoginAccepted", description: "The connection goes on with this login." },
  ),
  refused: object<Refused>(
    {
      type: required(constant("auth")),
      event: required(constant("refused")),
      id: optional(commandId),
      code: required(word, "Of `docs/problems.md`, such as `token/expired`."),
    },
    {
      title: "LoginRefused",
      description: "The login of before is good until it ends; without one, 4401 follows.",
    },
  ),
  "session-ended": object<SessionEnded>(
    {
      type: required(constant("auth")),
      event: required(constant("session-ended")),
      reason: required(constant("reused")),
      session: required(word),
      device: optional(word, "What the session ran on: the User-Agent field of its requests."),
    },
    {
      title: "SessionEnded",
      description:
        "Another session of the account was ended: its refresh token came twice, so somebody had a copy.",
    },
  ),
};
