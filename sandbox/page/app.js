/**
 * Puts the page together: two phones, the panel, the stream of events, what is remembered between visits.
 * Must not know how any of the parts looks inside.
 */
import { api, follow } from "./api.js";
import { CallLog } from "./calls.js";
import { arrowKeys, h, icon } from "./dom.js";
import { FaultPanel } from "./faults.js";
import { switchLanguage, t, translateAll } from "./i18n.js";
import { Phone } from "./phone.js";
import { fullName } from "./picker.js";

const HOLDERS = "tollmate.holders";
const PANEL = "tollmate.panel";
const narrow = matchMedia("(max-width: 759px)");

const world = { bot: null, accounts: new Map(), groups: new Map(), online: false, connected: true, restartable: false };
let shown = 1;
let ready = false;

const hooks = (number) => ({
  held: (id) => phones.find((phone) => phone.number !== number && phone.account === id)?.number ?? 0,
  picked: () => remember(),
  visible: (phone) => !narrow.matches || phone.number === shown,
  othersUnread: () =>
    [...world.accounts.values()].some(
      (account) => account.unread && !phones.some((phone) => phone.account === account.id),
    ),
  stranger: () => addStranger(),
});

const phones = [];
for (const number of [1, 2]) phones.push(new Phone(number, world, hooks(number)));
const faults = new FaultPanel();
const calls = new CallLog((id) =>
  world.accounts.has(id) ? fullName(world.accounts.get(id)) : (world.groups.get(id)?.title ?? null),
);

async function addStranger() {
  const caption = t("picker.stranger.caption");
  const met = [...world.accounts.values()].filter((account) =>
    /^(陌生人|Stranger) \d+$/.test(account.first_name),
  ).length;
  const account = await api.addAccount({
    first_name: t("picker.stranger.name", met + 1),
    caption,
    language_code: "zh-hans",
  });
  world.accounts.set(account.id, account);
  return account;
}

function remember() {
  localStorage.setItem(HOLDERS, JSON.stringify(phones.map((phone) => phone.account)));
}

/** Who holds the phones at first: the address (?a=ID&b=ID), the last visit, else two people of different posts. */
function firstHolders() {
  const asked = new URLSearchParams(location.search);
  const kept = JSON.parse(localStorage.getItem(HOLDERS) ?? "[]");
  const people = [...world.accounts.values()];
  const post = (account) => (account?.caption ?? "").split("·")[0].trim();
  const one = pickKnown([Number(asked.get("a")), kept[0]]) ?? people[0]?.id;
  const other = people.find((account) => account.id !== one && post(account) !== post(world.accounts.get(one)));
  const two =
    pickKnown([Number(asked.get("b")), kept[1]]) ?? (other ?? people.find((account) => account.id !== one))?.id;
  return [one, two];
}

const pickKnown = (ids) => ids.find((id) => world.accounts.has(id));

async function refresh() {
  try {
    apply(await api.state());
  } catch {
    return lost();
  }
  world.connected = true;
  document.body.classList.remove("lost");
  if (!ready) {
    ready = true;
    firstHolders().forEach((id, index) => id !== undefined && phones[index].hold(id));
  } else {
    calls.reset();
    phones.forEach((phone, index) =>
      world.accounts.has(phone.account) ? phone.load() : phone.hold(firstHolders()[index] ?? null),
    );
  }
  showAll();
}

function apply(state) {
  Object.assign(world, {
    bot: state.bot,
    online: state.bot_online,
    restartable: state.restartable,
  });
  world.accounts = new Map(state.accounts.map((account) => [account.id, account]));
  world.groups = new Map((state.groups ?? []).map((group) => [group.id, group]));
  showFaults(state.faults ?? []);
}

function lost() {
  world.connected = false;
  document.body.classList.add("lost");
  showAll();
}

function received(event) {
  if (event.type === "account") world.accounts.set(event.account.id, event.account);
  else if (event.type === "bot") world.online = event.bot_online;
  else if (event.type === "faults") return showFaults(event.faults);
  else {
    if (event.type === "group") world.groups.set(event.group.id, event.group);
    return phones.forEach((phone) => phone.receive(event));
  }
  showAll();
}

function showAll() {
  phones.forEach((phone) => phone.show());
  for (const tab of tabs.children) showTab(tab);
  document.body.classList.toggle("begun", Boolean(world.accounts.get(phones[shown - 1].account)?.started));
}

function showFaults(list) {
  faults.show(list);
  panelKey.querySelector(".count").textContent = list.length;
  panelKey.querySelector(".count").hidden = list.length === 0;
}

function showTab(tab) {
  const number = Number(tab.dataset.phone);
  const account = world.accounts.get(phones[number - 1].account);
  tab.setAttribute("aria-selected", String(number === shown));
  tab.querySelector(".tab-name").textContent = account ? fullName(account) : t("phone.name", number);
  const unread = number === shown ? 0 : (account?.unread ?? 0);
  tab.querySelector(".count").textContent = unread;
  tab.querySelector(".count").hidden = !unread;
}

function switchTo(number) {
  shown = number;
  document.body.dataset.shown = number;
  showAll();
  phones[number - 1].seen();
}

function togglePanel(open = panel.hidden) {
  panel.hidden = !open;
  panelKey.setAttribute("aria-expanded", String(open));
  document.body.classList.toggle("with-panel", open);
  localStorage.setItem(PANEL, open ? "open" : "");
  calls.watch(open);
}

const tabs = h(
  "div",
  { class: "tabs", role: "tablist", name: "app.phones" },
  [1, 2].map((number) =>
    h(
      "button",
      { role: "tab", "data-phone": number, "data-testid": `tab-${number}`, on: { click: () => switchTo(number) } },
      h("span", { class: "tab-name" }),
      h("span", { class: "count", hidden: true }),
    ),
  ),
);
const panelKey = h(
  "button",
  { class: "bar-button", "data-testid": "faults-toggle", label: "panel.toggle", on: { click: () => togglePanel() } },
  icon("bolt"),
  h("span", { class: "wide-only", words: "panel.toggle" }),
  h("span", { class: "count", hidden: true }),
);
const language = h("button", {
  class: "bar-button",
  words: "app.language",
  label: "app.language.label",
  "data-testid": "lang",
  on: {
    click: () => {
      switchLanguage();
      showAll();
    },
  },
});
const panel = h(
  "aside",
  {
    class: "panel",
    hidden: true,
    name: "panel.toggle",
    "data-testid": "panel",
    on: {
      keydown: (event) => {
        if (event.key === "Escape") {
          togglePanel(false);
          panelKey.focus();
        }
      },
    },
  },
  h(
    "button",
    {
      class: "round quiet shut",
      label: "panel.close",
      "data-testid": "panel-close",
      on: {
        click: () => {
          togglePanel(false);
          panelKey.focus();
        },
      },
    },
    icon("close"),
  ),
  faults.element,
  calls.element,
);

arrowKeys(tabs);
document.getElementById("tools").append(panelKey, language);
document.getElementById("tabs").replaceWith(tabs);
document.getElementById("phones").append(...phones.map((phone) => phone.element));
document.getElementById("main").append(panel);
document.addEventListener("visibilitychange", () => phones.forEach((phone) => phone.markRead()));
narrow.addEventListener("change", () => phones[shown - 1].seen());

translateAll();
switchTo(1);
togglePanel(localStorage.getItem(PANEL) === "open");
follow({ event: received, up: refresh, down: lost });
