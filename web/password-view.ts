/** Another password: the present one, the new one, and at each field what is wrong with it. */
import { changePassword } from "./auth-api.ts";
import { byId, within } from "./dom.ts";
import type { Renewal } from "./renewal.ts";
import { PASSWORD_CHANGED, passwordSentence } from "./words.ts";

const form = byId("password-form", HTMLFormElement);
const fields = {
  current: byId("current-password", HTMLInputElement),
  new: byId("new-password", HTMLInputElement),
};
const done = byId("password-done", HTMLElement);

/** Calls `changed` when the password is another and all other logins are over. */
export function setUpPassword(renewal: () => Renewal | undefined, changed: () => void): void {
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const here = renewal();
    if (busy || !here || !isFilledIn()) return;
    busy = true;
    form.setAttribute("aria-busy", "true");
    // For the browser's own keeper of passwords.
    within(form, "input[name=username]", HTMLInputElement).value = here.login.username;
    try {
      await here.use(() => changePassword(fields.current.value, fields.new.value));
      resetPassword();
      done.textContent = PASSWORD_CHANGED;
      await here.adopt();
      changed();
    } catch (error) {
      const { about, sentence } = passwordSentence(error);
      complain(about, sentence);
    } finally {
      busy = false;
      form.removeAttribute("aria-busy");
    }
  });
}

/** Back to empty fields. */
export function resetPassword(): void {
  form.reset();
  clear();
}

function isFilledIn(): boolean {
  clear();
  if (fields.new.value === "") complain("new", "Enter a new password.");
  if (fields.current.value === "") complain("current", "Enter your present password.");
  return fields.current.value !== "" && fields.new.value !== "";
}

function complain(about: keyof typeof fields | undefined, sentence: string): void {
  const place = about ? `${about}-password-error` : "password-error";
  byId(place, HTMLElement).textContent = sentence;
  if (!about) return;
  fields[about].setAttribute("aria-invalid", "true");
  fields[about].select();
}

function clear(): void {
  done.textContent = "";
  for (const place of ["current-password-error", "new-password-error", "password-error"])
    byId(place, HTMLElement).textContent = "";
  for (const field of Object.values(fields)) field.removeAttribute("aria-invalid");
}
