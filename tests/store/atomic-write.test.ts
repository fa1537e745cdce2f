/** Files that appear whole or not at all. What a kill, a full disk or a failed sync does to them is proved in `faults/`. */
import { describe, expect, test } from "bun:test";
import {
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { SessionError } from "../../lib/errors.ts";
import { discard, removeFile, type WriteOptions, writeAtomically } from "../../lib/store/atomic-write.ts";
import { temporaryFolder } from "../support/project.ts";
import { bun, cleanEnvironment, repository } from "../support/run-script.ts";
import { actAs, isRoot, openFiles } from "./fixture.ts";

const failure = (message: RegExp) => expect.objectContaining({ code: "failed", message: expect.stringMatching(message) });

/** Writes `a` in a folder, by the temp file `.t`. */
function write(folder: { path: string }, text: string, options: Partial<WriteOptions> = {}): void {
  writeAtomically(`${folder.path}/a`, text, { temporary: `${folder.path}/.t`, lastLook: () => undefined, ...options });
}

describe("a file that is written", () => {
  test.each(["022", "002", "077"])("is there with the permissions that the umask %s leaves, and no other file", (octal) => {
    const umask = Number.parseInt(octal, 8);
    using folder = temporaryFolder();
    const before = process.umask(umask);
    try {
      write(folder, "é\n");
    } finally {
      process.umask(before);
    }
    expect(readFileSync(`${folder.path}/a`, "utf8")).toBe("é\n");
    expect(statSync(`${folder.path}/a`).mode & 0o777).toBe(0o666 & ~umask);
    expect(readdirSync(folder.path)).toEqual(["a"]);
  });

  test("takes the name, and leaves what was in the old file", () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/a`, "old");
    linkSync(`${folder.path}/a`, `${folder.path}/link`);
    write(folder, "x".repeat(3_000_000));
    expect(readFileSync(`${folder.path}/link`, "utf8")).toBe("old");
    expect(readFileSync(`${folder.path}/a`, "utf8")).toBe("x".repeat(3_000_000));
  });

  test("is whole in its temp file, and not yet at its place, when the last look is taken", () => {
    using folder = temporaryFolder();
    const seen: unknown[] = [];
    const lastLook = () => seen.push([readFileSync(`${folder.path}/.t`, "utf8"), existsSync(`${folder.path}/a`)]);
    write(folder, "text", { lastLook });
    expect(seen).toEqual([["text", false]]);
    expect(readdirSync(folder.path)).toEqual(["a"]);
  });

  test.skipIf(process.platform !== "linux")("is closed again, written or not", () => {
    using folder = temporaryFolder();
    write(folder, "text");
    expect(openFiles(folder.path)).toEqual([]);
    mkdirSync(`${folder.path}/b`);
    expect(() => writeAtomically(`${folder.path}/b`, "", { temporary: `${folder.path}/.t`, lastLook: () => undefined })).toThrow(
      "EISDIR",
    );
    expect(openFiles(folder.path)).toEqual([]);
  });
});

describe("the mode and the owner of a file", () => {
  const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

  test.each([0o600, 0o644, 0o664, 0o400, 0o777, 0o4755])("are those that it shall have: mode %o", (mode) => {
    using folder = temporaryFolder();
    write(folder, "new", { owner: { mode: 0o100000 | mode, uid, gid } });
    expect(statSync(`${folder.path}/a`).mode & 0o7777).toBe(mode);
  });

  test.skipIf(!isRoot).each([
    { uid: 1001, gid: 1002 },
    { uid: 0, gid: 1002 },
    { uid: 1001, gid: 0 },
  ])("are those that it shall have: %j", (owner) => {
    using folder = temporaryFolder();
    write(folder, "new", { owner: { ...owner, mode: 0o104640 } });
    const { uid, gid, mode } = statSync(`${folder.path}/a`);
    expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ ...owner, mode: 0o4640 });
  });

  test.skipIf(!isRoot)("are one's own if the system does not let one give files away", () => {
    using folder = temporaryFolder();
    chownSync(folder.path, 1001, 1001);
    {
      using _other = actAs(1001, folder.path);
      write(folder, "new", { owner: { mode: 0o600, uid: 0, gid: 0 } });
    }
    const { uid, gid, mode } = statSync(`${folder.path}/a`);
    expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: 1001, gid: 1001, mode: 0o600 });
  });

  test.skipIf(!isRoot)(
    "are the group at least, if one is in it: else a colleague's write would take the file from all others",
    () => {
      using folder = temporaryFolder();
      chownSync(folder.path, 1001, 1001);
      const program = `
      import { writeAtomically } from ${JSON.stringify(join(import.meta.dir, "../../lib/store/atomic-write.ts"))};
      const [, folder] = process.argv;
      writeAtomically(folder + "/a", "new", { temporary: folder + "/.t", lastLook: () => {}, owner: { mode: 0o660, uid: 1002, gid: 3000 } });`;
      const words = ["setpriv", "--reuid=1001", "--regid=1001", "--groups=3000", bun, "-e", program, folder.path];
      const { stderr } = Bun.spawnSync(words, { env: cleanEnvironment({ HOME: folder.path }) });
      expect(stderr.toString()).toBe("");
      const { uid, gid, mode } = statSync(`${folder.path}/a`);
      expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: 1001, gid: 3000, mode: 0o660 });
    },
  );
});

test("a disk that knows no owners, in whatever words, does not stop a write, and one that fails does", () => {
  using folder = temporaryFolder();
  const refusing = `${folder.path}/refusing.cjs`;
  writeFileSync(
    refusing,
    `require("node:fs").fchownSync = () => {
       throw Object.assign(new Error(process.argv[2] + ": refused"), { code: process.argv[2] });
     };`,
  );
  const script = `
    const { writeAtomically } = await import(${JSON.stringify(join(repository, "lib/store/atomic-write.ts"))});
    const { uid, gid, mode } = require("node:fs").statSync(process.argv[1]);
    const options = { temporary: process.argv[1] + "/.t", lastLook: () => undefined, owner: { uid: uid + 1, gid, mode: 0o600 } };
    try {
      writeAtomically(process.argv[1] + "/a", "new", options);
      console.log("written");
    } catch (error) {
      console.log(error.message);
    }`;
  const refusedWith = (code: string) => {
    const { stdout } = Bun.spawnSync([bun, "--preload", refusing, "-e", script, folder.path, code], { env: cleanEnvironment() });
    return stdout.toString().trim();
  };
  expect(["EPERM", "EINVAL", "ENOSYS", "ENOTSUP"].map(refusedWith)).toEqual(Array(4).fill("written"));
  expect(refusedWith("EIO")).toBe(`cannot write ${folder.path}/a: EIO: refused`);
});

describe("a write that fails leaves the old file and no temp file", () => {
  test("if the last look throws, and passes its error on as it is", () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/a`, "old");
    const stop = new SessionError("locked", "changed");
    const lastLook = () => {
      throw stop;
    };
    expect(() => write(folder, "new", { lastLook })).toThrow(stop);
    expect([readdirSync(folder.path), readFileSync(`${folder.path}/a`, "utf8")]).toEqual([["a"], "old"]);
  });

  test("if the rename fails", () => {
    using folder = temporaryFolder();
    mkdirSync(`${folder.path}/a`);
    expect(() => write(folder, "new")).toThrow(failure(/^cannot write .*\/a: EISDIR: /));
    expect(readdirSync(folder.path)).toEqual(["a"]);
  });

  test("if only a part of it can be written", async () => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/a`, "old");
    const script = `
      const { writeAtomically } = await import(${JSON.stringify(join(repository, "lib/store/atomic-write.ts"))});
      const options = { temporary: process.argv[1] + "/.t", lastLook: () => undefined };
      try {
        writeAtomically(process.argv[1] + "/a", "x".repeat(1_000_000), options);
      } catch (error) {
        console.log(error.message);
      }`;
    const line = 'ulimit -f 100 && exec "$@"'; // so many blocks, and the call that would exceed them writes what fits
    const child = Bun.spawn(["sh", "-c", line, "sh", bun, "-e", script, folder.path], {
      env: cleanEnvironment(),
      stdout: "pipe",
    });
    expect(await child.stdout.text()).toBe(`cannot write ${folder.path}/a: EFBIG: file too large\n`);
    expect([readdirSync(folder.path), readFileSync(`${folder.path}/a`, "utf8")]).toEqual([["a"], "old"]);
  });

  test("if there is no folder for the temp file", () => {
    using folder = temporaryFolder();
    const temporary = `${folder.path}/none/.t`;
    expect(() => write(folder, "x", { temporary })).toThrow(failure(/^cannot write .*\/a: ENOENT: /));
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

test("a file that is there is not opened to be written, and a link not followed", () => {
  using folder = temporaryFolder();
  writeFileSync(`${folder.path}/kept`, "old");
  linkSync(`${folder.path}/kept`, `${folder.path}/.t`);
  expect(() => write(folder, "new")).toThrow(failure(/^cannot write .*\/a: EEXIST: /));
  symlinkSync("kept", `${folder.path}/.link`);
  expect(() => write(folder, "new", { temporary: `${folder.path}/.link` })).toThrow(failure(/ EEXIST: /));
  expect(readFileSync(`${folder.path}/kept`, "utf8")).toBe("old");
  expect(existsSync(`${folder.path}/a`)).toBe(false);
});

test("discard removes a file and is silent if it cannot", () => {
  using folder = temporaryFolder();
  writeFileSync(`${folder.path}/a`, "");
  mkdirSync(`${folder.path}/b`);
  for (const name of ["a", "b", "c"]) discard(`${folder.path}/${name}`);
  expect(readdirSync(folder.path)).toEqual(["b"]);
});

test("a file that another writer has removed already is no error, one that cannot be removed is", () => {
  using folder = temporaryFolder();
  writeFileSync(`${folder.path}/a`, "");
  removeFile(`${folder.path}/a`);
  expect(existsSync(`${folder.path}/a`)).toBe(false);
  expect(() => removeFile(`${folder.path}/a`)).not.toThrow();
  expect(() => removeFile(folder.path)).toThrow();
});
