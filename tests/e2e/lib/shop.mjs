// The running shop and the browser that visits it.
import { existsSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { chromium } from "playwright-core";
import { browserArguments, browserPath } from "./browser.mjs";

export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

export const demo = readDemoFile();
/** Where the shop keeps its data, if that is on this machine. */
export const dataFolder = demo ? dirname(process.env.COHERON_DEMO_FILE) : null;
export const baseUrl = (process.env.BASE_URL ?? demo?.base_url)?.replace(/\/$/, "");

/** Why nothing can be tested here, or false. Given to `skip` of a test. */
export const missing = whatIsMissing();

/** Runs `visit(page)` in a fresh browser context and fails on script errors of the page. */
export async function visiting(options, visit) {
  const browser = await chromium.launch({ executablePath: browserPath, args: browserArguments });
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

/** Has `change(value)` run in every page from now on, between its last element and its deferred scripts. */
export function beforeScripts(page, change, value = null) {
  const call = `(${change})(${JSON.stringify(value)})`;
  const content = `document.addEventListener("readystatechange", () => {
    if (document.readyState === "interactive") ${call};
  });`;
  return page.addInitScript({ content });
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

/** The environment in which the `coheron` program finds the running system. */
export function environment() {
  const addresses = {
    COHERON__DATABASE__URL: demo?.database_url,
    COHERON__KAFKA__BROKERS: demo?.kafka_brokers,
    COHERON__SCHEMA_REGISTRY__URL: demo?.schema_registry_url,
  };
  const known = Object.entries(addresses).filter(([, value]) => value);
  return { ...process.env, ...Object.fromEntries(known) };
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

function whatIsMissing() {
  let reason = false;
  if (!baseUrl) reason = "no shop: set BASE_URL, COHERON_DEMO_FILE or COHERON_BINARY";
  else if (!browserPath) reason = "no Chromium found; CHROMIUM may name one";
  if (reason && process.env.COHERON_E2E_REQUIRED === "1") throw new Error(reason);
  return reason;
}
