/**
 * Reads the few fields of an iCalendar file (RFC 5545) that a preview shows.
 * Must not know of the page.
 */

/** → [{summary, starts, ends, location, description, cancelled}], times as written in the file, with their zone. */
export function readCalendar(source) {
  const events = [];
  let event = null;
  for (const line of source.replace(/\r?\n[ \t]/g, "").split(/\r?\n/)) {
    const [, name, parameters, value] = /^([A-Z-]+)((?:;[^:"]*(?:"[^"]*")?)*):(.*)$/i.exec(line) ?? [];
    if (line === "BEGIN:VEVENT") event = { summary: "" };
    else if (line === "END:VEVENT" && event) {
      events.push(event);
      event = null;
    } else if (event && name) readField(event, name.toUpperCase(), parameters, value);
  }
  return events;
}

function readField(event, name, parameters, value) {
  if (name === "SUMMARY") event.summary = unescape(value);
  else if (name === "LOCATION") event.location = unescape(value);
  else if (name === "DESCRIPTION") event.description = unescape(value);
  else if (name === "STATUS") event.cancelled = value === "CANCELLED";
  else if (name === "DTSTART") event.starts = readTime(value, parameters);
  else if (name === "DTEND") event.ends = readTime(value, parameters);
}

const unescape = (text) => text.replace(/\\n/gi, "\n").replace(/\\([,;\\])/g, "$1");

function readTime(value, parameters) {
  const [, year, month, day, hour, minute, utc] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?/.exec(value) ?? [];
  if (!year) return value;
  if (!hour) return `${year}-${month}-${day}`;
  const zone = utc ? "UTC" : (/TZID=([^;:]+)/.exec(parameters)?.[1] ?? "");
  return `${year}-${month}-${day} ${hour}:${minute} ${zone}`.trim();
}
