/**
 * Inline keyboards below messages and the reply keyboard below the composer.
 * Must not know what a press does: that is given as actions.
 */
import { arrowKeys, h, icon } from "./dom.js";

const WIDE_ROW = 4;

/** `actions`: press(data), link(url), copy(text), unsupported(); `isPending(data)` tells of an unanswered press. */
export function inlineKeyboard(markup, actions, isPending) {
  const rows = markup?.inline_keyboard ?? [];
  if (!rows.length) return null;
  const keyboard = h("div", { class: "keyboard", role: "group" });
  for (const row of rows) {
    const buttons = row.map((button) => inlineButton(button, actions, isPending));
    keyboard.append(h("div", { class: row.length > WIDE_ROW ? "row narrow" : "row" }, buttons));
  }
  if (rows.some((row) => row.length >= WIDE_ROW)) keyboard.classList.add("wide");
  arrowKeys(keyboard);
  return keyboard;
}

function inlineButton(button, actions, isPending) {
  const data = button.callback_data;
  const properties = {
    class: `key ${button.style ?? ""}`,
    title: button.text,
    "data-testid": "inline-button",
    "data-callback": data,
    "data-url": button.url,
    "data-style": button.style,
    "aria-busy": data !== undefined && isPending(data) ? "true" : null,
    on: { click: () => activate(button, actions) },
  };
  const mark = button.url ? icon("link") : button.copy_text ? icon("copy") : null;
  return h("button", properties, h("span", {}, button.text), mark);
}

function activate(button, actions) {
  if (button.callback_data !== undefined) actions.press(button.callback_data);
  else if (button.url) actions.link(button.url);
  else if (button.copy_text) actions.copy(button.copy_text.text);
  else actions.unsupported();
}

/** The keys of a reply keyboard; `choose(text)` is called with the text of the pressed one. */
export function replyKeyboard(markup, choose, unsupported) {
  const keyboard = h("div", {
    class: markup.resize_keyboard ? "reply-keys" : "reply-keys tall",
    "data-testid": "reply-keyboard",
  });
  for (const row of markup.keyboard) {
    keyboard.append(
      h(
        "div",
        { class: "row" },
        row.map((button) => replyKey(button, choose, unsupported)),
      ),
    );
  }
  arrowKeys(keyboard);
  return keyboard;
}

function replyKey(button, choose, unsupported) {
  const text = typeof button === "string" ? button : button.text;
  const special = [
    "request_contact",
    "request_location",
    "request_poll",
    "request_users",
    "request_chat",
    "web_app",
  ].some((name) => button[name]);
  const click = () => (special ? unsupported() : choose(text));
  return h(
    "button",
    {
      class: `key ${button.style ?? ""}`,
      title: text,
      "data-testid": "reply-button",
      "data-style": button.style,
      on: { click },
    },
    h("span", {}, text),
  );
}
