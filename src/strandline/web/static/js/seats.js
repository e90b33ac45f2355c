// What a tick does to the page of attendance while it cannot be sent: the same as the server will, as far as the page knows.
const own = new Set(["csrfmiddlewaretoken", "token"]);
const all = (what) => [...document.querySelectorAll(`#attendance ${what}`)];

export function asked(form) {
  const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => !own.has(name)));
  const what = new URL(form.action).pathname.split("/").at(-2);
  return { what, fields, name: fields.name ?? form.querySelector(".name")?.textContent ?? "" };
}

function press(form, isHere) {
  form.querySelector("[aria-pressed]").setAttribute("aria-pressed", isHere);
  form.elements.came.value = isHere ? "0" : "1";
}

function welcome(name, told) {
  const [made, list] = [document.createElement("li"), all("[data-new]")[0]];
  made.append(Object.assign(document.createElement("bdi"), { textContent: name }), ` (${told.waits})`);
  made.className = "seat seat-still";
  list.append(made);
  list.hidden = false;
}

export function act(form, what, fields, told) {
  const seats = all("form:has([aria-pressed])");
  if (what === "came") press(form, fields.came === "1");
  if (what === "everyone") seats.filter((seat) => seat.querySelector("[data-expected]")).forEach((seat) => press(seat, true));
  if (what === "guest") welcome(fields.name, told);
  if (what === "guest") form.reset();
  const count = all('.seat[aria-pressed="true"]').length + all("[data-new] li").length;
  all("[data-came]")[0].textContent = told.came.replace("{n}", count);
}
