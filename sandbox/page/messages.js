/**
 * The list of messages of one chat: order, dates, albums, edits in place, scrolling.
 * Must not know of the server nor of what is inside a bubble.
 */
import { bubble } from "./bubble.js";
import { h, icon } from "./dom.js";
import { day, onLanguage } from "./i18n.js";

const NEAR_BOTTOM_PX = 80;

const dayKey = (message) => new Date(message.date * 1000).toDateString();

export class MessageList {
  #messages = new Map();
  #nodes = new Map();
  #pending = new Set();
  #previous = null;
  #unseen = 0;

  constructor(actions) {
    this.context = { account: 0, actions, isPending: (id, data) => this.isPending(id, data) };
    this.column = h("div", { class: "column" });
    this.log = h(
      "div",
      {
        class: "log",
        role: "log",
        "aria-live": "polite",
        tabindex: "0",
        name: "phone.messages",
        on: { scroll: () => this.#scrolled() },
      },
      this.column,
    );
    this.count = h("span", { class: "count", hidden: true });
    this.jump = h(
      "button",
      {
        class: "round jump",
        label: "phone.bottom",
        hidden: true,
        "data-testid": "to-bottom",
        on: { click: () => this.toBottom(true) },
      },
      icon("down"),
      this.count,
    );
    this.element = h("div", { class: "messages" }, this.log, this.jump);
    this.stuck = true;
    new ResizeObserver(() => this.#resized()).observe(this.log);
    onLanguage(() => {
      for (const line of this.column.querySelectorAll(".day"))
        line.firstChild.textContent = day(Number(line.dataset.at));
    });
  }

  get isEmpty() {
    return this.#messages.size === 0;
  }

  reset(account, messages) {
    this.context.account = account;
    this.#pending.clear();
    this.#messages = new Map(messages.map((message) => [message.message_id, message]));
    this.#rebuild();
    this.toBottom();
  }

  find(messageId) {
    return this.#messages.get(messageId);
  }

  /** A message that is new or has changed. */
  put(message) {
    const id = message.message_id;
    const known = this.#messages.get(id);
    const last = this.#previous?.message_id ?? 0;
    this.#messages.set(id, message);
    if (known) return this.#redraw(id);
    if (id < last) {
      this.#messages = new Map([...this.#messages].sort(([a], [b]) => a - b));
      return this.#rebuild();
    }
    const own = message.from?.id === this.context.account;
    const keep = this.stuck || own;
    this.#append(message, true);
    if (keep) this.toBottom();
    else this.#showUnseen(this.#unseen + 1);
  }

  remove(ids) {
    for (const id of ids) {
      const group = this.#groupOf(id);
      this.#messages.delete(id);
      const node = this.#nodes.get(id);
      this.#nodes.delete(id);
      if (group.length > 1) this.#redraw(group.find((other) => other.message_id !== id).message_id);
      else node?.remove();
    }
    this.#previous = [...this.#messages.values()].pop() ?? null;
    for (const line of this.column.querySelectorAll(".day")) {
      if (!line.nextElementSibling || line.nextElementSibling.classList.contains("day")) line.remove();
    }
  }

  isPending(messageId, data) {
    return this.#pending.has(`${messageId} ${data}`);
  }

  setPending(messageId, data, isPending) {
    this.#pending[isPending ? "add" : "delete"](`${messageId} ${data}`);
    const keys = this.#nodes.get(messageId)?.querySelectorAll(".keyboard [data-callback]") ?? [];
    for (const key of keys) {
      if (key.dataset.callback === data) key.ariaBusy = isPending ? "true" : null;
    }
  }

  toBottom(smooth = false) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.stuck = true;
    this.#showUnseen(0);
  }

  #resized() {
    this.height = this.log.clientHeight;
    if (this.stuck) this.toBottom();
  }

  #scrolled() {
    if (this.log.clientHeight !== this.height) return; // a keyboard has just opened: #resized comes next
    this.stuck = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_BOTTOM_PX;
    this.jump.hidden = this.stuck;
    if (this.stuck) this.#showUnseen(0);
  }

  #showUnseen(number) {
    this.#unseen = number;
    this.count.textContent = number;
    this.count.hidden = number === 0;
    if (number > 0) this.jump.hidden = false;
  }

  #groupOf(id) {
    const message = this.#messages.get(id);
    if (!message?.media_group_id) return message ? [message] : [];
    return [...this.#messages.values()].filter((other) => other.media_group_id === message.media_group_id);
  }

  #rebuild() {
    this.column.replaceChildren();
    this.#nodes.clear();
    this.#previous = null;
    for (const message of this.#messages.values()) this.#append(message, false);
  }

  #append(message, live) {
    const sibling =
      message.media_group_id && this.#previous?.media_group_id === message.media_group_id ? this.#previous : null;
    if (sibling) {
      this.#nodes.set(message.message_id, this.#nodes.get(sibling.message_id));
      this.#redraw(message.message_id);
    } else {
      if (!this.#previous || dayKey(this.#previous) !== dayKey(message)) {
        this.column.append(h("div", { class: "day", "data-at": message.date }, h("span", {}, day(message.date))));
      }
      const node = bubble([message], this.context);
      if (live) node.classList.add("fresh");
      this.#nodes.set(message.message_id, node);
      this.column.append(node);
    }
    this.#previous = message;
  }

  /** Replaces the element in place; a focused key keeps the focus, so that a keyboard user can go on. */
  #redraw(id) {
    const group = this.#groupOf(id);
    const old = this.#nodes.get(id);
    if (!old || !group.length) return;
    const fresh = bubble(group, this.context);
    const focus = old.contains(document.activeElement) ? document.activeElement : null;
    const place = focus ? reachable(old).indexOf(focus) : -1;
    old.replaceWith(fresh);
    for (const message of group) this.#nodes.set(message.message_id, fresh);
    if (focus) refocus(fresh, focus.dataset.callback, place, this.log);
    if (this.stuck) this.toBottom();
  }
}

/** What the focus can stand on: the keys if there are any, else the links and buttons of the bubble. */
function reachable(node) {
  const keys = [...node.querySelectorAll(".keyboard button")];
  return keys.length ? keys : [...node.querySelectorAll("button, a")];
}

function refocus(node, data, place, fallback) {
  const all = reachable(node);
  const same = data === undefined ? null : all.find((one) => one.dataset.callback === data);
  (same ?? all[Math.min(Math.max(place, 0), all.length - 1)] ?? fallback).focus({ preventScroll: true });
}
