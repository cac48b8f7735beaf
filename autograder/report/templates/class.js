"use strict";
(() => {
  const MOST = 250; // rows that are drawn at once, until all are asked for
  const table = document.getElementById("submissions");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  const count = document.getElementById("count");
  const more = document.getElementById("more");
  const fields = {};
  for (const name of ["text", "status", "question", "is", "mistake"])
    fields[name] = document.getElementById("f-" + name);

  const places = {};
  heads.forEach((head, i) => {
    if (head.dataset.question !== undefined) places[head.dataset.question] = i;
  });
  const statusPlace = heads.length - 2;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = rows.map((row) =>
    plain(row.cells[0].textContent + " " + row.cells[heads.length - 1].textContent));
  const inOrder = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const keys = [];

  let sorted = rows;
  let by = -1;
  let down = false;
  let all = false;

  const keysOf = (place) => keys[place] ??= rows.map((row) => {
    const text = row.cells[place].textContent;
    if (heads[place].dataset.sort === "text") return text;
    return text === "" ? -2 : text === "–" ? -1 : Number(text);
  });

  const sort = () => {
    heads.forEach((head, i) => {
      if (i === by) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    if (by < 0) {
      sorted = rows;
      return;
    }
    const key = keysOf(by);
    const compare = heads[by].dataset.sort === "text"
      ? inOrder.compare : (a, b) => a - b;
    const sign = down ? -1 : 1;
    sorted = rows.map((_, i) => i)
      .sort((i, j) => sign * compare(key[i], key[j]) || i - j)
      .map((i) => rows[i]);
  };

  const wanted = () => {
    const parts = plain(fields.text.value).split(/\s+/).filter(Boolean);
    const { status, question, is, mistake } = fields;
    const has = (cell) => {
      const found = (cell.dataset.is ?? "").split(" ");
      return is.value ? found.includes(is.value) : found[0] !== "" && found[0] !== "none";
    };
    const chosen = new Set();
    rows.forEach((row, i) => {
      const cells = row.cells;
      if (!parts.every((part) => words[i].includes(part))) return;
      if (status.value && cells[statusPlace].textContent !== status.value) return;
      if (question.value && !has(cells[places[question.value]])) return;
      if (!question.value && is.value && !Object.values(places).some((p) => has(cells[p]))) return;
      if (mistake.value
        && !(row.dataset.mistakes ?? "").split(" ").includes(mistake.value)) return;
      chosen.add(row);
    });
    return chosen;
  };

  const said = (number) => number.toLocaleString("en");

  const draw = (everything) => {
    const chosen = wanted();
    const found = sorted.filter((row) => chosen.has(row));
    const drawn = everything || all ? found : found.slice(0, MOST);
    body.replaceChildren(...drawn);
    more.hidden = drawn.length === found.length;
    more.textContent = "Show all " + said(found.length);
    count.textContent = (found.length === rows.length
      ? said(rows.length) : said(found.length) + " of " + said(rows.length))
      + (rows.length === 1 ? " submission" : " submissions")
      + (more.hidden ? "." : ", of which the first " + said(MOST) + " are shown.");
  };

  const remember = () => {
    const state = new URLSearchParams();
    for (const [name, field] of Object.entries(fields))
      if (field.value) state.set(name, field.value);
    if (by >= 0) state.set("sort", by + (down ? "-down" : "-up"));
    const hash = String(state);
    if (hash || location.hash.includes("="))
      history.replaceState(null, "", hash ? "#" + hash : "#all");
  };

  const recall = () => {
    if (!location.hash.includes("=")) return false;
    const state = new URLSearchParams(location.hash.slice(1));
    for (const [name, field] of Object.entries(fields)) {
      field.value = state.get(name) ?? "";
      if (field.selectedIndex === -1) field.value = "";
    }
    const [place, way] = (state.get("sort") ?? "").split("-");
    by = /^\d+$/.test(place) && Number(place) < heads.length ? Number(place) : -1;
    down = way === "down";
    all = false;
    sort();
    draw();
    document.getElementById("all").scrollIntoView();
    return true;
  };

  heads.forEach((head, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      down = by === i ? !down : head.dataset.sort === "number";
      by = i;
      sort();
      draw();
      remember();
    });
  });
  for (const field of Object.values(fields))
    field.addEventListener("input", () => { draw(); remember(); });
  document.getElementById("f-reset").addEventListener("click", () => {
    for (const field of Object.values(fields)) field.value = "";
    draw();
    remember();
    fields.text.focus();
  });
  more.addEventListener("click", () => { all = true; draw(); });

  const open = (hash) => {
    const there = document.getElementById(hash.slice(1));
    if (there instanceof HTMLDetailsElement) there.open = true;
  };
  addEventListener("hashchange", () => { if (!recall()) open(location.hash); });

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details.checks:not([open])")];
    for (const part of folded) part.open = true;
    draw(true);
  });
  addEventListener("afterprint", () => {
    for (const part of folded) part.open = false;
    draw();
  });

  document.getElementById("filters").hidden = false;
  if (!recall()) {
    draw();
    open(location.hash);
  }
})();
