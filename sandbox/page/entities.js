/**
 * A message's text with its entities as nodes. Text is only ever put in text nodes, never parsed as HTML.
 * Offsets are UTF-16 code units, as JavaScript counts its strings.
 */
import { h } from "./dom.js";

const SAFE = ["http:", "https:", "tg:", "mailto:", "tel:"];
const BLOCKS = ["pre", "blockquote", "expandable_blockquote"];
const PLAIN = { bold: "b", italic: "i", underline: "u", strikethrough: "s" };
const AUTOMATIC =
  /(https?:\/\/[^\s<>"'，。；、）】》]+|(?<![\w/])t\.me\/[\w?=&%-]+)|(?<![\w/<>.:-])\/([a-z][a-z0-9_]{0,31})(?![\w/])/gi;

/** `actions` has link(url) and command(text). */
export function richText(text, entities, actions) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, sorted, actions, true);
}

function build(text, from, to, entities, actions, automatic) {
  const nodes = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const end = Math.min(entity.offset + entity.length, to);
    const inner = [];
    for (index += 1; index < entities.length && entities[index].offset < end; index += 1) inner.push(entities[index]);
    if (entity.offset < at || end <= entity.offset) continue;
    nodes.push(...plain(text.slice(at, entity.offset), actions, automatic));
    const leaf = ["code", "pre", "text_link", "url", "bot_command"].includes(entity.type);
    const content = build(text, entity.offset, end, inner, actions, automatic && !leaf);
    nodes.push(wrap(entity, text.slice(entity.offset, end), content, actions));
    at = end;
    if (BLOCKS.includes(entity.type) && text[at] === "\n") at += 1;
  }
  nodes.push(...plain(text.slice(at, to), actions, automatic));
  return nodes;
}

/** Links and /commands work in plain text too, as every client shows them. */
function plain(text, actions, automatic) {
  if (!text) return [];
  if (!automatic) return [text];
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(AUTOMATIC)) {
    nodes.push(text.slice(at, match.index));
    nodes.push(match[1] ? link(match[1], [match[1]], actions) : command(match[0], actions));
    at = match.index + match[0].length;
  }
  nodes.push(text.slice(at));
  return nodes.filter(Boolean);
}

function wrap(entity, text, content, actions) {
  const { type } = entity;
  if (PLAIN[type]) return h(PLAIN[type], {}, content);
  if (type === "code") return h("code", {}, content);
  if (type === "pre") return h("pre", { "data-language": entity.language }, h("code", {}, content));
  if (type === "blockquote") return h("blockquote", {}, content);
  if (type === "expandable_blockquote") return expandable(content);
  if (type === "spoiler") return spoiler(content);
  if (type === "text_link") return link(entity.url, content, actions);
  if (type === "url" || type === "email") return link(type === "email" ? `mailto:${text}` : text, content, actions);
  if (type === "bot_command") return command(text, actions);
  return h("span", { class: `entity-${type}` }, content);
}

export function safeUrl(url) {
  try {
    const parsed = new URL(/^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`);
    return SAFE.includes(parsed.protocol) ? parsed : null;
  } catch {
    return null;
  }
}

function link(url, content, actions) {
  const parsed = safeUrl(url);
  if (!parsed) return h("span", {}, content);
  const press = (event) => {
    if (actions.link(parsed)) event.preventDefault();
  };
  return h("a", { href: parsed.href, target: "_blank", rel: "noopener noreferrer", on: { click: press } }, content);
}

function command(text, actions) {
  return h("button", { class: "link", "data-command": text, on: { click: () => actions.command(text) } }, text);
}

function spoiler(content) {
  const reveal = (event) => event.currentTarget.classList.add("revealed");
  const keys = (event) => event.key === "Enter" && reveal(event);
  return h(
    "span",
    { class: "spoiler", tabindex: "0", role: "button", label: "message.spoiler", on: { click: reveal, keydown: keys } },
    content,
  );
}

function expandable(content) {
  const quote = h("blockquote", { class: "expandable" }, h("div", {}, content));
  const toggle = () => quote.classList.toggle("expanded");
  quote.append(h("button", { class: "expand", label: "message.expand", on: { click: toggle } }, "⌄"));
  return quote;
}
