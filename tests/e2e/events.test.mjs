// What the shop's script tells about a visit, and that it waits for consent where it has to.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  addVariant, choosePayment, fillAddress, findTwoVariants, onOrderPage, pay, sumsOf, toCheckout, variantUrl,
} from "./lib/buying.mjs";
import { COLLECT, consentQuestion, named, namesOf, reported, reportsOf, requireConsent } from "./lib/events.mjs";
import { amount, missing, visiting } from "./lib/shop.mjs";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe("the events of a visit", { skip: missing }, () => {
  let product;
  before(async () => {
    product = await findTwoVariants();
  });

  test("are told from the search to the order", () => visiting({}, async (page) => {
    const reports = reportsOf(page);
    const [variant] = product.variants;
    const { currency, exponent } = variant.price;
    const minor = (text) => Math.round(amount(text) * 10 ** exponent);
    const assertWorth = (event, items, valueMinor) =>
      assert.deepEqual([event.items, event.value_minor, event.currency], [items, valueMinor, currency], event.name);

    const home = await reported(page, "page_view", () => page.goto("/"));
    assert.deepEqual(namesOf(home), ["page_view"]);
    assert.deepEqual(home[0].page, { url: page.url(), title: await page.title(), referrer: "" });

    const found = await reported(page, "view_item_list", async () => {
      await page.getByRole("search").locator("input").fill(product.word);
      await page.getByRole("search").locator("button").click();
      await page.waitForURL(/\/search\?q=/);
    });
    assert.deepEqual(namesOf(found), ["page_view", "search", "view_item_list"]);
    assert.ok(found.every((event) => event.page.url === page.url()));
    assert.equal(named(found, "search").search_term, product.word);
    const skus = await page.locator(".shelf .card").evaluateAll((cards) => cards.map((card) => card.dataset.sku));
    assert.ok(skus.length > 0);
    assert.deepEqual(named(found, "view_item_list").items, skus.map((sku) => ({ sku })));

    const narrowed = await reported(page, "view_item_list", () => page.locator("[name=in_stock]").check());
    assert.deepEqual(namesOf(narrowed), ["page_view", "view_item_list"], "narrowed, it is the same search");
    assert.equal(new URL(narrowed[0].page.url).searchParams.get("in_stock"), "true");
    assert.equal(narrowed[0].page.referrer, found[0].page.url);

    const looked = await reported(page, "view_item", () => page.goto(variantUrl(product, variant)));
    assert.deepEqual(namesOf(looked), ["page_view", "view_item"]);
    assert.ok(looked.every((event) => event.page.url === page.url()));
    const price = minor(await page.locator(".buy-price .price").textContent());
    const item = { sku: variant.sku, name: product.name, price_minor: price, currency };
    assert.deepEqual(named(looked, "view_item").items, [item]);

    await page.locator(".buy-form [data-step='1']").click();
    const added = await reported(page, "add_to_cart", () => page.locator(".buy-form .button.main").click());
    const two = [{ ...item, quantity: 2 }];
    assert.deepEqual(namesOf(added), ["add_to_cart"]);
    assertWorth(added[0], two, 2 * price);

    const inCart = await reported(page, "view_cart", () =>
      page.locator("dialog[open]").getByRole("link", { name: "View cart" }).click());
    assert.deepEqual(namesOf(inCart), ["page_view", "view_cart"]);
    assertWorth(named(inCart, "view_cart"), two, 2 * price);

    const begun = await reported(page, "begin_checkout", () => toCheckout(page, false));
    assert.deepEqual(namesOf(begun), ["page_view", "begin_checkout"]);
    assertWorth(named(begun, "begin_checkout"), two, minor(await page.locator(".pay [data-total]").textContent()));

    await fillAddress(page);
    await choosePayment(page, "tok_ok");
    const bought = await reported(page, "purchase", async () => {
      await pay(page);
      await onOrderPage(page);
    });
    assert.deepEqual(namesOf(bought), ["page_view", "purchase"]);
    const { origin, pathname, searchParams } = new URL(page.url());
    assert.ok(searchParams.get("key"));
    assert.ok(bought.every((event) => event.page.url === origin + pathname), "what opens the order is told to nobody");
    const purchase = named(bought, "purchase");
    assertWorth(purchase, two, (await sumsOf(page)).Total);
    assert.equal(purchase.order_number, await page.locator(".order-facts dd").first().textContent());
    assert.equal(purchase.event_id, pathname.split("/").pop());

    const again = await reported(page, "page_view", () => page.reload());
    assert.deepEqual(namesOf(again), ["page_view"], "an order is not told twice");
    await page.evaluate(() => localStorage.clear());
    const elsewhere = await reported(page, "purchase", () => page.reload());
    assert.equal(named(elsewhere, "purchase").event_id, purchase.event_id, "nor does it count twice on another device");

    await assertAccepted(page, reports);
  }));

  test("wait for consent where the site requires it", () => visiting({}, async (page) => {
    const reports = reportsOf(page);
    await requireConsent(page);
    for (const path of ["/", product.url]) {
      await page.goto(path);
      await consentQuestion(page).waitFor();
    }
    assert.deepEqual(reports, []);
    assert.deepEqual(await stored(page), {});
    const allowed = await reported(page, "view_item", () =>
      consentQuestion(page).getByRole("button", { name: "Yes" }).click());
    assert.deepEqual(namesOf(allowed), ["page_view", "view_item"], "the page that asked counts too");
    await consentQuestion(page).waitFor({ state: "hidden" });

    const next = await reported(page, "view_item_list", () => page.goto("/search"));
    assert.equal(await consentQuestion(page).isVisible(), false, "the answer is remembered");
    for (const event of [...allowed, ...next]) assert.deepEqual(event.consent, { analytics: true }, event.name);
    assert.equal(reports.length, 2, "nothing was sent before the answer");
  }));

  test("are told to nobody after a refusal", () => visiting({}, async (page) => {
    const reports = reportsOf(page);
    await requireConsent(page);
    await page.goto("/");
    await consentQuestion(page).getByRole("button", { name: "No" }).click();
    await consentQuestion(page).waitFor({ state: "hidden" });
    await addVariant(page, product, product.variants[0], true);
    await page.goto(`/search?q=${encodeURIComponent(product.word)}`);
    assert.equal(await consentQuestion(page).isVisible(), false, "the answer is remembered");
    assert.deepEqual(reports, []);
    assert.deepEqual(await stored(page), { consent: "no" });
  }));

  test("are page views under the pages' own addresses without JavaScript", () =>
    visiting({ javaScriptEnabled: false }, async (page) => {
      const counted = [];
      page.on("request", (request) => {
        const { pathname, searchParams } = new URL(request.url());
        if (pathname === `${COLLECT}/pixel.gif`) counted.push(searchParams.get("url"));
      });
      await addVariant(page, product, product.variants[0], false);
      await toCheckout(page, false);
      await fillAddress(page);
      await pay(page);
      await onOrderPage(page);
      const { origin, pathname } = new URL(page.url());
      // The browser tells the address of the product's page in a header.
      assert.deepEqual(counted.slice(0, 4), [null, `${origin}/cart`, `${origin}/checkout`, origin + pathname]);
    }));
});

/** What the browser keeps of the visit. */
function stored(page) {
  return page.evaluate(() => ({ ...localStorage, ...sessionStorage }));
}

/** All belong to one visit and are what the shop takes; sent once more they count no second time. */
async function assertAccepted(page, reports) {
  const events = reports.flatMap((report) => report.events);
  assert.match(events[0].session_id, UUID);
  for (const event of events) {
    assert.match(event.event_id, UUID, event.name);
    assert.equal(event.session_id, events[0].session_id, event.name);
    assert.ok(Date.parse(event.occurred_at) > 0, event.name);
    assert.equal(event.consent, undefined, event.name);
  }
  const ids = new Set(events.map((event) => event.event_id));
  assert.equal(ids.size, events.length - 1, "only the purchase was told once more");
  for (const report of reports) {
    assert.ok(Date.parse(report.sent_at) > 0);
    const headers = { "Content-Type": "text/plain;charset=UTF-8" };
    const answer = await page.context().request.post(COLLECT, { data: JSON.stringify(report), headers });
    assert.equal(answer.status(), 204, await answer.text());
  }
}
