// From a misspelt word to the ERP's document number, on a phone and on a desk, with JavaScript and without.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  ADA, addVariant, choosePayment, fillAddress, findTwoVariants, onOrderPage, pay, payAtTheBank, piecesInHeader, sumsOf,
  toCheckout, variantUrl,
} from "./lib/buying.mjs";
import { misspell } from "./lib/catalogue.mjs";
import { DESK, missing, PHONE, until, visiting } from "./lib/shop.mjs";

const ANSWER_DEADLINE_MS = 20_000;

describe("buying", { skip: missing }, () => {
  let product;
  before(async () => {
    product = await findTwoVariants();
  });

  for (const viewport of [PHONE, DESK]) {
    for (const javaScriptEnabled of [true, false]) {
      const how = `${viewport.width} pixels, ${javaScriptEnabled ? "with JavaScript" : "without JavaScript"}`;
      test(`two variants, from the search to the ERP's document: ${how}`, () =>
        visiting({ javaScriptEnabled, viewport }, async (page) => {
          await page.goto("/");
          assert.equal(await piecesInHeader(page), 0);
          await page.getByRole("search").locator("input").fill(misspell(product.word));
          await page.getByRole("search").locator("button").click();
          await page.locator(".correction mark").waitFor();
          await filterInStock(page, viewport, javaScriptEnabled);

          const [first, second] = product.variants;
          await addVariant(page, product, first, javaScriptEnabled);
          assert.equal(await piecesInHeader(page), 1);
          await addVariant(page, product, second, javaScriptEnabled);
          assert.equal(await piecesInHeader(page), 2);
          await toCheckout(page, javaScriptEnabled);

          await fillAddress(page, { ...ADA, "shipping_address.postal_code": "" });
          await pay(page);
          await page.locator("#problems").waitFor();
          assert.equal(await page.evaluate(() => document.activeElement.id), "problems", "the summary has the focus");
          const postcode = page.locator(`[name="shipping_address.postal_code"]`);
          assert.equal(await postcode.getAttribute("aria-invalid"), "true");
          const told = await postcode.getAttribute("aria-describedby");
          assert.match(await page.locator(`#${told}`).textContent(), /Postcode is required/);
          assert.equal(await page.locator(`[name="shipping_address.city"]`).inputValue(), "Berlin", "values are kept");
          await page.locator("#problems a").click();
          assert.equal(await page.evaluate(() => document.activeElement.id), await postcode.getAttribute("id"));
          await postcode.fill("10969");
          await pay(page);
          await onOrderPage(page);

          const document = page.locator("[data-document]");
          await until("the ERP's document number", ANSWER_DEADLINE_MS, async () => {
            if (/SO-\d+/.test(await document.textContent())) return true;
            if (!javaScriptEnabled) await page.reload();
            else await document.filter({ hasText: /SO-\d+/ }).waitFor({ timeout: 1_000 }).catch(() => {});
            return false;
          });
          const sums = await sumsOf(page);
          assert.equal(sums.lines, sums.Subtotal);
          assert.equal(sums.Subtotal + sums.Delivery, sums.Total);
          assert.equal(await page.locator(".panel .line").count(), 2);
          assert.equal(await piecesInHeader(page), 0);
          await page.goto("/cart");
          assert.match(await page.locator("h1").textContent(), /empty/);
        }));
    }
  }

  test("a form that is sent three times orders once", () => visiting({}, async (page) => {
    await addVariant(page, product, product.variants[0], true);
    await toCheckout(page, true);
    await fillAddress(page);
    const form = await page.evaluate(() =>
      Object.fromEntries(new FormData(document.querySelector("[data-checkout]"))));
    const send = () => page.context().request.post("/checkout", { form, maxRedirects: 0 });
    const together = await Promise.all([send(), send()]);
    const locations = [...together, await send()].map((answer) => [answer.status(), answer.headers().location]);
    for (const [status, location] of locations) {
      assert.equal(status, 303);
      assert.match(location, /^\/(orders|checkout)\/[0-9a-f-]{36}/);
    }
    assert.equal(new Set(locations.map(([, location]) => location.split(/[/?]/)[2])).size, 1, String(locations));
  }));

  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

    test(`a declined card is told and another one pays, ${how}`, () => visiting({ javaScriptEnabled }, async (page) => {
      await beginCheckout(page, javaScriptEnabled);
      await choosePayment(page, "tok_declined");
      await pay(page);
      await page.locator("#problems").waitFor();
      assert.match(await page.locator("#payment-error").textContent(), /declined/i);
      assert.equal(await page.locator("[name=email]").inputValue(), ADA.email);
      await choosePayment(page, "tok_ok");
      await pay(page);
      await onOrderPage(page);
    }));

    test(`a payment is confirmed at the bank, ${how}`, () => visiting({ javaScriptEnabled }, async (page) => {
      await beginCheckout(page, javaScriptEnabled);
      await payAtTheBank(page);
      await page.locator("button[value=confirm]").click();
      await onOrderPage(page);
    }));

    test(`a payment that is refused at the bank leaves the form filled, ${how}`, () =>
      visiting({ javaScriptEnabled }, async (page) => {
        await beginCheckout(page, javaScriptEnabled);
        await payAtTheBank(page);
        await page.locator("button[value=decline]").click();
        await page.waitForURL((url) => url.pathname === "/checkout");
        assert.match(await page.locator("#payment-error").textContent(), /nothing was charged/);
        assert.equal(await page.locator(`[name="shipping_address.line1"]`).inputValue(), ADA["shipping_address.line1"]);
        await choosePayment(page, "tok_ok");
        await pay(page);
        await onOrderPage(page);
      }));

    test(`a lost answer of the gateway ends in one order, ${how}`, () => visiting({ javaScriptEnabled }, async (page) => {
      await beginCheckout(page, javaScriptEnabled);
      await choosePayment(page, "tok_timeout");
      await pay(page);
      await page.waitForURL(/\/orders\//, { timeout: ANSWER_DEADLINE_MS });
      await onOrderPage(page);
    }));

    test(`lines of the cart are changed and removed, ${how}`, () => visiting({ javaScriptEnabled }, async (page) => {
      const [first, second] = product.variants;
      await addVariant(page, product, first, javaScriptEnabled);
      await addVariant(page, product, second, javaScriptEnabled);
      await page.goto("/cart");
      const line = page.locator(`.line[data-sku=${JSON.stringify(first.sku)}]`);
      await line.getByRole("button", { name: /One more/ }).click();
      await page.locator(`.line[data-sku=${JSON.stringify(first.sku)}][data-quantity="2"]`).waitFor();
      assert.equal(await piecesInHeader(page), 3);
      await line.locator("[name=quantity]").fill("3");
      if (javaScriptEnabled) await line.locator("[name=quantity]").blur();
      else await line.getByRole("button", { name: /Update/ }).click();
      await page.locator(`.line[data-sku=${JSON.stringify(first.sku)}][data-quantity="3"]`).waitFor();
      await line.locator("[name=quantity]").fill("5000");
      if (javaScriptEnabled) await line.locator("[name=quantity]").blur();
      else await line.locator("[name=quantity]").press("Enter");
      await page.locator(".alert.bad, .line[data-quantity='3'] [name=quantity]:invalid").first().waitFor();
      await page.goto("/cart");
      await page.locator(`.line[data-sku=${JSON.stringify(second.sku)}]`).getByRole("button", { name: /Remove/ }).click();
      await page.locator(`.line[data-sku=${JSON.stringify(second.sku)}]`).waitFor({ state: "detached" });
      assert.equal(await piecesInHeader(page), 3);
    }));
  }

  test("an order is cancelled from its page", () => visiting({}, async (page) => {
    await beginCheckout(page, true);
    await pay(page);
    await onOrderPage(page);
    const link = page.url();
    await page.getByRole("button", { name: "Cancel the order" }).click();
    await page.locator("h1", { hasText: /cancelled/ }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Cancel the order" }).count(), 0);
    const without = await page.goto(link.replace(/key=.{4}/, "key=0000"));
    assert.equal(without.status(), 404, "a wrong key opens nothing");
  }));

  test("the drawer keeps the focus, tells the count and gives the focus back", () => visiting({}, async (page) => {
    await addVariant(page, product, product.variants[0], true);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "hidden" });
    await page.locator("[data-cart-link]").focus();
    await page.keyboard.press("Enter");
    await page.locator("dialog[open] .line").waitFor();
    for (let step = 0; step < 20; step += 1) {
      await page.keyboard.press("Tab");
      const place = await page.evaluate(() => {
        const active = document.activeElement;
        return active === document.body || Boolean(active.closest("dialog"));
      });
      assert.ok(place, "the focus stays in the drawer");
    }
    await page.locator("dialog").getByRole("button", { name: /One more/ }).click();
    await page.locator("dialog [role=status]", { hasText: "2 pieces" }).waitFor({ state: "attached" });
    await page.keyboard.press("Escape");
    assert.ok(await page.evaluate(() => document.activeElement.matches("[data-cart-link]")));
    assert.equal(await piecesInHeader(page), 2);
  }));

  test("a shop that cannot be reached is told in the drawer", () => visiting({}, async (page) => {
    await page.goto("/");
    await page.route("**/cart/drawer", (route) => route.abort());
    await page.locator("[data-cart-link]").click();
    await page.locator("dialog [role=alert]", { hasText: "could not be reached" }).waitFor();
  }));

  test("what was added is not added again where the cart cannot be shown after it", () => visiting({}, async (page) => {
    await refuseWhatIsLedTo(page);
    await page.goto(variantUrl(product, product.variants[0]));
    await page.locator(buttonOf(product.variants[0])).click();
    await page.waitForURL((url) => url.pathname === "/cart");
    await page.locator(".line[data-quantity='1']").waitFor();
    assert.equal(await piecesInHeader(page), 1);
  }));

  test("a changed quantity stays where the cart cannot be shown after it", () => visiting({}, async (page) => {
    await refuseWhatIsLedTo(page);
    await page.goto(variantUrl(product, product.variants[0]));
    await page.locator(buttonOf(product.variants[0])).click();
    await page.waitForURL((url) => url.pathname === "/cart");
    await page.locator(".line").getByRole("button", { name: /One more/ }).click();
    await page.locator(".line[data-quantity='2']").waitFor();
    assert.equal(await piecesInHeader(page), 2);
  }));

  for (const status of [429, 503]) {
    test(`an addition that is answered with ${status} is told and sent once`, () => visiting({}, async (page) => {
      await page.goto(variantUrl(product, product.variants[0]));
      const sent = await answerAll(page, "**/cart/items", status);
      await page.locator(buttonOf(product.variants[0])).click();
      await page.locator("dialog [role=alert]", { hasText: "could not be reached" }).waitFor();
      assert.equal(sent.length, 1);
      assert.match(new URL(page.url()).pathname, /^\/p\//);
    }));

    test(`a change that is answered with ${status} is told and sent once`, () => visiting({}, async (page) => {
      await addVariant(page, product, product.variants[0], true);
      await page.goto("/cart");
      const sent = await answerAll(page, "**/cart/items/*", status);
      await page.locator(".line").getByRole("button", { name: /One more/ }).click();
      await page.locator("dialog [role=alert]", { hasText: "could not be reached" }).waitFor();
      assert.equal(sent.length, 1);
      assert.equal(await page.locator(".line [name=quantity]").inputValue(), "1");
    }));
  }

  test("a payment that the shopper stopped from loading can be sent again", () => visiting({}, async (page) => {
    await beginCheckout(page, true);
    // A browser stays on its page with this answer, as it does after Stop.
    const sent = await answerAll(page, "**/checkout", 204);
    await pay(page);
    await page.locator(".pay[aria-busy]").waitFor();
    await page.locator(".pay:not([aria-busy])").waitFor({ timeout: ANSWER_DEADLINE_MS });
    await page.unroute("**/checkout");
    await pay(page);
    await onOrderPage(page);
    assert.equal(sent.length, 1);
  }));

  test("a form without our signature changes nothing", () => visiting({}, async (page) => {
    await page.goto(product.url);
    const send = (form, headers) => page.context().request.post("/cart/items", { form, headers, maxRedirects: 0 });
    const sku = product.variants[0].sku;
    assert.equal((await send({ sku })).status(), 403);
    const csrf = await page.locator(".buy-form [name=csrf]").inputValue();
    assert.equal((await send({ sku, csrf }, { "Sec-Fetch-Site": "cross-site" })).status(), 403);
    assert.equal((await send({ sku, csrf: csrf.replace(/^./, csrf.startsWith("0") ? "1" : "0") })).status(), 403);
    await page.goto("/cart");
    assert.match(await page.locator("h1").textContent(), /empty/);
    assert.equal((await send({ sku, csrf })).status(), 303);
  }));

  async function beginCheckout(page, javaScriptEnabled) {
    await addVariant(page, product, product.variants[0], javaScriptEnabled);
    await toCheckout(page, javaScriptEnabled);
    await fillAddress(page);
  }
});

/** Every answer that a form's change leads to becomes a refusal; the change itself is made. */
async function refuseWhatIsLedTo(page) {
  await page.addInitScript(() => {
    const ask = window.fetch;
    window.fetch = async (...request) => {
      const answer = await ask(...request);
      return answer.redirected ? { ok: false, status: 429, redirected: true, text: async () => "" } : answer;
    };
  });
}

/** Answers every request to these addresses itself; gives the list of them. */
async function answerAll(page, addresses, status) {
  const sent = [];
  await page.route(addresses, (route) => {
    sent.push(route.request().url());
    return route.fulfill({ status, contentType: "text/html", body: "" });
  });
  return sent;
}

/** Ticks "In stock" in the filters, which a phone shows only when asked. */
async function filterInStock(page, viewport, javaScriptEnabled) {
  if (viewport === PHONE) await page.locator(".filter-toggle").click();
  await page.locator("[name=in_stock]").check();
  if (!javaScriptEnabled || viewport === PHONE) await page.locator(".filters-foot button").click();
  await page.waitForURL(/in_stock=true/);
}

function buttonOf(variant) {
  return `.buy-form[data-sku=${JSON.stringify(variant.sku)}] .button.main`;
}
