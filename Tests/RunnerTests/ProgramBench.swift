import Assembly
import Datasets
import Foundation
import RunStore
import Specification
import Testing

@testable import Runner

/// A folder with a store, a small data set and a trainer in Python, which needs nothing but
/// Python itself. What the trainer does wrong is its model's name.
struct ProgramBench {
    let folder: URL
    let store: RunStore
    let stop = StopSignal()

    /// Twelve phantoms of Montgomery, drawn once.
    static let data: Result<URL, any Error> = Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "lightbox-\(UUID().uuidString)")
        _ = try PhantomWriter(
            layout: .mcx, options: PhantomOptions(count: 12, size: .square(64), seed: 3)
        ).write(to: folder)
        return folder
    }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "lightbox-\(UUID().uuidString)")
        store = try RunStore(at: folder.appendingPathComponent("lightbox.db"))
        try write(Self.trainer, to: "train.py")
    }

    /// Whether there is a Python to run trainers with.
    static let hasPython = [
        "/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3",
    ]
    .contains { FileManager.default.isExecutableFile(atPath: $0) }

    func write(_ text: String, to path: String) throws {
        try text.write(
            to: folder.appendingPathComponent(path), atomically: true, encoding: .utf8)
    }

    func file(_ path: String) -> URL { folder.appendingPathComponent(path) }

    /// An experiment of these models.
    static func grid(_ models: String, trainer: String = "", train: String = "") -> String {
        """
        name: outside
        trainer: {command: [python3, train.py], code: [train.py]\(trainer)}
        grid: {dataset: mcx, model: [\(models)], loss: dice}
        train: {epochs: 3, image: 32\(train)}
        """
    }

    func plan(_ text: String) throws -> (spec: Spec, plan: SweepPlan) {
        let vocabulary = Zoo.standard.vocabulary(reports: ["sweep"])
        let spec = try Spec(text: text, path: file("e.yaml").path, vocabulary: vocabulary)
        return (spec, try SweepPlan(spec, vocabulary: vocabulary))
    }

    @discardableResult
    func sweep(
        _ text: String, retries: Bool = false, code: String? = nil, retrains: Bool = false,
        observe: (SweepEvent) -> Void = { _ in }
    ) throws -> Sweep.Outcome {
        let (spec, plan) = try plan(text)
        let code = code.map { CodeIdentity(digest: String(repeating: $0, count: 64)) }
        let runner = CellRunner(
            shelf: DatasetShelf(root: DataRoot(try Self.data.get())), store: store, stop: stop,
            environment: .here(version: "test", code: code, revision: nil, threads: 1))
        var sweep = Sweep(spec.record, plan: plan, runner: runner)
        sweep.retriesFailed = retries
        sweep.retrains = retrains
        return try sweep.run(observe: observe)
    }

    func texts(_ sql: String) throws -> [String] {
        try store.query(sql).rows.compactMap { $0[0].text }
    }

    func number(_ sql: String) throws -> Int64 {
        try #require(try store.query(sql).rows.first?.first?.integer)
    }

    /// Trains nothing: its figures and masks follow from the epoch.
    static let trainer = #"""
        import json, os, signal, struct, subprocess, sys, time, zlib

        cell = json.load(open(os.environ["LIGHTBOX_CELL"]))
        mode = cell["model"]
        report = open(cell["report"], "a", buffering=1)

        def say(event, **more):
            report.write(json.dumps({"event": event, **more}) + "\n")

        def array(kind, shape, data, path):
            head = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
            head += " " * (-(len(head) + 11) % 64) + "\n"
            with open(path, "wb") as file:
                file.write(b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little"))
                file.write(head.encode() + data)

        def picture(path, depth):
            def chunk(kind, data):
                sum = zlib.crc32(kind + data)
                return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sum)
            row = b"\0" + b"\xff" * (width * depth // 8)
            head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
            with open(path, "wb") as file:
                file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head))
                file.write(chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b""))

        stopped = []
        signal.signal(signal.SIGTERM, lambda *_: stopped.append(1))
        if mode == "deaf":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("training", mode)
        if mode == "dies": sys.exit("no GPU here")
        if mode == "killed": os.kill(os.getpid(), signal.SIGSEGV)
        if mode == "killed-too":
            open(cell["train"]["mark"], "w").close(); os.kill(os.getpid(), signal.SIGKILL)
        if mode == "hangs": time.sleep(600)
        if mode == "pauses": say("paused"); sys.exit(0)
        if mode == "garbage": report.write("epoch 1: fine\n")
        if mode == "list": report.write("[1, 2]\n")
        if mode == "unknown-event": say("epok", epoch=1)
        if mode == "long-line": report.write('{"event": "log", "message": "' + "x" * 3_000_000)
        if mode == "bad-name": say("epoch", epoch=1, train={"../x": 1})
        if mode == "text-figure": say("epoch", epoch=1, train={"loss": "good"})
        if mode == "epoch-zero": say("epoch", epoch=0)
        if mode == "ahead": say("start", epoch=9)
        if mode == "prints":
            for _ in range(200): print("x" * 100_000)
        if mode == "edits-code": open(cell["train"]["script"], "a").write("# more\n")
        child = None
        if mode == "leaves-child":
            child = subprocess.Popen(["sleep", "77"])
            print("child", child.pid)

        def step(number):
            report.write('{"event": "step", "epoch": 1, "step": %d, "steps": 9}\n' % number)
        if mode == "floods":
            for number in range(20_000): step(number + 1)
        while mode == "floods-forever" and not stopped: step(1)
        if stopped: say("paused"); sys.exit(0)
        if mode == "leaves-printer":
            subprocess.Popen(["timeout", "60", "yes"], start_new_session=True)
        if mode == "own-names":
            for name in ["log.txt", "cell.json", "progress.json", "report.jsonl", "hold"]:
                open(name, "w").write("mine"); say("file", path=name)

        mark = os.path.join(cell["checkpoint"], "epoch")
        done = int(open(mark).read()) if os.path.exists(mark) else 0
        done = min(done, cell["known_epochs"])
        say("start", epoch=done + 1)
        for epoch in range(done + 1, cell["epochs"] + 1 + (mode == "too-long")):
            if mode == "skips" and epoch == 2: continue
            loss = float("nan") if mode == "nan" and epoch == 2 else 1 / epoch
            dice = float("inf") if mode == "infinite" else 1 - 1 / (epoch + 1)
            say("epoch", epoch=epoch, train={"loss": loss}, validation={"dice": dice})
            if mode == "truncates": time.sleep(0.5); report.truncate(0)
            open(mark, "w").write(str(epoch))
            with open(cell["train"].get("trace", os.devnull), "a") as trace:
                trace.write(f"{mode} {epoch}\n")
            if mode in ("slow", "deaf"): time.sleep(0.3)
            if stopped: say("paused"); sys.exit(0)
        if mode == "replaces":
            os.unlink(cell["report"]); open(cell["report"], "w").close()
        if mode == "removes-folder":
            import shutil; time.sleep(0.5); shutil.rmtree(cell["work"])
            time.sleep(1)
        if mode == "half-a-line": report.write('{"event": "ep')
        if mode == "keeps-outside": say("file", path="../../../lightbox.db")
        if mode == "links-outside":
            os.symlink("/etc", "etc"); say("file", path="etc/passwd")
        if mode == "keeps":
            open("model.bin", "w").write("weights"); say("file", path="model.bin")

        _, maps, height, width = cell["arrays"]["masks_shape"]
        size = height * width
        ones = bytes([1]) * size
        for image in cell["images"]:
            if image["split"] not in ("validation", "test"): continue
            path = os.path.join(cell["predictions"], "best", image["prediction"] + ".npy")
            two = (height, width)
            if mode == "no-predictions": continue
            if mode == "forgets" and image["split"] == "test": continue
            if mode == "half-a-file": array("|u1", two, ones[: size // 2], path)
            elif mode == "wrong-shape": array("|u1", (height, width + 1), ones + bytes(height), path)
            elif mode == "seven": array("|u1", two, bytes([7]) * size, path)
            elif mode == "largest": array("<i8", two, (b"\xff" * 7 + b"\x7f") * size, path)
            elif mode == "pickle": array("|O", two, ones, path)
            elif mode == "fortran":
                array("|u1", two, ones, path)
                data = open(path, "rb").read().replace(b"False", b"True ")
                open(path, "wb").write(data)
            elif mode == "nan-mask": array("<f4", two, b"\x00\x00\xc0\x7f" * size, path)
            elif mode == "beyond-one": array("<f4", two, b"\x00\x00\x00\x40" * size, path)
            elif mode == "gray-1": picture(path[:-4] + ".png", 1)
            elif mode == "gray-8": picture(path[:-4] + ".png", 8)
            elif mode == "gray-16": picture(path[:-4] + ".png", 16)
            elif mode == "fifo": os.mkfifo(path)
            elif mode == "folder": os.mkdir(path)
            elif mode == "text-file": open(path, "w").write("a mask")
            elif mode == "huge-shape": array("|u1", (1 << 40, 1 << 40), ones, path)
            elif mode == "likely": array("<f4", two, b"\x00\x00\x40\x3f" * size, path)
            else: array("|u1", two, ones, path)
            if mode == "few-classes": say("class", image=image["id"], probabilities=[1])
            if mode == "classes": say("class", image=image["id"], probabilities=[0.25, 0.75])
        if mode == "late-death": sys.exit(5)
        """#
}
