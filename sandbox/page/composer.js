/**
 * The lower edge of a phone: text, files to attach, the command menu, the reply keyboard.
 * Must not know of the server: it hands over what is to be sent.
 */
import { arrowKeys, focusField, h, icon, popover } from "./dom.js";
import { t } from "./i18n.js";
import { replyKeyboard } from "./keyboard.js";

const LIMIT = 4096;

export class Composer {
  #commands = [];
  #files = [];
  #asDocuments = false;
  #markup = null;

  /** `actions`: text(text), command(text), files(files, asDocuments, caption), notify(key). */
  constructor(actions) {
    this.actions = actions;
    this.input = h("textarea", {
      rows: "1",
      maxlength: LIMIT,
      name: "composer.text",
      hint: "composer.text",
      "data-testid": "composer",
      on: { input: () => this.#typed(), keydown: (event) => this.#key(event), paste: (event) => this.#pasted(event) },
    });
    this.sendKey = h(
      "button",
      { class: "round send", label: "composer.send", "data-testid": "send", on: { click: () => this.submit() } },
      icon("send"),
    );
    this.keysToggle = h(
      "button",
      {
        class: "round quiet",
        label: "composer.keyboard",
        hidden: true,
        "data-testid": "keyboard-toggle",
        on: { click: () => this.#toggleKeys() },
      },
      icon("keyboard"),
    );
    this.tray = h("div", { class: "tray", hidden: true });
    this.keys = h("div", { class: "keys", hidden: true });
    this.element = h(
      "div",
      { class: "composer" },
      this.tray,
      h("div", { class: "line" }, this.#attachMenu(), this.#commandMenu(), this.input, this.keysToggle, this.sendKey),
      this.keys,
    );
    this.element.addEventListener("dragover", (event) => event.preventDefault());
    this.#typed();
  }

  setCommands(commands) {
    this.#commands = commands;
    this.commandsKey.hidden = commands.length === 0;
    if (this.commandsPop.isOpen) this.#listCommands("");
  }

  setKeyboard(markup) {
    if (JSON.stringify(markup) === JSON.stringify(this.#markup)) return;
    this.#markup = markup;
    const keyed = Boolean(markup?.keyboard);
    this.keysToggle.hidden = !keyed;
    this.keys.hidden = !keyed;
    this.keys.replaceChildren(
      ...(keyed
        ? [
            replyKeyboard(
              markup,
              (text) => this.#chosen(text),
              () => this.actions.notify("message.unsupported"),
            ),
          ]
        : []),
    );
    this.input.dataset.i18nhint = JSON.stringify(["composer.text"]);
    this.input.placeholder = markup?.input_field_placeholder ?? t("composer.text");
    if (markup?.force_reply) this.input.focus();
  }

  /** Forgets what was typed and attached: another person takes the phone. */
  clear() {
    this.input.value = "";
    this.attach([]);
    this.setKeyboard(null);
    this.setCommands([]);
  }

  submit() {
    const text = this.input.value.trim();
    if (this.#files.length) this.actions.files(this.#files, this.#asDocuments, text);
    else if (text) this.actions.text(text);
    else return;
    this.input.value = "";
    this.commandsPop.close(false);
    this.attach([]);
    this.input.focus();
  }

  /** Puts files in the tray; photos only if every one is a picture and not asked as documents. */
  attach(files, asDocuments = false) {
    this.#files = [...files].slice(0, 10);
    this.#asDocuments = asDocuments || this.#files.some((file) => !/^image\/(jpeg|png|webp)$/.test(file.type));
    this.tray.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    this.tray.replaceChildren(...this.#files.map((file, index) => this.#attached(file, index)));
    this.tray.hidden = this.#files.length === 0;
    this.input.placeholder = t(this.#files.length ? "composer.caption" : "composer.text");
    this.#typed();
  }

  #attached(file, index) {
    const remove = () =>
      this.attach(
        this.#files.filter((_, other) => other !== index),
        this.#asDocuments,
      );
    const face = this.#asDocuments
      ? h("span", { class: "attached-name" }, icon("file"), file.name)
      : h("img", { src: URL.createObjectURL(file), alt: file.name });
    return h(
      "div",
      { class: "attached" },
      face,
      h("button", { class: "drop", label: ["composer.remove", file.name], on: { click: remove } }, icon("close")),
    );
  }

  #attachMenu() {
    const picker = (accept, asDocuments, testId) =>
      h("input", {
        type: "file",
        multiple: true,
        accept,
        hidden: true,
        "data-testid": testId,
        on: { change: (event) => this.#picked(event, asDocuments) },
      });
    const photo = picker("image/jpeg,image/png,image/webp", false, "attach-photo");
    const file = picker(null, true, "attach-document");
    const trigger = h(
      "button",
      { class: "round quiet", label: "composer.attach", "aria-haspopup": "menu", "data-testid": "attach" },
      icon("attach"),
    );
    const item = (name, words, input) =>
      h(
        "button",
        {
          role: "menuitem",
          on: {
            click: () => {
              menu.close();
              input.click();
            },
          },
        },
        icon(name),
        h("span", { words }),
      );
    const panel = h(
      "div",
      { class: "popover up", role: "menu" },
      item("photo", "composer.photo", photo),
      item("file", "composer.document", file),
    );
    const menu = popover(trigger, panel, { opened: () => panel.querySelector("button").focus() });
    arrowKeys(panel);
    return h("div", { class: "anchor" }, trigger, panel, photo, file);
  }

  #picked(event, asDocuments) {
    this.attach(event.target.files, asDocuments);
    event.target.value = "";
    this.input.focus();
  }

  #commandMenu() {
    this.commandsKey = h(
      "button",
      { class: "round quiet", label: "composer.commands", "aria-haspopup": "menu", "data-testid": "commands" },
      icon("slash"),
    );
    this.commandsPanel = h("div", { class: "popover up commands", role: "menu", "data-testid": "command-list" });
    this.commandsPop = popover(this.commandsKey, this.commandsPanel, {
      opened: () => {
        if (document.activeElement === this.input) return;
        this.#listCommands("");
        this.commandsPanel.querySelector("button")?.focus();
      },
    });
    arrowKeys(this.commandsPanel);
    return h("div", { class: "anchor" }, this.commandsKey, this.commandsPanel);
  }

  #listCommands(prefix) {
    const fitting = this.#commands.filter(({ command }) => command.startsWith(prefix));
    const pick = (command) => () => {
      this.commandsPop.close(false);
      this.input.value = "";
      this.#typed();
      this.actions.command(`/${command}`);
      focusField(this.input);
    };
    this.commandsPanel.replaceChildren(
      ...fitting.map(({ command, description }) =>
        h(
          "button",
          { role: "menuitem", "data-command": command, on: { click: pick(command) } },
          h("b", {}, `/${command}`),
          h("span", {}, description),
        ),
      ),
    );
    return fitting.length;
  }

  #typed() {
    this.input.style.height = "auto";
    if (this.input.scrollHeight) this.input.style.height = `${this.input.scrollHeight + 2}px`;
    this.sendKey.disabled = !this.input.value.trim() && this.#files.length === 0;
    const prefix = /^\/(\w*)$/.exec(this.input.value)?.[1];
    if (prefix !== undefined && this.#listCommands(prefix)) this.commandsPop.isOpen || this.commandsPop.open();
    else this.commandsPop.close(false);
  }

  #key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && (this.commandsPop.isOpen || this.#files.length)) {
      event.preventDefault();
      if (this.commandsPop.isOpen) this.commandsPop.close(false);
      else this.attach([]);
    } else if (["ArrowUp", "ArrowDown"].includes(event.key) && this.commandsPop.isOpen) {
      event.preventDefault();
      const all = this.commandsPanel.querySelectorAll("button");
      all[event.key === "ArrowUp" ? all.length - 1 : 0]?.focus();
    }
  }

  #pasted(event) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    this.attach(event.clipboardData.files);
  }

  #toggleKeys() {
    this.keys.hidden = !this.keys.hidden;
  }

  #chosen(text) {
    if (this.#markup?.one_time_keyboard) this.keys.hidden = true;
    this.actions.text(text);
  }
}
