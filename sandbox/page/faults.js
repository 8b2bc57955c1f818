/**
 * The panel that troubles the bot's network: a form, and the list of what is active.
 * Must not know of phones.
 */
import { api } from "./api.js";
import { arrowKeys, h, icon } from "./dom.js";

const KINDS = ["drop", "error", "delay", "flood", "timeout_before", "timeout_after"];
const TIMED = ["delay", "flood", "timeout_before", "timeout_after"];
const METHODS = [
  "sendMessage",
  "editMessageText",
  "answerCallbackQuery",
  "sendPhoto",
  "sendDocument",
  "sendMediaGroup",
  "sendPoll",
  "stopPoll",
  "editMessageMedia",
  "getFile",
  "getUpdates",
];
const STATUSES = [500, 502, 503, 504];

export class FaultPanel {
  constructor() {
    this.kind = "drop";
    this.list = h("ul", { class: "faults", "data-testid": "fault-list", "aria-live": "polite" });
    this.clear = h("button", {
      class: "text-button",
      words: "fault.clear",
      hidden: true,
      "data-testid": "faults-clear",
      on: { click: () => api.clearFaults() },
    });
    this.error = h("p", { class: "form-error", role: "alert" });
    this.element = h(
      "section",
      { "data-testid": "faults" },
      h("div", { class: "section-head" }, h("h2", { words: "panel.faults" }), this.clear),
      h("p", { class: "faint", words: "panel.about" }),
      this.#form(),
      this.list,
    );
    this.show([]);
  }

  #form() {
    this.kinds = h(
      "div",
      { class: "chips", role: "group", name: "fault.kind" },
      KINDS.map((kind) =>
        h("button", {
          words: `fault.${kind}`,
          "data-kind": kind,
          "data-testid": `fault-kind-${kind}`,
          on: { click: () => this.#choose(kind) },
        }),
      ),
    );
    arrowKeys(this.kinds);
    this.about = h("p", { class: "faint about" });
    this.method = h(
      "select",
      { "data-testid": "fault-method" },
      h("option", { value: "*", words: "fault.method.all" }),
      METHODS.map((name) => h("option", { value: name }, name)),
    );
    this.probability = h("input", {
      type: "range",
      min: 5,
      max: 100,
      step: 5,
      value: 100,
      "data-testid": "fault-probability",
      on: { input: () => this.#showShare() },
    });
    this.share = h("output", {}, "100%");
    this.count = h("input", {
      type: "number",
      min: 1,
      max: 9999,
      inputmode: "numeric",
      hint: "fault.count.any",
      "data-testid": "fault-count",
    });
    this.seconds = h("input", {
      type: "number",
      min: 0,
      max: 120,
      step: 0.5,
      value: 3,
      "data-testid": "fault-seconds",
    });
    this.status = h(
      "select",
      { "data-testid": "fault-status" },
      STATUSES.map((code) => h("option", { value: code }, String(code))),
    );
    this.secondsField = field("fault.seconds", this.seconds);
    this.statusField = field("fault.status", this.status);
    const form = h(
      "form",
      { class: "fault-form", on: { submit: (event) => this.#add(event) } },
      this.kinds,
      this.about,
      h(
        "div",
        { class: "fields" },
        field("fault.method", this.method),
        field("fault.count", this.count),
        this.secondsField,
        this.statusField,
      ),
      field("fault.probability", h("span", { class: "slider" }, this.probability, this.share)),
      this.error,
      h("button", { class: "solid", type: "submit", words: "fault.add", "data-testid": "fault-add" }),
    );
    this.#choose(this.kind);
    return form;
  }

  #choose(kind) {
    this.kind = kind;
    for (const chip of this.kinds.children) chip.setAttribute("aria-pressed", String(chip.dataset.kind === kind));
    this.about.replaceChildren(h("span", { words: `fault.${kind}.about` }));
    this.secondsField.hidden = !TIMED.includes(kind);
    this.statusField.hidden = kind !== "error";
  }

  #showShare() {
    this.share.textContent = `${this.probability.value}%`;
  }

  async #add(event) {
    event.preventDefault();
    const fault = {
      kind: this.kind,
      method: this.method.value,
      probability: Number(this.probability.value) / 100,
      count: Number(this.count.value) || null,
    };
    if (TIMED.includes(this.kind)) fault.seconds = Number(this.seconds.value);
    if (this.kind === "error") fault.status = Number(this.status.value);
    this.error.textContent = "";
    await api.addFault(fault).catch((error) => (this.error.textContent = error.message));
  }

  show(faults) {
    this.clear.hidden = faults.length === 0;
    this.list.replaceChildren(
      ...(faults.length ? faults.map(line) : [h("li", { class: "faint none", words: "fault.none" })]),
    );
  }
}

function field(words, control) {
  return h("label", { class: "field" }, h("span", { words }), control);
}

function line(fault) {
  const details = [
    fault.method === "*" ? h("span", { words: "fault.method.all" }) : h("code", {}, fault.method),
    fault.probability < 1 && h("span", {}, `${Math.round(fault.probability * 100)}%`),
    fault.count && h("span", { words: ["fault.times", fault.count] }),
    TIMED.includes(fault.kind) && h("span", { words: ["fault.for", fault.seconds] }),
    fault.kind === "error" && h("span", {}, String(fault.status)),
  ];
  return h(
    "li",
    { "data-fault": fault.id, "data-testid": "fault" },
    h("b", { words: `fault.${fault.kind}` }),
    h("span", { class: "details" }, details),
    h(
      "button",
      {
        class: "round quiet small",
        label: "fault.delete",
        "data-testid": "fault-delete",
        on: { click: () => api.deleteFault(fault.id) },
      },
      icon("close"),
    ),
  );
}
