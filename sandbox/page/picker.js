/**
 * Who holds this phone: a searchable list of the accounts, and a stranger made on the spot.
 * Must not know of chats.
 */
import { avatar, focusField, h, icon, popover } from "./dom.js";

const STRANGER = "stranger";
let made = 0;

export const fullName = (account) => [account.first_name, account.last_name].filter(Boolean).join(" ");

export class Picker {
  #marked = 0;

  /** `hooks`: accounts() → [Account], held(id) → number of the other phone or 0, pick(id), stranger(). */
  constructor(hooks) {
    this.hooks = hooks;
    made += 1;
    this.face = h("span", { class: "picker-face" });
    this.dot = h("span", { class: "dot", label: "picker.unread.others", role: "img", hidden: true });
    this.trigger = h(
      "button",
      { class: "picker", label: "picker.label", "aria-haspopup": "listbox", "data-testid": "picker" },
      this.face,
      this.dot,
      icon("chevron"),
    );
    this.list = h("div", { class: "people", role: "listbox", id: `people-${made}`, name: "picker.people" });
    this.search = h("input", {
      type: "search",
      class: "search",
      name: "picker.search",
      hint: "picker.search",
      autocomplete: "off",
      role: "combobox",
      "aria-expanded": "true",
      "aria-controls": this.list.id,
      "data-testid": "picker-search",
      on: { input: () => this.#fill(), keydown: (event) => this.#key(event) },
    });
    this.panel = h(
      "div",
      { class: "popover picker-panel", "data-testid": "picker-list" },
      h("div", { class: "search-line" }, icon("search"), this.search),
      this.list,
    );
    this.menu = popover(this.trigger, this.panel, { opened: () => this.#opened() });
    this.element = h("div", { class: "anchor holder" }, this.trigger, this.panel);
  }

  /** Shows `account` (or nobody) as the holder, and whether anyone not on a phone has something unread. */
  show(account, othersUnread) {
    this.current = account?.id ?? null;
    this.dot.hidden = !othersUnread;
    this.trigger.dataset.account = account?.id ?? "";
    this.face.replaceChildren(
      ...(account
        ? personWords(account)
        : [avatar("?", 0), h("span", { class: "who" }, h("b", { words: "picker.none" }))]),
    );
    if (this.menu.isOpen) this.#fill();
  }

  open() {
    if (!this.menu.isOpen) this.menu.open();
  }

  #opened() {
    this.search.value = "";
    this.#fill();
    this.#mark(
      Math.max(
        0,
        this.#options().findIndex((one) => one.dataset.account === String(this.current)),
      ),
    );
    focusField(this.search);
  }

  #options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  #fill() {
    const words = this.search.value.trim().toLowerCase().split(/\s+/);
    const fits = (account) => {
      const all = `${fullName(account)} ${account.caption ?? ""} ${account.username ?? ""}`.toLowerCase();
      return words.every((word) => all.includes(word));
    };
    const found = this.hooks.accounts().filter(fits);
    const stranger = h(
      "div",
      { role: "option", class: "person stranger", "data-account": STRANGER, "data-testid": "picker-stranger" },
      h("span", { class: "avatar new" }, icon("plus")),
      h("span", { class: "who" }, h("b", { words: "picker.stranger" })),
    );
    const nobody = found.length === 0 && h("p", { class: "faint", words: "picker.nobody" });
    this.list.replaceChildren(...found.map((account) => this.#person(account)), ...(nobody ? [nobody] : []), stranger);
    this.#options().forEach((one, index) => {
      one.id = `${this.list.id}-${index}`;
      one.addEventListener("click", () => this.#choose(one));
      one.addEventListener("pointermove", () => this.#mark(index, false));
    });
    this.#mark(0);
  }

  #person(account) {
    const other = this.hooks.held(account.id);
    const tail = account.unread
      ? h("span", { class: "unread", label: ["picker.unread", account.unread] }, account.unread)
      : other
        ? h("span", { class: "tag", words: ["picker.elsewhere", other] })
        : null;
    return h(
      "div",
      {
        role: "option",
        class: "person",
        "data-account": account.id,
        "data-testid": "picker-option",
        "aria-selected": String(account.id === this.current),
      },
      personWords(account),
      tail,
    );
  }

  #mark(index, scroll = true) {
    const all = this.#options();
    this.#marked = (index + all.length) % all.length;
    all.forEach((one, place) => one.classList.toggle("marked", place === this.#marked));
    this.search.setAttribute("aria-activedescendant", all[this.#marked].id);
    if (scroll) all[this.#marked].scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 }[event.key];
    if (step)
      this.#mark(
        Math.abs(step) === 1
          ? this.#marked + step
          : Math.min(Math.max(this.#marked + step, 0), this.#options().length - 1),
      );
    else if (event.key === "Enter") this.#choose(this.#options()[this.#marked]);
    else return;
    event.preventDefault();
  }

  #choose(option) {
    this.menu.close();
    if (option.dataset.account === STRANGER) this.hooks.stranger();
    else this.hooks.pick(Number(option.dataset.account));
  }
}

function personWords(account) {
  return [
    avatar(account.first_name, account.id),
    h("span", { class: "who" }, h("b", {}, fullName(account)), account.caption && h("small", {}, account.caption)),
  ];
}
