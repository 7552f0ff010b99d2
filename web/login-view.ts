/** Log in and register: two forms, one shown at a time. */
import { AuthFailure, type Credentials, logIn, register, whoAmI } from "./auth-api.ts";
import { byId, within } from "./dom.ts";
import type { Login } from "./login.ts";
import { authSentence, COOKIE_LOST } from "./words.ts";

const loginForm = byId("login-form", HTMLFormElement);
const registerForm = byId("register-form", HTMLFormElement);

/** Calls `entered` after each successful login. */
export function setUpLogin(entered: (login: Login) => void): void {
  byId("show-register", HTMLButtonElement).addEventListener("click", () => show(registerForm, loginForm));
  byId("show-login", HTMLButtonElement).addEventListener("click", () => show(loginForm, registerForm));
  onSubmit(loginForm, logIn, entered);
  onSubmit(
    registerForm,
    async (credentials) => {
      await register(credentials);
      await logIn(credentials);
    },
    entered,
  );
}

/** Back to a clean login form. */
export function resetLogin(): void {
  for (const form of [loginForm, registerForm]) {
    form.reset();
    complain(form, "");
    for (const name of ["username", "password"] as const) field(form, name).removeAttribute("aria-invalid");
  }
  registerForm.hidden = true;
  loginForm.hidden = false;
}

function show(form: HTMLFormElement, other: HTMLFormElement): void {
  field(form, "username").value = field(other, "username").value;
  complain(form, "");
  other.hidden = true;
  form.hidden = false;
  field(form, "username").focus();
}

function onSubmit(
  form: HTMLFormElement,
  send: (credentials: Credentials) => Promise<void>,
  entered: (login: Login) => void,
): void {
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    const credentials = read(form);
    if (!credentials) return;
    busy = true;
    form.setAttribute("aria-busy", "true");
    try {
      complain(form, "");
      await send(credentials);
      const login = await whoAmI();
      field(form, "password").value = "";
      if (login) entered(login);
      else complain(form, COOKIE_LOST);
    } catch (error) {
      complain(form, authSentence(error));
      const wrong = field(form, isAboutName(error) ? "username" : "password");
      wrong.setAttribute("aria-invalid", String(error instanceof AuthFailure && error.status !== 0));
      wrong.select();
    } finally {
      busy = false;
      form.removeAttribute("aria-busy");
    }
  });
}

/** Whether another name would help, rather than another password. */
function isAboutName(error: unknown): boolean {
  return error instanceof AuthFailure && /^account\/(taken|invalid-username)$/.test(error.code ?? "");
}

/** What was typed, or undefined after saying what is missing. */
function read(form: HTMLFormElement): Credentials | undefined {
  const username = field(form, "username");
  const password = field(form, "password");
  username.setAttribute("aria-invalid", String(username.value.trim() === ""));
  password.setAttribute("aria-invalid", String(password.value === ""));
  if (username.value.trim() === "") {
    complain(form, "Enter your name.");
    username.focus();
  } else if (password.value === "") {
    complain(form, "Enter your password.");
    password.focus();
  } else {
    return { username: username.value.trim(), password: password.value };
  }
  return undefined;
}

function complain(form: HTMLFormElement, sentence: string): void {
  within(form, ".form-error", HTMLElement).textContent = sentence;
}

function field(form: HTMLFormElement, name: "username" | "password"): HTMLInputElement {
  return within(form, `input[name=${name}]`, HTMLInputElement);
}
