/**
 * One message, or one album of messages, as an element.
 * Must not know of scrolling, of other messages or of the server.
 */
import { h, icon } from "./dom.js";
import { richText } from "./entities.js";
import { clock, t } from "./i18n.js";
import { inlineKeyboard } from "./keyboard.js";
import { documentView, photoView } from "./media.js";
import { pollView } from "./poll.js";

/**
 * `group` is [message] or the messages of one album; `context` is {account, actions, isPending(messageId, data)};
 * the actions take the message id first: press(messageId, data), vote(message, optionIds), link(url), command(text)….
 */
export function bubble(group, context) {
  const first = group[0];
  const event = serviceWords(first);
  if (event) return serviceLine(first, event);
  const own = first.from?.id === context.account;
  const content = h("div", { class: `bubble ${shape(group)}` }, parts(group, context));
  const keyboard = inlineKeyboard(first.reply_markup, keyActions(first, context), (data) =>
    context.isPending(first.message_id, data),
  );
  const properties = {
    class: `message ${own ? "out" : "in"}${keyboard?.classList.contains("wide") ? " wide" : ""}${first.has_protected_content ? " protected" : ""}`,
    "data-testid": "message",
    "data-message-id": first.message_id,
    "data-album": group.length > 1 ? group.map((message) => message.message_id).join(" ") : null,
    "data-own": own ? "true" : null,
  };
  return h("div", properties, own && h("span", { class: "unseen", words: "message.you" }), content, keyboard);
}

/** A deep link's payload is sent and not shown, as in Telegram's own apps. */
function shown(text) {
  return text?.startsWith("/start ") ? "/start" : text;
}

/** What a service message says of its sender, as a catalogue key with arguments; null for any other message. */
function serviceWords(message) {
  const { from, new_chat_members: came, left_chat_member: gone } = message;
  if (message.pinned_message) return ["message.pinned"];
  if (message.group_chat_created || message.supergroup_chat_created) return ["message.created"];
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return ["message.upgraded"];
  if (came) return came[0].id === from?.id ? ["message.joined"] : ["message.invited", came[0].first_name];
  if (gone) return gone.id === from?.id ? ["message.left"] : ["message.expelled", gone.first_name];
  return null;
}

function serviceLine(message, words) {
  return h(
    "div",
    { class: "service", "data-testid": "service", "data-message-id": message.message_id },
    h("span", {}, `${message.from?.first_name ?? ""} `, h("span", { words })),
  );
}

/** In a group, others' messages carry their author's name. */
function author(message, context) {
  const { from } = message;
  if (message.chat?.type === "private" || from?.id === context.account) return null;
  return h("div", { class: `author tint-${from.is_bot ? "bot" : from.id % 7}`, "data-testid": "author" }, from.first_name);
}

function shape(group) {
  const [first] = group;
  if (first.photo) return group.some((message) => message.caption) ? "with-photo" : "with-photo bare";
  return first.poll ? "with-poll" : first.document ? "with-document" : "";
}

function parts(group, context) {
  const first = group[0];
  const captioned = group.find((message) => message.caption);
  const text = shown(first.text) ?? captioned?.caption;
  const entities = first.text === undefined ? captioned?.caption_entities : first.entities;
  const body =
    text !== undefined && h("div", { class: "text" }, richText(text, entities, context.actions), meta(group));
  const media = mediaOf(group, context);
  return [
    author(first, context),
    first.forward_origin &&
      h("div", { class: "origin", words: ["message.forwarded", originName(first.forward_origin)] }),
    first.reply_to_message && quoted(first.reply_to_message),
    ...(captioned?.show_caption_above_media ? [body, media] : [media, body]),
    !body && meta(group),
    reactions(first),
  ];
}

function mediaOf(group, context) {
  const [first] = group;
  if (first.photo && group.length > 1)
    return h(
      "div",
      { class: `album of-${Math.min(group.length, 5)}` },
      group.map((message) => photoView(message, true)),
    );
  if (first.photo) return photoView(first);
  if (first.document)
    return h(
      "div",
      { class: "documents" },
      group.map((message) => documentView(message.document)),
    );
  if (first.poll) return pollView(first.poll, { ...context.actions, vote: (ids) => context.actions.vote(first, ids) });
  return first.text === undefined ? h("div", { class: "text faint", words: "message.other" }) : null;
}

function meta(group) {
  const last = group[group.length - 1];
  const edited = group.some((message) => message.edit_date);
  return h(
    "span",
    { class: "meta" },
    last.has_protected_content && h("span", { label: "message.protected", role: "img" }, icon("lock")),
    edited && h("span", { class: "edited", "data-testid": "edited", words: "message.edited" }),
    h("time", { datetime: new Date(last.date * 1000).toISOString() }, clock(last.date)),
  );
}

const originName = (origin) => origin.sender_user?.first_name ?? origin.sender_user_name ?? origin.chat?.title ?? "";

function quoted(message) {
  const words =
    message.text ?? message.caption ?? message.poll?.question ?? message.document?.file_name ?? t("message.photo");
  return h("div", { class: "quoted" }, h("b", {}, message.from?.first_name ?? ""), h("span", {}, words));
}

function reactions(message) {
  const emoji = (message.reactions ?? []).map((reaction) => reaction.emoji).filter(Boolean);
  return (
    emoji.length > 0 &&
    h(
      "div",
      { class: "reactions" },
      emoji.map((one) => h("span", {}, one)),
    )
  );
}

function keyActions(message, { actions }) {
  return {
    press: (data) => actions.press(message.message_id, data),
    link: (url) => actions.openUrl(url),
    copy: (text) => actions.copy(text),
    unsupported: () => actions.notify("message.unsupported"),
  };
}
