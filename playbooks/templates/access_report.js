// The filter, and what paper needs. Without it the page is whole: all of it is there, nothing is hidden.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const box = document.getElementById("filter");
  const shown = document.getElementById("shown");
  const nothing = document.getElementById("nothing");
  const plain = (text) => text.normalize("NFKC").toLocaleLowerCase();
  const words = (text) => plain(text).split(/\s+/u).filter(Boolean);
  const figure = (number, of, what) => `${number === of ? of : `${number} of ${of}`} ${what}${of === 1 ? "" : "s"}`;

  // What a column is of: the names of its service and environment.
  const columns = (table) => {
    const [services, environments] = table.tHead.rows;
    const names = [...services.cells].slice(1).flatMap((cell) => Array(cell.colSpan).fill(cell.textContent));
    return names.map((name, index) => `${name} ${environments.cells[index].textContent}`);
  };
  // A key of a row is found by its own names and by all that the row gives access to.
  const rows = all("#matrix tbody tr").map((row) => {
    const table = row.closest("table");
    const names = table.classList.contains("matrix") ? columns(table) : [];
    const cells = [...row.cells].slice(1).filter((cell) => cell.textContent);
    const common = [...cells.map((cell) => `${names[cell.cellIndex - 1] ?? ""} ${cell.textContent}`), ...all(".tag", row).map((tag) => tag.textContent)].join(" ");
    const keys = all("[data-key]", row).map((item) => ({ item, number: item.dataset.key, text: plain(`${item.textContent} ${common}`) }));
    return { row, keys, more: row.querySelector("details") };
  });
  const plans = all("#plans tbody tr").map((row) => ({ row, text: plain(row.textContent) }));
  const panels = all(".scroll");
  const total = new Set(rows.flatMap(({ keys }) => keys.map(({ number }) => number))).size;

  const apply = () => {
    const wanted = words(box.value);
    const matches = (text) => wanted.every((word) => text.includes(word));
    const found = new Set();
    for (const { row, keys, more } of rows) {
      for (const key of keys) {
        key.item.hidden = !matches(key.text);
        if (!key.item.hidden) { found.add(key.number); }
      }
      row.hidden = wanted.length > 0 && keys.every(({ item }) => item.hidden);
      if (more) {
        more.open = wanted.length > 0 && keys.some(({ item }) => !item.hidden && more.contains(item));
        more.hidden = wanted.length > 0 && !more.open;
      }
    }
    for (const plan of plans) { plan.row.hidden = !matches(plan.text); }
    for (const panel of panels) { panel.hidden = wanted.length > 0 && all("tbody tr", panel).every((row) => row.hidden); }
    const left = plans.filter(({ row }) => !row.hidden).length;
    nothing.hidden = wanted.length === 0 || found.size + left > 0;
    shown.value = `${figure(found.size, total, "key")}, ${figure(left, plans.length, "plan")}`;
    document.documentElement.classList.toggle("filtered", wanted.length > 0);
  };
  const from_address = () => {
    const filter = /^#filter=(.*)/u.exec(location.hash);
    if (filter) {
      try { box.value = decodeURIComponent(filter[1]); } catch { box.value = filter[1]; }
      apply();
    }
  };
  box.addEventListener("input", () => {
    apply();
    // So that the view can be kept and passed on; some places of files do not allow it.
    try { history.replaceState(null, "", box.value ? `#filter=${encodeURIComponent(box.value)}` : "#"); } catch { /* then not */ }
  });
  addEventListener("hashchange", from_address);
  // Paper unfolds nothing later.
  let closed = [];
  addEventListener("beforeprint", () => { closed = all("#look details:not([open]), #matrix details:not([open])"); for (const part of closed) { part.open = true; } });
  addEventListener("afterprint", () => { for (const part of closed) { part.open = false; } });
  document.getElementById("search").hidden = false;
  apply();
  from_address();
})();
