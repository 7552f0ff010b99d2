/**
 * What Redis is asked to do in one piece, as Lua, and under which keys.
 *
 *     PREFIXroom:{NAME}        hash: begin, last, state, before; and the channel on which records are published
 *     PREFIXroom:{NAME}:log    stream: the records after `begin` or after the older state, with IDs POSITION-0
 *     PREFIXprocesses          sorted set: the processes, and when each is to be given up
 *     PREFIXannounce, PREFIXask, PREFIXanswers:PROCESS    channels
 *
 * The braces keep the two keys of a room in one slot of a cluster. There are no rules of rooms here: Redis gives the
 * order, and keeps what it is given.
 *
 * Scripts are sent whole. By their hashes alone (EVALSHA) an emptied script cache would refuse some of a row of
 * entries and take the next ones, and so change their order.
 */
import type { ProcessId } from "../entries.ts";
import type { RoomName } from "../protocol.ts";

/** Records that a log keeps at least: four times as many as lie between two stored states. */
export const logLength = 2_048;

/** Records that one reply brings. */
export const chunkLength = 128;

/** The keys of one room. */
export interface RoomKeys {
  readonly room: string;
  readonly log: string;
}

export function roomKeys(prefix: string, room: RoomName): RoomKeys {
  return { room: `${prefix}room:{${room}}`, log: `${prefix}room:{${room}}:log` };
}

export interface SharedKeys {
  readonly processes: string;
  readonly announce: string;
  readonly ask: string;
  readonly answers: string;
  readonly answersOf: (process: ProcessId) => string;
}

export function sharedKeys(prefix: string, self: ProcessId): SharedKeys {
  const answersOf = (process: ProcessId): string => `${prefix}answers:${process}`;
  return {
    processes: `${prefix}processes`,
    announce: `${prefix}announce`,
    ask: `${prefix}ask`,
    answers: answersOf(self),
    answersOf,
  };
}

/**
 * KEYS: room, log. ARGV: a position that the caller has seen, lifetime, chunk length, 1 to begin anew in any case.
 * Returns begin, last, the first position that is needed, a state or "", and records.
 *
 * A log is begun when there is none, when it has holes, or when it ends before what the caller has seen: Redis was
 * put back to an earlier time, and what follows would give positions away twice. Of two states the older is chosen, and
 * of one none: who resumes at a process that opens the room for that may have heard the last before either.
 *
 * Where it begins is what logs of a room are told apart by. It follows Redis's clock, not that of any process, and is
 * greater than all that the caller has seen, should that clock have been set back. Where a new one begins is published,
 * for those who have another open.
 */
const open = `local room, log, seen = KEYS[1], KEYS[2], tonumber(ARGV[1])
local kept = redis.call('HMGET', room, 'begin', 'last', 'state', 'before')
local begin, last = tonumber(kept[1]), tonumber(kept[2])
local from, state
if begin and last and last >= begin and last >= seen and ARGV[4] == '0' then
  local first, length = last + 1, redis.call('XLEN', log)
  if length > 0 then
    first = tonumber(string.match(redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1][1], '^%d+'))
  end
  if first + length == last + 1 then
    if not kept[4] and first == begin + 1 then from, state = first, '' end
    for _, one in ipairs({ kept[4] or '', kept[3] or '' }) do
      local at = tonumber(string.match(one, '^%d+'))
      if at and not from and at + 1 >= first and at <= last then from, state = at + 1, one end
    end
    if not from and first == begin + 1 then from, state = first, '' end
  end
end
if not from then
  local time = redis.call('TIME')
  begin = math.max(tonumber(time[1]) * 1000000 + tonumber(time[2]), seen + 1, (last or 0) + 1)
  local at = string.format('%.0f', begin)
  redis.call('HSET', room, 'begin', at, 'last', at)
  redis.call('HDEL', room, 'state', 'before')
  redis.call('DEL', log)
  redis.call('PUBLISH', room, at)
  last, from, state = begin, begin + 1, ''
end
redis.call('PEXPIRE', room, ARGV[2])
redis.call('PEXPIRE', log, ARGV[2])
return { begin, last, from, state,
  redis.call('XRANGE', log, string.format('%.0f', from), '+', 'COUNT', ARGV[3]) }`;

/**
 * KEYS: room, log. ARGV: a record, where the caller's log begins, a position that it has seen, lifetime, length of the log.
 * Returns the position, or 0 when the log is not the one that the caller has open: it was deleted, begun anew by another
 * since, or put back to an earlier time.
 */
const append = `local kept = redis.call('HMGET', KEYS[1], 'begin', 'last')
if kept[1] ~= ARGV[2] or not kept[2] or tonumber(kept[2]) < tonumber(ARGV[3]) then return 0 end
local position = redis.call('HINCRBY', KEYS[1], 'last', 1)
local at = string.format('%.0f', position)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[5], at .. '-0', 'record', ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
redis.call('PUBLISH', KEYS[1], at .. ' ' .. ARGV[1])
return position`;

/** KEYS: room, log. ARGV: a position, lifetime, chunk length. Returns begin, last (0: no log) and records from there. */
const read = `local kept = redis.call('HMGET', KEYS[1], 'begin', 'last')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return { tonumber(kept[1]) or 0, tonumber(kept[2]) or 0,
  redis.call('XRANGE', KEYS[2], ARGV[1], '+', 'COUNT', ARGV[3]) }`;

/** KEYS: room, log. ARGV: position, state. Nothing older than the last but one state is kept. */
const store = `local kept = redis.call('HMGET', KEYS[1], 'begin', 'last', 'state')
local position, begin, last = tonumber(ARGV[1]), tonumber(kept[1]), tonumber(kept[2])
if not begin or not last or position < begin or position > last then return 0 end
if kept[3] then
  local at = tonumber(string.match(kept[3], '^%d+'))
  if at and at >= position then return 0 end
  redis.call('HSET', KEYS[1], 'before', kept[3])
  if at then redis.call('XTRIM', KEYS[2], 'MINID', '~', string.format('%.0f', at + 1)) end
end
redis.call('HSET', KEYS[1], 'state', ARGV[1] .. ' ' .. ARGV[2])
return 1`;

/**
 * KEYS: processes. ARGV: this process, milliseconds until it is given up, most processes in the reply.
 * Returns whether it was alive until now, and all that are.
 *
 * To remove comes first: a script that has written goes on when memory is short, and a process stays alive then.
 */
const beat = `local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now))
local alive = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[2])), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return { alive and 1 or 0, redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[3]) - 1) }`;

const scripts: Readonly<Record<ScriptName, string>> = { open, append, read, store, beat };

/** What Redis can be asked to do. */
export type ScriptName = "open" | "append" | "read" | "store" | "beat";

/** A command that runs one, as Redis takes it: all arguments are text. */
export function runScript(
  script: ScriptName,
  keys: readonly string[],
  parameters: readonly (string | number)[],
): readonly string[] {
  return ["EVAL", scripts[script], String(keys.length), ...keys, ...parameters.map(String)];
}
