/**
 * The tail of the log of Bot API calls, read while it is in sight.
 * Must not know of phones.
 */
import { api } from "./api.js";
import { h } from "./dom.js";

const KEPT = 200;
const EVERY_MS = 1200;

export class CallLog {
  #since = 0;
  #timer = 0;

  /** `nameOf(chatId)` tells whose chat a call was about. */
  constructor(nameOf) {
    this.nameOf = nameOf;
    this.quiet = h("input", { type: "checkbox", checked: true, "data-testid": "log-quiet" });
    this.list = h("ol", { class: "calls", tabindex: "0", "data-testid": "calls", name: "log.title" });
    this.element = h(
      "section",
      { class: "log-section" },
      h(
        "div",
        { class: "section-head" },
        h("h2", { words: "log.title" }),
        h("label", { class: "check" }, this.quiet, h("span", { words: "log.quiet" })),
      ),
      this.list,
    );
    this.quiet.addEventListener("change", () => this.list.classList.toggle("with-polls", !this.quiet.checked));
  }

  /** Starts or stops reading. */
  watch(on) {
    clearInterval(this.#timer);
    if (!on) return;
    this.#timer = setInterval(() => document.hidden || this.#read(), EVERY_MS);
    this.#read();
  }

  /** The server began anew: its numbers start again. */
  reset() {
    this.#since = 0;
    this.list.replaceChildren();
  }

  async #read() {
    const answer = await api.calls(this.#since).catch(() => null);
    const calls = Array.isArray(answer) ? answer : (answer?.calls ?? []);
    for (const call of calls.filter((one) => one.n > this.#since)) {
      this.#since = call.n;
      this.list.prepend(this.#line(call));
    }
    while (this.list.children.length > KEPT) this.list.lastChild.remove();
  }

  #line(call) {
    const polling = call.method.toLowerCase() === "getupdates";
    return h(
      "li",
      { class: `${call.ok ? "fine" : "bad"}${polling && call.ok ? " polling" : ""}` },
      h("time", {}, timeOf(call.at)),
      h("b", {}, call.method),
      h("span", { class: "whose" }, this.nameOf(call.chat_id) ?? ""),
      call.ok ? null : h("span", { class: "why" }, call.error ?? "—"),
    );
  }
}

function timeOf(at) {
  const when = new Date(typeof at === "number" ? at * 1000 : at);
  return Number.isNaN(when.getTime()) ? String(at) : when.toTimeString().slice(0, 8);
}
