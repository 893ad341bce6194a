// The running shop and the browser that visits it.
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const BROWSER_ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

export const demo = readDemoFile();
export const baseUrl = (process.env.BASE_URL ?? demo?.base_url)?.replace(/\/$/, "");
const browserPath = findBrowser();

/** Why nothing can be tested here, or false. Given to `skip` of a test. */
export const missing = whatIsMissing();

/** Runs `visit(page)` in a fresh browser context and fails on script errors of the page. */
export async function visiting(options, visit) {
  const browser = await chromium.launch({ executablePath: browserPath, args: BROWSER_ARGUMENTS });
  try {
    const context = await browser.newContext({ viewport: DESK, baseURL: baseUrl, ...options });
    context.setDefaultTimeout(15_000);
    const page = await context.newPage();
    const errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && /Content Security Policy|TypeError|ReferenceError/.test(message.text())) {
        errors.push(message.text());
      }
    });
    await visit(page);
    if (errors.length) throw new Error(`the page reported: ${errors.join("; ")}`);
  } finally {
    await browser.close();
  }
}

/** `€1,234.50` or `12.50 CHF` as a number. */
export function amount(text) {
  const digits = /\d[\d,]*(?:\.\d+)?/.exec(text);
  if (!digits) throw new Error(`no amount in ${JSON.stringify(text)}`);
  return Number(digits[0].replaceAll(",", ""));
}

/** Calls the API with the demo shop's publishable key, or by the shop's domain. */
export async function api(path) {
  const headers = demo?.publishable_key ? { "X-Coheron-Key": demo.publishable_key } : {};
  const answer = await fetch(`${baseUrl}/api/v1${path}`, { headers });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/** Waits until `check` gives a value that is not null or false; fails after the deadline. */
export async function until(what, deadlineMs, check) {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const value = await check();
    if (value !== null && value !== false && value !== undefined) return value;
    if (performance.now() > end) throw new Error(`${what}: not within ${deadlineMs} ms`);
  }
}

function readDemoFile() {
  const file = process.env.COHERON_DEMO_FILE;
  return file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
}

function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];
  const candidates = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
    folders.map((folder) => join(folder, name)));
  return candidates.find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function whatIsMissing() {
  let reason = false;
  if (!baseUrl) reason = "neither BASE_URL nor COHERON_DEMO_FILE names a running shop";
  else if (!browserPath || !isProgram(browserPath)) reason = "no Chromium found; CHROMIUM may name one";
  if (reason && process.env.COHERON_E2E_REQUIRED === "1") throw new Error(reason);
  return reason;
}
