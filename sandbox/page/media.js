/**
 * Photos, albums and documents in a bubble, the large view of a photo and the preview of a calendar file.
 * Must not know of chats.
 */
import { api } from "./api.js";
import { readCalendar } from "./calendar.js";
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

const LARGEST = 1280;
/** Width to height: longer and wider pictures are cut in the list, and whole in the large view. */
const [TALLEST, WIDEST] = [0.6, 2.2];

const bestSize = (sizes) =>
  [...sizes]
    .sort((a, b) => a.width - b.width)
    .reduce((best, size) => (size.width <= LARGEST || !best ? size : best), null);

export function photoView(message, tile = false) {
  const size = bestSize(message.photo);
  const image = h("img", {
    src: api.fileUrl(size.file_id),
    alt: message.caption ?? t("message.photo"),
    loading: "lazy",
    draggable: message.has_protected_content ? "false" : null,
  });
  const press = () => {
    if (holder.classList.contains("covered")) holder.classList.remove("covered");
    else enlarge(size, message.caption);
  };
  const holder = h(
    "button",
    {
      class: `photo${tile ? " tile" : ""}${message.has_media_spoiler ? " covered" : ""}`,
      "data-testid": "photo",
      "data-photo-id": message.message_id,
      name: "message.photo",
      on: { click: press },
    },
    image,
  );
  holder.style.setProperty("--ratio", Math.min(Math.max(size.width / size.height || 1, TALLEST), WIDEST));
  return holder;
}

function enlarge(size, caption) {
  const image = h("img", { src: api.fileUrl(size.file_id), alt: caption ?? "" });
  showDialog("lightbox", [image, caption && h("p", {}, caption)]);
}

/** A modal window over the whole page; Esc, the cross and a press beside it close it. */
function showDialog(kind, content) {
  const shut = h(
    "button",
    { class: "round shut", label: "media.close", on: { click: () => dialog.close() } },
    icon("close"),
  );
  const dialog = h("dialog", { class: kind, "data-testid": kind }, shut, content);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function fileSize(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

const isCalendar = (file) => /\.ics$/i.test(file.file_name ?? "") || file.mime_type === "text/calendar";

export function documentView(file) {
  const name = file.file_name ?? "file";
  const calendar = isCalendar(file);
  const open = (event) => {
    if (!calendar) return;
    event.preventDefault();
    openCalendar(file, name);
  };
  const extension = /\.([a-z0-9]{1,4})$/i.exec(name)?.[1] ?? "";
  return h(
    "a",
    {
      class: "document",
      href: api.fileUrl(file.file_id),
      download: name,
      "data-testid": "document",
      on: { click: open },
    },
    h(
      "span",
      { class: `badge ${calendar ? "calendar" : ""}` },
      calendar ? icon("calendar") : extension ? extension.toUpperCase() : icon("file"),
    ),
    h(
      "span",
      { class: "document-words" },
      h("b", {}, name),
      calendar
        ? h("small", { words: "media.calendar" })
        : h("small", {}, [fileSize(file.file_size)], " · ", h("span", { words: "media.download" })),
    ),
  );
}

async function openCalendar(file, name) {
  const url = api.fileUrl(file.file_id);
  const answer = await fetch(url);
  const events = answer.ok ? readCalendar(await answer.text()) : [];
  const field = (key, value) => value && [h("dt", { words: `media.${key}` }), h("dd", {}, value)];
  const cards = events.map((event) =>
    h(
      "article",
      {},
      h("h3", {}, event.summary, event.cancelled && h("small", { words: "media.cancelled" })),
      h("dl", {}, field("starts", event.starts), field("ends", event.ends), field("where", event.location)),
      event.description && h("p", {}, event.description),
    ),
  );
  showDialog("calendar-card", [
    h("div", { class: "calendar-name" }, icon("calendar"), name),
    cards,
    h("a", { class: "solid", href: url, download: name, words: "media.add" }),
  ]);
}
