/**
 * One phone: who holds it, the chat with the bot or the group that is open, and what its holder does.
 * Must not know of the other phone, nor how the parts look inside.
 */
import { api, Refused } from "./api.js";
import { ChatRow } from "./chats.js";
import { Composer } from "./composer.js";
import { avatar, debounce, h } from "./dom.js";
import { safeUrl } from "./entities.js";
import { Header } from "./header.js";
import { t } from "./i18n.js";
import { MessageList } from "./messages.js";
import { Overlay } from "./overlay.js";
import { fullName, Picker } from "./picker.js";

/** A press is forgotten by Telegram after a minute; so is its progress mark here. */
const PRESS_LIFE_MS = 60_000;

export class Phone {
  #account = null;
  #chat = null;
  #groups = new Map();
  #loading = null;
  #queued = [];
  #presses = new Map();
  #readSoon;

  /** `world` holds the shared facts; `hooks`: held(id), picked(), stranger() → Promise<Account>, visible(). */
  constructor(number, world, hooks) {
    Object.assign(this, { number, world, hooks });
    this.picker = new Picker({
      accounts: () => [...world.accounts.values()],
      held: (id) => hooks.held(id),
      pick: (id) => this.hold(id),
      stranger: () => this.#attempt(async () => this.hold((await hooks.stranger()).id)),
    });
    this.header = new Header({
      block: (blocked) => this.#act(() => api.block(this.#account, blocked)),
      language: (code) => this.#act(() => api.language(this.#account, code), true),
      link: () => this.overlay.askLink((text) => this.#openTyped(text)),
      restart: () => this.#act(api.restart).then(() => this.overlay.toast(t("menu.restarted"))),
      clear: () => this.#act(() => api.clear(this.#account), true),
      setBot: (status) => this.#act(() => api.setBot(this.#chat, status, this.#account)),
    });
    this.chats = new ChatRow((id) => this.open(id));
    this.list = new MessageList(this.#messageActions());
    this.composer = new Composer({
      text: (text) => this.#act(() => api.send(this.#account, this.#chat, text)),
      command: (text) => this.#command(text),
      files: (files, asDocuments, caption) =>
        this.#act(() => api[asDocuments ? "document" : "photo"](this.#account, this.#chat, files, caption)),
      notify: (key) => this.overlay.toast(t(key)),
    });
    this.#build();
    this.#readSoon = debounce(() => this.markRead(), 150);
  }

  #build() {
    this.intro = h("div", { class: "intro" });
    this.startKey = h("button", {
      class: "solid start",
      words: "phone.start",
      "data-testid": "start",
      on: { click: () => this.#start() },
    });
    this.unblockKey = h("button", {
      class: "solid",
      words: "phone.unblock",
      "data-testid": "unblock",
      on: { click: () => this.#act(() => api.block(this.#account, false)) },
    });
    this.banner = h("div", {
      class: "banner",
      role: "status",
      words: "phone.blocked",
      hidden: true,
      "data-testid": "blocked-banner",
    });
    this.foot = h("div", { class: "foot" }, this.startKey, this.unblockKey);
    const screen = h(
      "div",
      { class: "screen" },
      this.header.element,
      this.chats.element,
      this.banner,
      this.list.element,
      this.intro,
      this.foot,
      this.composer.element,
    );
    this.overlay = new Overlay(screen);
    this.frame = h("div", { class: "frame" }, screen, this.overlay.element);
    this.list.log.addEventListener("keydown", (event) => this.#typedElsewhere(event));
    this.frame.addEventListener("dragover", (event) => event.preventDefault());
    this.frame.addEventListener("drop", (event) => this.#dropped(event));
    this.element = h(
      "section",
      { class: "phone", "data-testid": `phone-${this.number}`, name: ["phone.name", this.number] },
      this.picker.element,
      this.frame,
    );
  }

  get account() {
    return this.#account;
  }

  /** Somebody else takes the phone. */
  async hold(id) {
    this.#account = id ?? null;
    this.#groups.clear();
    this.hooks.picked();
    await this.open(null);
  }

  /** Turns to a group, or with null to the chat with the bot. */
  async open(chat) {
    this.#chat = chat;
    this.#presses.clear();
    this.composer.clear();
    this.list.reset(this.#account, []);
    this.show();
    await this.load();
  }

  /** Reads the chat anew; events that come meanwhile wait and are applied after it. */
  async load() {
    if (this.#account === null) return;
    const ticket = (this.#loading = Symbol("load"));
    try {
      const chat = await api.chat(this.#account, this.#chat);
      if (this.#loading !== ticket) return;
      this.world.accounts.set(chat.account.id, chat.account);
      this.#groups = new Map((chat.groups ?? []).map((group) => [group.id, group]));
      this.list.reset(this.#account, chat.messages);
      this.composer.setCommands(chat.commands ?? []);
      this.composer.setKeyboard(chat.reply_keyboard ?? null);
      this.#loading = null;
      this.#queued.splice(0).forEach((event) => this.receive(event));
      this.show();
      this.#readSoon();
    } catch (error) {
      if (this.#loading === ticket) this.#loading = null;
      if (this.#chat !== null && error instanceof Refused) return this.open(null);
      this.show();
      this.overlay.toast(error.message);
    }
  }

  /** Puts the shared facts (bot, account, connection) on the screen. */
  show() {
    const account = this.world.accounts.get(this.#account) ?? null;
    const group = this.#groups.get(this.#chat) ?? null;
    const blocked = Boolean(account?.blocked) && this.#chat === null;
    const fresh = !account || (this.#chat === null && !this.#loading && (!account.started || this.list.isEmpty));
    this.picker.show(account, this.hooks.othersUnread());
    this.header.show({ ...this.world, account, group });
    this.chats.show([...this.#groups.values()], this.#chat, account?.unread ?? 0);
    this.list.log.lang = account?.language_code ?? "";
    this.banner.hidden = !blocked;
    this.startKey.hidden = blocked || !fresh;
    this.startKey.disabled = !account;
    this.unblockKey.hidden = !blocked;
    this.foot.hidden = this.startKey.hidden && this.unblockKey.hidden;
    this.composer.element.hidden = !this.foot.hidden;
    this.#showIntro(account);
    this.element.dataset.account = account?.id ?? "";
    this.element.dataset.chat = this.#chat ?? "";
  }

  #showIntro(account) {
    this.intro.hidden = !this.list.isEmpty || this.#chat !== null || Boolean(account && this.#loading);
    if (this.intro.hidden) return;
    const lines = account
      ? [
          h("p", { words: ["phone.intro", fullName(account)] }),
          h("p", { class: "faint", words: account.payload && !account.started ? "phone.invited" : "phone.quiet" }),
        ]
      : [h("p", { words: "phone.empty" })];
    const bot = this.world.bot;
    this.intro.replaceChildren(
      avatar(bot?.first_name ?? "·", bot?.id ?? 0, "bot large"),
      h("h2", {}, bot?.first_name ?? ""),
      ...lines,
    );
  }

  /** One event of the stream that concerns this phone's holder. */
  receive(event) {
    if (event.account !== this.#account) return;
    if (this.#loading) return void this.#queued.push(event);
    if (event.type === "group") return this.#grouped(event.group);
    if (event.chat_id !== undefined && event.chat_id !== (this.#chat ?? this.#account)) return;
    const handlers = {
      message: () => this.#arrived(event.message),
      edit: () => this.#edited(event.message),
      reaction: () => this.#reacted(event),
      delete: () => this.#removed(event.message_ids),
      pending: () => this.#pressed(event),
      callback_answer: () => this.#answer(event),
      commands: () => this.composer.setCommands(event.commands),
      keyboard: () => this.composer.setKeyboard(event.reply_keyboard),
      action: () => this.header.showAction(event.action),
    };
    handlers[event.type]?.();
  }

  #arrived(message) {
    const fromBot = message.from?.id !== this.#account;
    this.list.put(message);
    if (!this.intro.hidden) this.show();
    if (!fromBot) return;
    this.header.endAction();
    this.#readSoon();
  }

  /** A group has changed: its members, its unread messages, the bot's place in it. */
  #grouped(group) {
    const present = ["creator", "administrator", "member"].includes(group.me);
    if (present) this.#groups.set(group.id, group);
    else this.#groups.delete(group.id);
    if (!present && this.#chat === group.id) return void this.open(null);
    this.show();
  }

  /** An emptied chat shows its START again. */
  #removed(ids) {
    this.list.remove(ids);
    if (this.list.isEmpty) this.show();
  }

  /** Tells the server that the holder has seen everything, if this phone is in sight. */
  markRead() {
    const open = this.#chat === null ? this.world.accounts.get(this.#account) : this.#groups.get(this.#chat);
    if (open?.unread && this.hooks.visible(this) && !document.hidden)
      api.read(this.#account, this.#chat).catch(() => {});
  }

  /** Called when this phone comes into sight. */
  seen() {
    this.list.toBottom();
    this.#readSoon();
  }

  #start(payload = this.world.accounts.get(this.#account)?.payload) {
    return this.#act(() => api.start(this.#account, payload));
  }

  #messageActions() {
    return {
      press: (messageId, data) => this.#press(messageId, data),
      vote: (message, ids) => this.#vote(message, ids),
      link: (url) => this.#deepLink(url),
      openUrl: (text) => this.#openUrl(text),
      command: (text) => this.#command(text),
      copy: (text) =>
        navigator.clipboard?.writeText(text).then(
          () => this.overlay.toast(t("message.copied")),
          () => {},
        ),
      notify: (key) => this.overlay.toast(t(key)),
    };
  }

  /** In a group, a command that is tapped and not typed names its bot, as every client does. */
  #command(text) {
    const full = this.#chat === null || text.includes("@") ? text : `${text}@${this.world.bot.username}`;
    return this.#act(() => api.send(this.#account, this.#chat, full));
  }

  async #press(messageId, data) {
    if (this.list.isPending(messageId, data)) return;
    this.list.setPending(messageId, data, true);
    try {
      await api.press(this.#account, this.#chat, messageId, data);
    } catch (error) {
      this.list.setPending(messageId, data, false);
      this.overlay.toast(error.message);
    }
  }

  /** The server has taken a press, made here or elsewhere: its key shows progress until the answer. */
  #pressed({ callback_query_id: id, message_id: messageId, data }) {
    this.list.setPending(messageId, data, true);
    this.#presses.set(id, () => this.list.setPending(messageId, data, false));
    setTimeout(() => this.#finish(id), PRESS_LIFE_MS);
  }

  #finish(queryId) {
    this.#presses.get(queryId)?.();
    this.#presses.delete(queryId);
  }

  #answer({ callback_query_id: id, text, show_alert: modal, url }) {
    this.#finish(id);
    if (url) this.#openUrl(url);
    if (text) modal ? this.overlay.alert(text) : this.overlay.toast(text);
  }

  /** What a vote reveals comes as an edit of the message. */
  #vote({ message_id: id }, ids) {
    return this.#act(() => api.vote(this.#account, this.#chat, id, ids));
  }

  /** An edit does not repeat the reactions. */
  #edited(message) {
    const known = this.list.find(message.message_id);
    if (known) this.list.put({ reactions: known.reactions, ...message });
  }

  #reacted({ message_id: id, reaction }) {
    const message = this.list.find(id);
    if (message) this.list.put({ ...message, reactions: reaction });
  }

  /** True if the link was one to this bot and has been followed inside the phone. */
  #deepLink(url) {
    const group = groupLink(url, this.world.bot?.username);
    if (group) return this.#addToGroup(group);
    const payload = deepLinkPayload(url, this.world.bot?.username);
    if (payload === null) return false;
    this.#start(payload);
    return true;
  }

  #addToGroup({ status, payload }) {
    const groups = [...this.#groups.values()];
    const add = (id) =>
      this.#act(() => api.setBot(id, status, this.#account, payload)).then(() => this.open(id));
    if (groups.length) this.overlay.choose("group.choose", groups, add);
    else this.overlay.toast(t("group.none"));
    return true;
  }

  #openUrl(text) {
    const url = safeUrl(text);
    if (url && !this.#deepLink(url)) window.open(url.href, "_blank", "noopener");
  }

  #openTyped(text) {
    const url = /[./]/.test(text) ? safeUrl(text) : null;
    if (!url) this.#start(text);
    else if (!this.#deepLink(url)) this.overlay.toast(t("link.external", url.href));
  }

  /** Typing while the focus is among the messages goes on in the composer; Esc leads there too. */
  #typedElsewhere(event) {
    const letter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (letter || event.key === "Escape") this.composer.input.focus();
  }

  #dropped(event) {
    event.preventDefault();
    if (!this.composer.element.hidden && event.dataTransfer.files.length)
      this.composer.attach(event.dataTransfer.files);
  }

  async #act(action, reload = false) {
    await this.#attempt(action);
    if (reload) await this.load();
  }

  async #attempt(action) {
    try {
      await action();
    } catch (error) {
      this.overlay.toast(error.message);
    }
  }
}

function leadsTo(url, username) {
  const same = (name) => name?.toLowerCase() === username?.toLowerCase();
  const web = ["t.me", "telegram.me"].includes(url.hostname) && same(url.pathname.slice(1));
  return web || (url.protocol === "tg:" && /^tg:(\/\/)?resolve\?/.test(url.href) && same(url.searchParams.get("domain")));
}

/** The payload of a link to the bot ("" without one), or null if the link leads elsewhere. */
export function deepLinkPayload(url, username) {
  return leadsTo(url, username) ? (url.searchParams.get("start") ?? "") : null;
}

/** What a link that adds the bot to a group asks for; null if the link is another. */
export function groupLink(url, username) {
  if (!leadsTo(url, username) || !url.searchParams.has("startgroup")) return null;
  const payload = url.searchParams.get("startgroup");
  return { status: url.searchParams.has("admin") ? "administrator" : "member", payload };
}
