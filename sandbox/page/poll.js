/**
 * Quiz and regular polls inside a bubble: choosing, the result, the explanation, their pictures.
 * The sandbox leaves out what this person may not see yet, and adds three fields that the Bot API does not have: their
 * choice (`chosen_option_ids`), the order of shuffled options (`option_order`), `results_hidden`.
 */
import { api } from "./api.js";
import { h, icon } from "./dom.js";
import { richText } from "./entities.js";
import { photoView } from "./media.js";

function verdict(poll, chosen) {
  const right = poll.correct_option_ids;
  if (poll.type !== "quiz" || !chosen || !right) return null;
  return right.length === chosen.length && right.every((id) => chosen.includes(id)) ? "right" : "wrong";
}

/** The options with their numbers, in the order this person sees them. */
const inOrder = (poll) => (poll.option_order ?? poll.options.map((_, index) => index)).map((i) => [poll.options[i], i]);

const picture = (media, caption) => media?.photo && photoView({ photo: media.photo, caption });

/** `actions`: vote(optionIds), link, command. */
export function pollView(poll, actions) {
  const chosen = poll.chosen_option_ids ?? null;
  const open = !poll.is_closed && !chosen;
  const kind = `poll.${poll.type}${poll.is_anonymous === false ? ".public" : ""}`;
  const result = verdict(poll, chosen);
  const parts = [
    picture(poll.media, poll.question),
    h("div", { class: "poll-question" }, richText(poll.question, poll.question_entities, actions)),
    h("div", { class: "poll-kind", words: poll.is_closed ? "poll.closed" : kind }),
    open ? choices(poll, actions) : results(poll, chosen),
    result && h("div", { class: `poll-verdict ${result}`, words: `poll.${result}` }),
    poll.results_hidden && !open && h("div", { class: "poll-kind", words: "poll.hidden", "data-testid": "poll-hidden" }),
    poll.explanation &&
      !open &&
      h(
        "div",
        { class: "poll-explanation", "data-testid": "poll-explanation" },
        richText(poll.explanation, poll.explanation_entities, actions),
      ),
    !open && picture(poll.explanation_media, poll.explanation),
    h("div", {
      class: "poll-count",
      words: poll.total_voter_count ? ["poll.voters", poll.total_voter_count] : "poll.nobody",
    }),
  ];
  return h("div", { class: "poll", "data-testid": "poll", "data-verdict": result, "data-poll-id": poll.id }, parts);
}

function choices(poll, actions) {
  const picked = new Set();
  const submit = h("button", {
    class: "poll-submit",
    words: "poll.vote",
    disabled: true,
    "data-testid": "poll-vote",
    on: { click: () => actions.vote([...picked]) },
  });
  const press = (index) => (event) => {
    if (!poll.allows_multiple_answers) return actions.vote([index]);
    picked.has(index) ? picked.delete(index) : picked.add(index);
    event.currentTarget.setAttribute("aria-checked", String(picked.has(index)));
    submit.disabled = picked.size === 0;
  };
  const role = poll.allows_multiple_answers ? "checkbox" : "radio";
  const options = inOrder(poll).map(([option, index]) =>
    h(
      "button",
      {
        class: `poll-option ${role}`,
        role,
        "aria-checked": "false",
        "data-testid": "poll-option",
        "data-option": index,
        on: { click: press(index) },
      },
      h("span", { class: "tick" }, icon("check")),
      h("span", {}, option.text),
      option.media?.photo && h("img", { class: "poll-thumb", src: thumb(option), alt: "" }),
    ),
  );
  return h("div", { role: role === "radio" ? "radiogroup" : "group" }, options, poll.allows_multiple_answers && submit);
}

const thumb = (option) => api.fileUrl(option.media.photo[0].file_id);

function results(poll, chosen) {
  const right = poll.correct_option_ids ?? [];
  const all = Math.max(1, poll.total_voter_count);
  return h(
    "ul",
    { class: poll.results_hidden ? "poll-results uncounted" : "poll-results" },
    inOrder(poll).map(([option, index]) => {
      const share = Math.round((100 * option.voter_count) / all);
      const good = poll.type === "quiz" && right.includes(index);
      const mine = chosen?.includes(index);
      const state = good ? "right" : mine && poll.type === "quiz" ? "wrong" : mine ? "mine" : "";
      const gauge = h("span", { class: "gauge" });
      gauge.style.setProperty("--share", `${share}%`);
      return h(
        "li",
        { class: state, "data-option": index, "data-mine": mine ? "true" : null },
        h("span", { class: "share" }, poll.results_hidden ? "" : `${share}%`),
        h(
          "span",
          { class: "mark" },
          state === "right" || state === "mine" ? icon("check") : state === "wrong" ? icon("close") : null,
        ),
        h(
          "span",
          { class: "answer" },
          option.text,
          option.media?.photo && h("img", { class: "poll-thumb", src: thumb(option), alt: "" }),
        ),
        poll.results_hidden ? null : gauge,
      );
    }),
  );
}
