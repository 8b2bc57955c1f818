/**
 * Builds elements and icons, and the three habits every part shares: popovers, arrow keys, debouncing.
 * Must not know of chats, people or the server.
 */
import { translate } from "./i18n.js";

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  attach: "M20.5 11.5l-8.3 8.3a5.3 5.3 0 0 1-7.5-7.5l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.6 8.6a1.8 1.8 0 0 1-2.5-2.5l7.7-7.7",
  back: "M15 5l-7 7 7 7",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  bot: "M5 9h14v10H5zM12 5v4M9 13.5v.01M15 13.5v.01M2.5 13v3M21.5 13v3",
  calendar: "M5 5h14v15H5zM5 10h14M9 3v4M15 3v4",
  check: "M5 12.5l4.5 4.5L19 7.5",
  chevron: "M6 9l6 6 6-6",
  close: "M6 6l12 12M18 6L6 18",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  down: "M12 5v14M6 13l6 6 6-6",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8",
  link: "M14 5h5v5M19 5l-9 9M17 14v5H5V7h5",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-4 3-6 6.5-6s6.1 2 6.5 6M15.5 4.3a3.5 3.5 0 0 1 0 6.4M17.5 14.3c2.3.8 3.7 2.8 4 5.7",
  photo: "M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-3L20 17M15.5 9h.01",
  plus: "M12 5v14M5 12h14",
  restart: "M20 12a8 8 0 1 1-2.4-5.7M20 3v4.5h-4.5",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5",
  send: "M4 20.5 21 12 4 3.5V10l11 2-11 2z",
  slash: "M7 4h10a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3zM14 8l-4 8",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
};

/**
 * An element. These properties are catalogue keys (or [key, ...arguments]) and follow a change of language:
 * `words` the text, `label` the accessible name and tooltip, `name` the accessible name alone, `hint` the placeholder.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  if (tag === "button") element.type = "button";
  for (const [name, value] of Object.entries(props)) assign(element, name, value);
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function assign(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (["words", "label", "name", "hint"].includes(name)) {
    element.dataset[`i18n${name}`] = JSON.stringify([].concat(value));
    translate(element);
  } else if (name === "on") {
    for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
  } else {
    element.setAttribute(name, value === true ? "" : value);
  }
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A round picture made of the first letter of a name; the same seed has the same colour always. */
export function avatar(name, seed, extra = "") {
  const letter = Array.from(name.trim())[0] ?? "·";
  const tint = [...String(seed)].reduce((sum, digit) => (sum * 31 + digit.charCodeAt(0)) % 7, 3);
  return h("span", { class: `avatar tint-${tint} ${extra}`, "aria-hidden": "true" }, letter);
}

/** Opens and closes `panel` under `trigger`: outside press and Esc close it, and focus returns to the trigger. */
export function popover(trigger, panel, { opened = () => {}, closed = () => {} } = {}) {
  const outside = (event) => {
    if (!panel.contains(event.target) && !trigger.contains(event.target)) close(false);
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  };
  function open() {
    panel.hidden = false;
    trigger.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside);
    opened();
  }
  function close(refocus = true) {
    if (panel.hidden) return;
    panel.hidden = true;
    trigger.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    if (refocus) trigger.focus();
    closed();
  }
  panel.hidden = true;
  trigger.setAttribute("aria-expanded", "false");
  trigger.addEventListener("click", () => (panel.hidden ? open() : close()));
  for (const part of [panel, trigger]) part.addEventListener("keydown", escape);
  return {
    open,
    close,
    get isOpen() {
      return !panel.hidden;
    },
  };
}

/** Arrow keys move the focus among the buttons inside `container`; up and down go from row to row where it has rows. */
export function arrowKeys(container) {
  container.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step || !event.target.matches("button")) return;
    const row = ["ArrowDown", "ArrowUp"].includes(event.key) ? event.target.closest(".row") : null;
    const from = row ?? event.target;
    const all = [...container.querySelectorAll(row ? ".row" : "button")];
    const next = all[(all.indexOf(from) + step + all.length) % all.length];
    event.preventDefault();
    (row ? next.children[Math.min([...row.children].indexOf(event.target), next.children.length - 1)] : next).focus();
  });
}

/** Focuses a field, except on a touch screen, where this would raise the keyboard over what is to be read. */
export function focusField(field) {
  if (matchMedia("(hover: hover)").matches) field.focus();
}

export function debounce(action, milliseconds) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}
