/**
 * What lies over one phone: toasts, alerts and the little window that asks for a link.
 * Only this phone is covered: the other one stays usable.
 */
import { arrowKeys, h } from "./dom.js";

const TOAST_MS = 3500;
let alerts = 0;

export class Overlay {
  /** `screen` is the element that an alert makes inert. */
  constructor(screen) {
    this.screen = screen;
    this.toasts = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
    this.element = h("div", { class: "overlay" }, this.toasts);
  }

  toast(text) {
    const note = h("div", { class: "toast", "data-testid": "toast" }, text);
    this.toasts.replaceChildren(note);
    setTimeout(() => note.remove(), TOAST_MS);
  }

  alert(text) {
    const body = h("p", { id: `alert-${(alerts += 1)}` }, text);
    const confirm = h("button", { class: "solid", words: "alert.ok", "data-testid": "alert-ok" });
    const window = h(
      "div",
      {
        class: "window",
        role: "alertdialog",
        "aria-modal": "true",
        "aria-describedby": body.id,
        "data-testid": "alert",
      },
      body,
      confirm,
    );
    const close = this.#cover(window);
    confirm.addEventListener("click", close);
    confirm.focus();
  }

  /** Asks for a link or a payload; `open(text)` gets what was typed. */
  askLink(open) {
    const input = h("input", {
      type: "text",
      name: "link.title",
      hint: "link.title",
      autocomplete: "off",
      "data-testid": "link-input",
    });
    const form = h(
      "form",
      { class: "window", role: "dialog", "aria-modal": "true", "data-testid": "link-window" },
      h("p", { words: "link.title" }),
      input,
      h("button", { class: "solid", type: "submit", words: "link.open" }),
    );
    const close = this.#cover(form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = input.value.trim();
      close();
      if (text) open(text);
    });
    input.focus();
  }

  /** Asks for one of `options`, [{id, title}]; `choose(id)` gets the chosen one's id. */
  choose(words, options, choose) {
    const rows = options.map(({ id, title }) =>
      h("button", { class: "choice", "data-testid": "choice", "data-choice": id }, title),
    );
    const window = h(
      "div",
      { class: "window", role: "dialog", "aria-modal": "true", "data-testid": "choose-window" },
      h("p", { words }),
      rows,
    );
    const close = this.#cover(window);
    rows.forEach((row, index) =>
      row.addEventListener("click", () => {
        close();
        choose(options[index].id);
      }),
    );
    arrowKeys(window);
    rows[0].focus();
  }

  #cover(window) {
    const before = document.activeElement;
    const cover = h("div", { class: "cover" }, window);
    const close = () => {
      cover.remove();
      this.screen.inert = Boolean(this.element.querySelector(".cover"));
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
    cover.addEventListener("keydown", (event) => event.key === "Escape" && close());
    cover.addEventListener("pointerdown", (event) => event.target === cover && close());
    this.element.append(cover);
    this.screen.inert = true;
    return close;
  }
}
