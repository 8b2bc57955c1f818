/**
 * The control API of the sandbox: requests, and the stream of events.
 * Must not know how anything is shown.
 */
export class Refused extends Error {}

async function call(method, path, body) {
  const form = body instanceof FormData;
  const answer = await fetch(`/api${path}`, {
    method,
    body: form || body === undefined ? body : JSON.stringify(body),
    headers: form || body === undefined ? {} : { "Content-Type": "application/json" },
  });
  const result = await answer.json().catch(() => ({}));
  if (!answer.ok || result.ok === false) throw new Refused(result.description ?? `HTTP ${answer.status}`);
  return result;
}

function upload(account, chat, kind, files, caption) {
  const form = new FormData();
  if (chat !== null) form.append("chat_id", chat);
  for (const file of files) form.append("file", file, file.name);
  if (caption) form.append("caption", caption);
  return call("POST", `/accounts/${account}/${kind}`, form);
}

const act = (account, verb, body = {}) => call("POST", `/accounts/${account}/${verb}`, body);
/** `chat` is a group's id, or null for the chat with the bot. */
const actIn = (account, chat, verb, body = {}) => act(account, verb, chat === null ? body : { ...body, chat_id: chat });

export const api = {
  state: () => call("GET", "/state"),
  chat: (account, chat) => call("GET", `/accounts/${account}/chat${chat === null ? "" : `?chat_id=${chat}`}`),
  addAccount: (person) => call("POST", "/accounts", person),
  start: (account, payload) => act(account, "start", payload ? { payload } : {}),
  send: (account, chat, text) => actIn(account, chat, "send", { text }),
  photo: (account, chat, files, caption) => upload(account, chat, "photo", files, caption),
  document: (account, chat, files, caption) => upload(account, chat, "document", files, caption),
  press: (account, chat, messageId, data) => actIn(account, chat, "press", { message_id: messageId, data }),
  vote: (account, chat, messageId, ids) => actIn(account, chat, "vote", { message_id: messageId, option_ids: ids }),
  block: (account, blocked) => act(account, "block", { blocked }),
  read: (account, chat) => actIn(account, chat, "read"),
  language: (account, code) => act(account, "language", { language_code: code }),
  clear: (account) => act(account, "delete_chat"),
  setBot: (group, status, account, payload) =>
    call("POST", `/groups/${group}/bot`, { status, by: account, ...(payload !== undefined && { payload }) }),
  restart: () => call("POST", "/bot/restart", {}),
  addFault: (fault) => call("POST", "/faults", fault),
  deleteFault: (id) => call("DELETE", `/faults/${id}`),
  clearFaults: () => call("DELETE", "/faults"),
  calls: (since) => call("GET", `/calls?since=${since}`),
  fileUrl: (fileId) => `/api/files/${encodeURIComponent(fileId)}`,
};

const RETRY_MS = 1500;

/**
 * Follows the events of all accounts for as long as the page is open.
 * `up` is called on every (re)connection: what happened in between may be lost, so the caller reloads.
 */
export function follow({ event, up, down }) {
  const source = new EventSource("/api/events");
  source.onopen = up;
  source.onmessage = (message) => event(JSON.parse(message.data));
  source.onerror = () => {
    down();
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => follow({ event, up, down }), RETRY_MS);
  };
}
