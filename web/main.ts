import { whoAmI } from "./auth-api.ts";
import { setUpLobby } from "./lobby-view.ts";
import { setUpLogin } from "./login-view.ts";
import { showView } from "./views.ts";

setUpLogin((person) => {
  document.getElementById("user-name")!.textContent = person.username;
  showView("lobby");
});
setUpLobby(() => {});
const person = await whoAmI();
showView(person ? "lobby" : "login");
