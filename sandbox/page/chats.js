/**
 * The row of chats above the messages: the bot and the groups the phone's holder is in. Hidden while there are none.
 * Must not know what a chat contains.
 */
import { arrowKeys, avatar, h, icon } from "./dom.js";

export class ChatRow {
  /** `open(chatId)` is called with a group's id, or null for the chat with the bot. */
  constructor(open) {
    this.open = open;
    this.element = h("div", { class: "chats", role: "tablist", name: "chats.label", hidden: true });
    arrowKeys(this.element);
  }

  /** `groups` as the control API shows them; `current` is the open one's id or null; `unread` that of the bot's chat. */
  show(groups, current, unread) {
    const focused = this.element.contains(document.activeElement);
    this.element.hidden = groups.length === 0;
    this.element.replaceChildren(
      this.#tab(null, h("span", { words: "chats.bot" }), current === null, unread),
      ...groups.map((group) => this.#tab(group, h("span", {}, group.title), current === group.id, group.unread)),
    );
    if (focused) this.element.querySelector('[aria-selected="true"]')?.focus();
  }

  #tab(group, words, selected, unread) {
    return h(
      "button",
      {
        role: "tab",
        "aria-selected": String(selected),
        tabindex: selected ? "0" : "-1",
        "data-testid": "chat-tab",
        "data-chat": group?.id ?? "bot",
        title: group?.title,
        on: { click: () => this.open(group?.id ?? null) },
      },
      group ? icon("people") : icon("bot"),
      words,
      !selected && unread > 0 && h("span", { class: "unread", label: ["picker.unread", unread] }, unread),
    );
  }
}

/** The face of a group in the head of a phone. */
export const groupFace = (group) => avatar(group.title, group.id, "group");
