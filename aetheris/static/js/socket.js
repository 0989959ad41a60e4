// I keep one socket open and say how it is doing: "state" events carry {name, tries}, "message" events the parsed message.
const WAITS = [1, 2, 4, 8, 16, 30];
const STALE_AFTER = 45_000;
const GIVEN_UP = new Set([4401, 4403, 4404]);

export class LiveSocket extends EventTarget {
  #path; #since; #socket = null; #tries = 0; #waiting = 0; #stale = 0; #refused = false;

  constructor(path, since) {
    super();
    this.#path = path;
    this.#since = since;
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.hidden || this.retry());
    addEventListener("pagehide", () => this.#drop());
    addEventListener("pageshow", (event) => event.persisted && this.retry());
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open() {
    this.#drop();
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = (this.#socket = new WebSocket(`${scheme}//${location.host}${this.#path}`));
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => this.#heard(event);
    socket.onclose = (event) => socket === this.#socket && this.#closed(event.code);
  }

  /** At once, unless already open or refused. */
  retry() {
    if (!this.#refused && !this.isOpen && this.#socket?.readyState !== WebSocket.CONNECTING) this.open();
  }

  #opened(socket) {
    socket.send(JSON.stringify({ type: "resume", since: this.#since() }));
    const tries = this.#tries;
    this.#tries = 0;
    this.#watch();
    this.#tell("live", tries);
  }

  #heard(event) {
    this.#watch();
    let message;
    try {
      message = JSON.parse(event.data);
    } catch {
      return;
    }
    this.dispatchEvent(new CustomEvent("message", { detail: message }));
  }

  #closed(code) {
    clearTimeout(this.#stale);
    this.#refused = GIVEN_UP.has(code);
    if (this.#refused) return this.#tell("refused", 0);
    const wait = WAITS[Math.min(this.#tries, WAITS.length - 1)] * 1000 * (0.7 + Math.random() * 0.6);
    this.#tries += 1;
    this.#waiting = setTimeout(() => this.open(), wait);
    this.#tell("waiting", this.#tries);
  }

  #watch() {
    clearTimeout(this.#stale);
    this.#stale = setTimeout(() => { this.#drop(); this.#closed(0); }, STALE_AFTER);
  }

  #drop() {
    clearTimeout(this.#waiting);
    clearTimeout(this.#stale);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #tell(name, tries) {
    this.dispatchEvent(new CustomEvent("state", { detail: { name, tries } }));
  }
}
