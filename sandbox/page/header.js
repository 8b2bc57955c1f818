/**
 * The head of a phone: the bot's name, whether it answers, and the ⋮ menu.
 * Must not know of messages.
 */
import { arrowKeys, avatar, h, icon, popover } from "./dom.js";

const LANGUAGES = [
  ["zh-hans", "简体中文"],
  ["zh-hant", "繁體中文"],
  ["en", "English"],
];
const ACTION_MS = 5000;

export class Header {
  #timer = 0;

  /** `actions`: block(blocked), language(code), link(), restart(), clear(). */
  constructor(actions) {
    this.actions = actions;
    this.name = h("b", {});
    this.state = h("span", { class: "state", "data-testid": "bot-state", role: "status" });
    this.face = h("span", {});
    this.panel = h("div", { class: "popover right", role: "menu", "data-testid": "menu-list" });
    this.trigger = h(
      "button",
      { class: "round quiet", label: "menu.label", "aria-haspopup": "menu", "data-testid": "menu" },
      icon("more"),
    );
    this.menu = popover(this.trigger, this.panel, { opened: () => this.#opened() });
    arrowKeys(this.panel);
    this.element = h(
      "header",
      { class: "head" },
      this.face,
      h("div", { class: "title" }, this.name, this.state),
      h("div", { class: "anchor" }, this.trigger, this.panel),
    );
  }

  /** `bot`, whether it is `online`, whether the page is `connected`; `account` is null before somebody holds the phone. */
  show({ bot, online, connected, restartable, account }) {
    this.name.textContent = bot?.first_name ?? "";
    this.face.replaceChildren(avatar(bot?.first_name ?? "·", bot?.id ?? 0, "bot"));
    this.facts = { restartable, account };
    this.resting = !connected ? "bot.reconnecting" : online ? "bot.online" : "bot.offline";
    this.element.dataset.state = this.resting.slice(4);
    this.trigger.disabled = !account;
    this.#say(this.resting);
  }

  /** The bot is typing or uploading; it fades by itself as in every client. */
  showAction(action) {
    this.#say(action === "typing" ? "bot.typing" : "bot.uploading");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.endAction(), ACTION_MS);
  }

  endAction() {
    clearTimeout(this.#timer);
    if (this.resting) this.#say(this.resting);
  }

  #say(key) {
    if (this.said === key) return;
    this.said = key;
    this.state.replaceChildren(h("span", { words: key }));
  }

  #opened() {
    const { account, restartable } = this.facts;
    const item = (name, words, run, testId) =>
      h(
        "button",
        {
          role: "menuitem",
          "data-testid": testId,
          on: {
            click: () => {
              this.menu.close();
              run();
            },
          },
        },
        icon(name),
        h("span", { words }),
      );
    const language = ([code, name]) =>
      h(
        "button",
        {
          role: "menuitemradio",
          "aria-checked": String(account.language_code === code),
          "data-testid": `language-${code}`,
          on: {
            click: () => {
              this.menu.close();
              this.actions.language(code);
            },
          },
        },
        icon("check"),
        h("span", {}, name),
      );
    this.panel.replaceChildren(
      item("link", "menu.link", this.actions.link, "menu-link"),
      item(
        "close",
        account.blocked ? "menu.unblock" : "menu.block",
        () => this.actions.block(!account.blocked),
        "menu-block",
      ),
      item("trash", "menu.clear", this.actions.clear, "menu-clear"),
      ...(restartable ? [item("restart", "menu.restart", this.actions.restart, "menu-restart")] : []),
      h("p", { class: "menu-title", words: "menu.language" }),
      ...LANGUAGES.map(language),
    );
    this.panel.querySelector("button").focus();
  }
}
