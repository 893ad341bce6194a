// Makes a working page pleasant: completions while typing, filters and variants without a full reload. Every page
// works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  // ---- filters, sort, pages and variants: fetch the address, swap what lies in [data-swap]
  let running;
  let shown = location.pathname + location.search;
  const area = () => document.querySelector("[data-swap]");
  const keyed = (within) => [...within.querySelectorAll("[data-key]")];

  const swap = async (url, how) => {
    running?.abort();
    const mine = (running = new AbortController());
    const old = area();
    old.setAttribute("aria-busy", "true");
    let page;
    try {
      const answer = await fetch(url, { signal: mine.signal, headers: { accept: "text/html" } });
      if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!page.querySelector("[data-swap]")) throw new Error("another kind of page");
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
      return;
    }
    const open = new Map(keyed(old).filter((e) => e.tagName === "DETAILS").map((e) => [e.dataset.key, e.open]));
    const scrolled = old.querySelector(".filters")?.scrollTop ?? 0;
    const focused = document.activeElement?.dataset?.key;
    const hadFocus = old.contains(document.activeElement);
    const fresh = document.importNode(page.querySelector("[data-swap]"), true);
    old.replaceWith(fresh);
    document.title = page.title;
    for (const name of ["canonical", "prev", "next"]) {
      document.head.querySelector(`link[rel=${name}]`)?.remove();
      const link = page.head.querySelector(`link[rel=${name}]`);
      if (link) document.head.append(link);
    }
    if (how !== "back") history.pushState(null, "", url);
    shown = location.pathname + location.search;
    showPanelState();
    for (const element of keyed(fresh)) {
      if (element.tagName === "DETAILS" && open.get(element.dataset.key)) element.open = true;
      if (focused && element.dataset.key === focused) element.focus({ preventScroll: true });
    }
    // What was used is gone with its filter: the results are what it changed.
    if (hadFocus && !fresh.contains(document.activeElement)) {
      (fresh.querySelector(isPanelOpen() ? "[data-close]" : "#results") ?? document.getElementById("main")).focus({ preventScroll: true });
    }
    const filters = fresh.querySelector(".filters");
    if (filters) filters.scrollTop = scrolled;
    if (how === "top") {
      scrollTo(0, 0);
      document.getElementById("main").focus({ preventScroll: true });
    }
    document.getElementById("announce").textContent =
      (fresh.querySelector(".error") ?? fresh.querySelector("[data-announce]"))?.textContent.replace(/\s+/g, " ").trim() ?? "";
  };

  const formUrl = (form) => {
    const url = new URL(form.action);
    for (const [name, value] of new FormData(form)) {
      if (value && !(name === "sort" && value === "relevance")) url.searchParams.append(name, value);
    }
    return url.href;
  };

  // ---- filters on a narrow window: a panel that covers the page and holds the keyboard while it is open
  const isPanelOpen = () => root.classList.contains("filters-open");
  const showPanelState = () => {
    document.querySelector(".filter-toggle")?.setAttribute("aria-expanded", isPanelOpen());
    // What lies behind; the line that announces and the question about counting are above.
    for (let at = document.getElementById("filters"); at && at !== document.body; at = at.parentElement) {
      for (const other of at.parentElement.children) {
        if (other !== at && !other.matches("#announce, [data-consent-question]")) other.inert = isPanelOpen();
      }
    }
  };
  const filterPanel = (show) => {
    root.classList.toggle("filters-open", show);
    showPanelState();
    document.querySelector(show ? "[data-close]" : ".filter-toggle")?.focus();
  };

  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("[data-auto]")) swap(formUrl(form));
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-auto]")) return;
    event.preventDefault();
    root.classList.remove("filters-open");
    showPanelState();
    swap(formUrl(event.target), "top");
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.matches(".filter-toggle, [data-close]")) {
      event.preventDefault();
      filterPanel(link.matches(".filter-toggle"));
    } else if (link.matches(".thumbs a")) {
      event.preventDefault();
      const picture = document.querySelector(link.hash);
      picture.parentElement.scrollTo({ left: picture.offsetLeft - picture.parentElement.offsetLeft });
    } else if (link.matches("[data-swap] .option, [data-swap] section > .chips a, [data-swap] .page")) {
      event.preventDefault();
      swap(link.href, link.matches(".page") ? "top" : "");
    }
  });

  // The filters stand beside the results then, and the panel's own buttons are gone.
  matchMedia("(min-width: 861px)").addEventListener("change", (event) => {
    if (!event.matches || !isPanelOpen()) return;
    const isLost = document.activeElement?.matches("body, [data-close], .filters-foot *");
    filterPanel(false);
    if (isLost) document.getElementById("main").focus({ preventScroll: true });
  });

  addEventListener("popstate", () => {
    if (area() && location.pathname + location.search !== shown) swap(location.href, "back");
  });

  // ---- the age of the stock figure goes on while the page is open: from the server's words, since clocks differ
  const sizes = { day: 86400, hour: 3600, minute: 60, second: 1 };
  const starts = new WeakMap();
  setInterval(() => {
    for (const time of document.querySelectorAll("[data-age]")) {
      if (!starts.has(time)) {
        const [, count, unit] = /(\d+) ([a-z]+?)s? ago/.exec(time.textContent) ?? [0, 0, "second"];
        starts.set(time, performance.now() - count * (sizes[unit] ?? 1) * 1000);
      }
      const seconds = (performance.now() - starts.get(time)) / 1000;
      const unit = Object.keys(sizes).find((name) => seconds >= sizes[name]);
      const count = Math.floor(seconds / sizes[unit]);
      if (unit) time.textContent = `${count} ${unit}${count === 1 ? "" : "s"} ago`;
    }
  }, 1000);

  // ---- completions: a combobox whose listbox comes ready from the server
  const suggest = (form) => {
    const field = form.querySelector("input");
    const box = form.querySelector(".suggest");
    let timer, request, active = -1;
    const rows = () => [...box.querySelectorAll("[role=option]")];
    box.id = field.id + "-list";
    for (const [element, name, value] of [
      [field, "role", "combobox"], [field, "aria-autocomplete", "list"], [field, "aria-expanded", "false"],
      [field, "aria-controls", box.id], [box, "role", "listbox"], [box, "aria-label", "Suggestions"],
    ]) element.setAttribute(name, value);

    const close = () => {
      clearTimeout(timer);
      request?.abort();
      box.hidden = true;
      active = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    };
    const select = (index) => {
      const all = rows();
      active = all.length ? (index + all.length + 1) % (all.length + 1) : -1;
      if (active === all.length) active = -1;
      all.forEach((row, at) => row.setAttribute("aria-selected", at === active));
      if (active < 0) field.removeAttribute("aria-activedescendant");
      else {
        field.setAttribute("aria-activedescendant", all[active].id);
        all[active].scrollIntoView({ block: "nearest" });
      }
    };
    const load = async () => {
      request?.abort();
      request = new AbortController();
      const text = field.value.trim();
      if (text.length < 2) return close();
      try {
        const answer = await fetch("/search/suggest?q=" + encodeURIComponent(text), { signal: request.signal });
        const html = answer.ok ? (await answer.text()).trim() : "";
        if (!html || document.activeElement !== field) return close();
        box.innerHTML = html;
        box.hidden = false;
        active = -1;
        field.removeAttribute("aria-activedescendant");
        field.setAttribute("aria-expanded", "true");
      } catch { /* a newer request took over, or there is no connection: the form still works */ }
    };
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(load, 90);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !box.hidden) { event.preventDefault(); close(); }
      else if (event.key === "ArrowDown" && box.hidden) load();
      else if (event.key === "ArrowDown" && !box.hidden) { event.preventDefault(); select(active + 1); }
      else if (event.key === "ArrowUp" && !box.hidden) { event.preventDefault(); select(active < 0 ? rows().length - 1 : active - 1); }
      else if (event.key === "Enter" && active >= 0) { event.preventDefault(); rows()[active].click(); }
    });
    box.addEventListener("mousedown", (event) => event.preventDefault());
    form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-suggest]").forEach(suggest);
    showPanelState();
  });
  addEventListener("keydown", (event) => { if (event.key === "Escape" && isPanelOpen()) filterPanel(false); });
})();
