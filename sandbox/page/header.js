/**
 * The head of a phone: the bot's name and whether it answers, or the open group's, and the ⋮ menu.
 * Must not know of messages.
 */
import { groupFace } from "./chats.js";
import { arrowKeys, avatar, h, icon, popover } from "./dom.js";

const LANGUAGES = [
  ["zh-hans", "简体中文"],
  ["zh-hant", "繁體中文"],
  ["en", "English"],
];
const ACTION_MS = 5000;

export class Header {
  #timer = 0;

  /** `actions`: block(blocked), language(code), link(), restart(), clear(), setBot(status). */
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

  /**
   * `bot`, whether it is `online`, whether the page is `connected`; `account` is null before somebody holds the phone,
   * `group` while the chat with the bot is open.
   */
  show({ bot, online, connected, restartable, account, group }) {
    const name = bot?.first_name ?? "";
    this.name.textContent = group?.title ?? name;
    this.face.replaceChildren(group ? groupFace(group) : avatar(name || "·", bot?.id ?? 0, "bot"));
    this.facts = { restartable, account, group };
    const answers = !connected ? "bot.reconnecting" : online ? "bot.online" : "bot.offline";
    const quiet = group && (answers === "bot.online" || !isIn(group));
    this.resting = quiet ? groupState(group) : [answers];
    this.element.dataset.state = quiet ? "group" : answers.slice(4);
    this.trigger.disabled = !account;
    this.#say(this.resting);
  }

  /** The bot is typing or uploading; it fades by itself as in every client. */
  showAction(action) {
    this.#say([action === "typing" ? "bot.typing" : "bot.uploading"]);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.endAction(), ACTION_MS);
  }

  endAction() {
    clearTimeout(this.#timer);
    if (this.resting) this.#say(this.resting);
  }

  #say(words) {
    if (this.said === words.join(" ")) return;
    this.said = words.join(" ");
    this.state.replaceChildren(h("span", { words }));
  }

  #opened() {
    const { account, restartable, group } = this.facts;
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
    const own = [
      item("link", "menu.link", this.actions.link, "menu-link"),
      item(
        "close",
        account.blocked ? "menu.unblock" : "menu.block",
        () => this.actions.block(!account.blocked),
        "menu-block",
      ),
      item("trash", "menu.clear", this.actions.clear, "menu-clear"),
    ];
    const becomes = (name, words, status) =>
      item(name, words, () => this.actions.setBot(status), `menu-bot-${status}`);
    this.panel.replaceChildren(
      ...(group ? groupItems(group, becomes) : own),
      ...(restartable ? [item("restart", "menu.restart", this.actions.restart, "menu-restart")] : []),
      h("p", { class: "menu-title", words: "menu.language" }),
      ...LANGUAGES.map(language),
    );
    this.panel.querySelector("button").focus();
  }
}

const isIn = (group) => ["member", "administrator"].includes(group.bot);

function groupState(group) {
  const key = group.bot === "administrator" ? "group.ruled" : isIn(group) ? "group.with" : "group.without";
  return [key, group.members.length];
}

/** What the holder may do to the bot's place in the group: members add it, those who rule do the rest. */
function groupItems(group, becomes) {
  const rules = ["creator", "administrator"].includes(group.me);
  if (!isIn(group)) return rules || group.bot === "left" ? [becomes("plus", "group.add", "member")] : [];
  if (!rules) return [];
  return [
    group.bot === "member"
      ? becomes("check", "group.promote", "administrator")
      : becomes("down", "group.demote", "member"),
    becomes("close", "group.kick", "kicked"),
  ];
}
