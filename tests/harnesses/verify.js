// Chains judged by Node's tls in a handshake between two ends of one process: questions as
// JSON on standard input, answers on standard output, a line each (see asked.py).
"use strict";

const { Duplex } = require("node:stream");
const tls = require("node:tls");

const PATIENCE_MS = 5000;
// The presenting end is to present whatever it is given, however weak.
const EVERYTHING = "ALL:@SECLEVEL=0";

class End extends Duplex {
  _read() {}
  _write(chunk, _encoding, done) {
    this.other.push(chunk);
    setImmediate(done);
  }
  _final(done) {
    this.other.push(null);
    done();
  }
}

function wire() {
  const one = new End();
  const two = new End();
  one.other = two;
  two.other = one;
  return [one, two];
}

function oneLine(text) {
  return String(text).replace(/\s+/g, " ").trim();
}

// The reason in OpenSSL's lines "pid:error:code:library:function:reason:file:line:".
function reason(problem) {
  return problem.reason || problem.message;
}

// Resolves to [verdict, words]. `judged` ends it; trouble elsewhere is not a verdict.
function handshake(question, idle) {
  return new Promise((resolve) => {
    const [accepting, connecting] = wire();
    let timer;
    const end = (verdict, words) => {
      clearTimeout(timer);
      accepting.destroy();
      connecting.destroy();
      resolve([verdict, oneLine(words)]);
    };
    const trouble = (what) => end("SKIPPED", `the handshake fails elsewhere: ${reason(what)}`);
    const judged = (socket) => {
      const refused = socket.authorizationError;
      end(socket.authorized ? "accept" : "reject", socket.authorized ? "" : refused);
    };
    timer = setTimeout(() => trouble(new Error("it does not end")), PATIENCE_MS);

    const presented = { cert: question.chain, key: question.key, ciphers: EVERYTHING };
    const asClient = question.role === "client";
    // rejectUnauthorized is left to the last: `authorized` says the same, with the reason.
    const judging = { ca: question.anchors, requestCert: true, rejectUnauthorized: false };
    let server;
    try {
      server = tls.createServer(asClient ? { ...idle, ...judging } : presented);
    } catch (problem) {
      end("SKIPPED", `cannot be presented in a handshake: ${reason(problem)}`);
      return;
    }
    server.on("tlsClientError", trouble);
    if (asClient) {
      server.on("secureConnection", judged);
    }
    server.emit("connection", accepting);

    const options = asClient ? { ...presented, rejectUnauthorized: false } : judging;
    let client;
    try {
      client = tls.connect({
        ...options,
        socket: connecting,
        checkServerIdentity: () => undefined, // names are not what is asked
      });
    } catch (problem) {
      end("SKIPPED", `cannot be presented in a handshake: ${reason(problem)}`);
      return;
    }
    client.on("error", trouble);
    if (!asClient) {
      client.on("secureConnect", () => judged(client));
    }
  });
}

async function main() {
  let text = "";
  for await (const chunk of process.stdin) {
    text += chunk;
  }
  const { idle, questions } = JSON.parse(text);
  for (const question of questions) {
    const said = await handshake(question, idle);
    process.stdout.write(`${said.join("\t")}\n`);
  }
}

main();
