// What the shop's script reports about a visit.
import { readFileSync } from "node:fs";
import { beforeScripts } from "./shop.mjs";

export const COLLECT = "/api/v1/collect";

const layout = new URL("../../../website/templates/layout.html", import.meta.url);

/** Everything that the page reports from now on, in the order in which it is sent. */
export function reportsOf(page) {
  const reports = [];
  page.on("request", (request) => {
    if (isReport(request)) reports.push(request.postDataJSON());
  });
  return reports;
}

/** Does something and gives the events of the report that has one of this name among them. */
export async function reported(page, name, act) {
  const isIt = (request) => isReport(request) && namesOf(request.postDataJSON().events).includes(name);
  const [request] = await Promise.all([page.waitForRequest(isIt), act()]);
  return request.postDataJSON().events;
}

export function namesOf(events) {
  return events.map((event) => event.name);
}

export function named(events, name) {
  return events.find((event) => event.name === name);
}

/** From now on pages are as those of a site that requires consent; the question is that of the shop's own layout. */
export function requireConsent(page) {
  const question = /<section class="consent"[^]*?<\/section>/.exec(readFileSync(layout, "utf8"));
  if (!question) throw new Error("the layout of the shop asks nothing");
  return beforeScripts(page, (html) => {
    if (document.body.dataset.consent) return;
    document.body.dataset.consent = "required";
    document.body.insertAdjacentHTML("beforeend", html);
  }, question[0]);
}

export function consentQuestion(page) {
  return page.getByRole("region", { name: "Counting of visits" });
}

function isReport(request) {
  return request.method() === "POST" && new URL(request.url()).pathname === COLLECT;
}
