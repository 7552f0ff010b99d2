/** What people most often paste in place of a token, and what to do about it. */

/** A line of advice about a text whose form is wrong; `undefined` when nothing usual is the matter. */
export function hintFor(token: string): string | undefined {
  if (token === "") return "Nothing was given.";
  if (/^(?:authorization:\s*)?bearer\s/i.test(token)) return 'Leave "Bearer" out: give the token alone.';
  if (/^["']/.test(token)) return "Leave the quotation marks out; jq prints a string without them with -r.";
  if (/\s/.test(token)) return "There is white space in it: was it broken into lines?";
  const parts = token.split(".", 6).length;
  if (parts === 5) return "Five parts make an encrypted token (JWE, RFC 7516), which cannot be read here.";
  if (parts !== 3)
    return `It has ${parts > 5 ? "more than five" : parts} ${parts === 1 ? "part" : "parts"}, and three are needed.`;
  return undefined;
}
