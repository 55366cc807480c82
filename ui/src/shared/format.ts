// How times, numbers and ids are written, everywhere. The clock is an argument; times are shown in
// the machine's zone. Percent has a no-break space, minus is −, nothing is rounded twice.

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const LONG_DAYS = [
  "Sunday",
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
] as const;
const MONTHS = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;
const LONG_MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** No-break space: a number and its unit stay on one line. */
export const NBSP = "\u00a0";
export const MINUS = "\u2212";

/** Days since the epoch in the machine's zone: equal for two times of one day. */
export function dayOf(ms: number): number {
  const d = new Date(ms);
  return Math.round(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()) / 86_400_000);
}

/** `14:02` */
export function clockTime(ms: number): string {
  const d = new Date(ms);
  return `${String(d.getHours()).padStart(2, "0")}:${String(d.getMinutes()).padStart(2, "0")}`;
}

/** `20 Nov`, or `20 Nov 2025` in another year than `now`. */
export function shortDate(ms: number, now: number): string {
  const d = new Date(ms);
  const year = d.getFullYear() === new Date(now).getFullYear() ? "" : ` ${d.getFullYear()}`;
  return `${d.getDate()} ${MONTHS[d.getMonth()]}${year}`;
}

/** `Mon` in the six days around `now`, else `20 Nov`. */
export function shortDay(ms: number, now: number): string {
  const away = Math.abs(dayOf(now) - dayOf(ms));
  return away > 0 && away < 7 ? (DAYS[new Date(ms).getDay()] ?? "") : shortDate(ms, now);
}

/** For rows: `14:02` today, `Sun 21:30` in the last six days, else `20 Nov`. */
export function rowTime(ms: number, now: number): string {
  const age = dayOf(now) - dayOf(ms);
  if (age === 0) return clockTime(ms);
  if (age > 0 && age < 7) return `${DAYS[new Date(ms).getDay()]} ${clockTime(ms)}`;
  return shortDate(ms, now);
}

/** For day headings: `Today`, `Yesterday`, `Friday 20 November`, with the year where it differs. */
export function dayHeading(ms: number, now: number): string {
  const age = dayOf(now) - dayOf(ms);
  if (age === 0) return "Today";
  if (age === 1) return "Yesterday";
  const d = new Date(ms);
  const year = d.getFullYear() === new Date(now).getFullYear() ? "" : ` ${d.getFullYear()}`;
  return `${LONG_DAYS[d.getDay()]} ${d.getDate()} ${LONG_MONTHS[d.getMonth()]}${year}`;
}

/** `Mon 23 Nov 2026, 11:47` */
export function dateTime(ms: number): string {
  const d = new Date(ms);
  return `${DAYS[d.getDay()]} ${d.getDate()} ${MONTHS[d.getMonth()]} ${d.getFullYear()}, ${clockTime(ms)}`;
}

/** For sentences: `14:02` today, else `Sun 22 Nov, 22:10`. */
export function sentenceTime(ms: number, now: number): string {
  if (dayOf(ms) === dayOf(now)) return clockTime(ms);
  return `${DAYS[new Date(ms).getDay()]} ${shortDate(ms, now)}, ${clockTime(ms)}`;
}

/** `48,210` */
export function number(n: number): string {
  const sign = n < 0 ? MINUS : "";
  return sign + Math.abs(n).toLocaleString("en-GB", { maximumFractionDigits: 0 });
}

/** For mailboxes: nothing at zero, `99+` above 99. */
export function count(n: number): string {
  if (n <= 0) return "";
  return n > 99 ? "99+" : String(n);
}

/** `1 vote`, `2 votes`; `many` where an s is not enough. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** A share from 0 to 1 as `78 %`. */
export function percent(share: number, digits = 0): string {
  const text = (Math.abs(share) * 100).toFixed(digits);
  const sign = share < 0 && Number(text) !== 0 ? MINUS : "";
  return `${sign}${text}${NBSP}%`;
}

/** `+32`, `−8`, `0` */
export function signed(n: number): string {
  return n > 0 ? `+${number(n)}` : number(n);
}

/** Seconds as `2.3 s`, `48 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)}${NBSP}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${NBSP}s`;
  const rest = whole % 60;
  const minutes = `${Math.floor(whole / 60)}${NBSP}min`;
  return rest === 0 ? minutes : `${minutes} ${rest}${NBSP}s`;
}

/** US dollars as `$0.0041`: four digits under a dollar, `<$0.0001` below what they can say. */
export function cost(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < 0.0001) return "<$0.0001";
  return usd < 1 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** `812 B`, `1.2 MB` */
export function bytes(n: number): string {
  const units = ["B", "KB", "MB", "GB"] as const;
  let value = n;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const text = unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1);
  return `${text}${NBSP}${units[unit]}`;
}

/** A long id as `0193a7f2…c41e`; a short one stays whole. */
export function shortId(id: string): string {
  return id.length > 16 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
}

/** How many words a text has, split at blanks. */
export function words(text: string): number {
  return text.trim() === "" ? 0 : text.trim().split(/\s+/u).length;
}
