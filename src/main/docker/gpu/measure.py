"""Checks and measures GPEN on a GPU host, from the folder that pack.sh's archive unpacks to.

    python3 gpen-kit/measure.py [--device cuda:0] [--size 2048] [--output FOLDER]

writes results.json after every step, and at the end report.md. A step that fails is recorded, and
the next one runs. Of Python only the standard library is needed; PyTorch, where it is installed, is
measured beside the model. Exit code: 0 if no criterion failed, 1 if one did, 2 for wrong arguments.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import threading

import report

KIT = pathlib.Path(__file__).resolve().parent
CONTAINERS = {"Scan", "Loop", "If"}
SAMPLE_SECONDS = 0.2
ERROR_CHARACTERS = 400


class StepFailed(Exception):
    """Says in one line why a figure is missing."""


def arguments():
    parser = argparse.ArgumentParser(description="Checks and measures GPEN on a GPU host")
    parser.add_argument("--device", default="cuda:0", help="cuda:N, or cpu for a trial")
    parser.add_argument("--size", type=int, default=2048, help="side of the model's picture; with a checkpoint, its own")
    parser.add_argument("--batches", default="1,2,4,8", help="faces in one run, for the table")
    parser.add_argument("--repeat", type=int, default=50, help="runs of each figure")
    parser.add_argument("--faces", type=int, default=200, help="faces through the pipeline")
    parser.add_argument("--photos-at-once", type=int, default=16)
    parser.add_argument("--timeout", type=int, default=1200, help="seconds for a step")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path("gpen-measured"))
    chosen = parser.parse_args()
    if not re.fullmatch(r"cpu|cuda:\d{1,2}", chosen.device):
        parser.error(f"--device is cpu or cuda:N, not {chosen.device}")
    if chosen.size not in (64, 128, 256, 512, 1024, 2048):
        parser.error(f"--size is a power of two from 64 to 2048, not {chosen.size}")
    try:
        chosen.batches = [int(batch) for batch in chosen.batches.split(",")]
    except ValueError:
        parser.error(f"--batches are numbers with commas, not {chosen.batches}")
    for name in ("repeat", "faces", "photos_at_once", "timeout"):
        if getattr(chosen, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be 1 or more")
    if chosen.batches[0] != 1 or min(chosen.batches) < 1:
        parser.error("--batches are numbers from 1 up, the first of them 1")
    return chosen


class Session:
    """The commands of the kit, and what was recorded so far."""

    def __init__(self, chosen):
        self.chosen = chosen
        self.output = chosen.output
        self.work = chosen.output / "work"
        self.work.mkdir(parents=True, exist_ok=True)
        weights = KIT / "weights.pth"
        self.weights = weights if weights.exists() else None
        self.results = {
            "size": chosen.size,
            "device": chosen.device,
            "weights": "checkpoint" if self.weights else "random",
            "machine": {},
            "steps": {},
        }

    def java(self):
        packed = KIT / "jre" / "bin" / "java"
        found = str(packed) if packed.exists() else shutil.which("java")
        if not found:
            raise StepFailed("no Java: pack a runtime, or install Java 17")
        return [
            found,
            f"-Donnxruntime.native.path={KIT / 'native'}",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-Djava.awt.headless=true",
        ]

    def gpen(self, *options):
        return self.run(self.java() + ["-jar", str(KIT / "app" / "quarkus-run.jar"), *map(str, options)])

    def model_run(self, *options, environment=None):
        # Quarkus generates a part of the application's classes.
        folders = ("quarkus", "app", "lib/main", "lib/boot")
        jars = [KIT / "tool"] + [KIT / "app" / folder / "*" for folder in folders]
        return self.run(
            self.java() + ["-cp", ":".join(map(str, jars)), "ModelRun", *map(str, options)], environment
        )

    def run(self, command, environment=None):
        """The lines of a command's standard output."""
        variables = dict(os.environ, DJL_OFFLINE="true", OPT_OUT_TRACKING="true", **(environment or {}))
        if "LD_LIBRARY_PATH" not in variables:
            variables["LD_LIBRARY_PATH"] = ":".join(cuda_folders())
        try:
            done = subprocess.run(
                command, env=variables, capture_output=True, text=True, timeout=self.chosen.timeout
            )
        except subprocess.TimeoutExpired:
            raise StepFailed(f"not finished after {self.chosen.timeout} s") from None
        if done.returncode:
            lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
            ours = [line for line in lines if line.startswith("gpen: ") or "Exception" in line or "Error" in line]
            said = (ours or lines or ["nothing said"])[-1 if not ours else 0]
            raise StepFailed(f"exit code {done.returncode}: {said[:ERROR_CHARACTERS]}")
        return done.stdout.splitlines()

    def step(self, name, measure, *parameters):
        print(f"{name} …", flush=True)
        try:
            recorded = {"result": measure(self, *parameters)}
        except (StepFailed, OSError, ValueError) as error:
            recorded = {"error": " ".join(str(error).split())}
            print(f"{name}: not measured: {recorded['error']}", flush=True)
        self.results["steps"][name] = recorded
        self.save()

    def save(self):
        partial = self.output / "results.json.partial"
        partial.write_text(json.dumps(self.results, indent=2) + "\n", encoding="utf-8")
        partial.replace(self.output / "results.json")

    def model(self, precision, target):
        return self.work / f"{precision}-{target}.onnx"

    def require(self, *files):
        for file in files:
            if not file.exists():
                raise StepFailed(f"{file.name} was not made")


def cuda_folders():
    """Where CUDA's libraries usually are, those of PyTorch's packages first."""
    found = []
    for root in map(pathlib.Path, sys.path):
        found += sorted(root.glob("nvidia/*/lib"))
    found += sorted(pathlib.Path("/usr/local").glob("cuda*/lib64"))
    found.append(pathlib.Path("/usr/local/nvidia/lib64"))
    return [str(folder) for folder in found if folder.is_dir()]


def nvidia_smi(field, ordinal):
    if not shutil.which("nvidia-smi"):
        return None
    done = subprocess.run(
        ["nvidia-smi", f"--query-gpu={field}", "--format=csv,noheader,nounits", "-i", ordinal],
        capture_output=True,
        text=True,
    )
    return done.stdout.strip() if done.returncode == 0 else None


class DeviceMemory:
    """The most memory in use on the GPU while this is open, of all processes, sampled."""

    def __init__(self, device):
        self.ordinal = device.partition(":")[2]
        self.peak = None
        self.closed = threading.Event()
        self.thread = threading.Thread(target=self.sample, daemon=True)

    def __enter__(self):
        if self.ordinal and shutil.which("nvidia-smi"):
            self.thread.start()
        return self

    def __exit__(self, *_):
        self.closed.set()
        if self.thread.is_alive():
            self.thread.join()

    def sample(self):
        while not self.closed.wait(SAMPLE_SECONDS):
            used = nvidia_smi("memory.used", self.ordinal)
            if used and used.isdigit():
                self.peak = max(self.peak or 0, int(used) << 20)


def machine(session):
    ordinal = session.chosen.device.partition(":")[2]
    memory = re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text())
    cpu = re.search(r"model name\s*:\s*(.+)", pathlib.Path("/proc/cpuinfo").read_text())
    found = {
        "weights": session.results["weights"],
        "GPU": nvidia_smi("name", ordinal) if ordinal else None,
        "GPU memory, MiB": nvidia_smi("memory.total", ordinal) if ordinal else None,
        "driver": nvidia_smi("driver_version", ordinal) if ordinal else None,
        "CPU": cpu.group(1) if cpu else None,
        "cores": len(os.sched_getaffinity(0)),
        "memory, bytes": 1024 * int(memory.group(1)) if memory else None,
    }
    session.results["machine"] = found
    return found


def make_model(session, precision, target):
    file = session.model(precision, target)
    if session.weights:
        lines = session.gpen(
            "import", session.weights, "--precision", precision, "--target", target, "--output", file
        )
        size = re.search(r"(\d+)×\1 pixels", "\n".join(lines))
        if not size:
            raise StepFailed(f"gpen import did not say how large the picture is: {lines}")
        session.results["size"] = int(size.group(1))
    else:
        session.model_run("random", session.results["size"], precision, target, file)
    return {"bytes": file.stat().st_size}


def make_faces(session):
    """A face of flat squares, one of noise, and so on, as many as the largest batch."""
    size = session.results["size"]
    numbers = random.Random(1)
    cell = size // 32
    with open(session.work / "faces.rgb", "wb") as out:
        for i in range(max(session.chosen.batches + [2])):
            if i % 2:
                out.write(numbers.randbytes(3 * size * size))
                continue
            for _ in range(32):
                row = b"".join(numbers.randbytes(3) * cell for _ in range(32))
                out.write(row * cell)
    shorter(session, 1)
    shorter(session, 2)
    return {"faces": max(session.chosen.batches + [2])}


def shorter(session, count):
    """A file of the first faces."""
    file = session.work / f"faces-{count}.rgb"
    with open(session.work / "faces.rgb", "rb") as source:
        file.write_bytes(source.read(count * 3 * session.results["size"] ** 2))
    return file


def model_alone(session, precision, target, device, batch, repeat, output):
    """Restores as many faces as the batch has, or two for the comparison."""
    file = session.model(precision, target)
    faces = shorter(session, max(batch, 2))
    session.require(file)
    with DeviceMemory(device) as memory:
        lines = session.model_run(
            "run", file, device, precision, target, batch, repeat, faces, session.work / output
        )
    millis = [float(line) / batch for line in lines if re.fullmatch(r"[\d.]+(E-?\d+)?", line)]
    if len(millis) != repeat:
        raise StepFailed(f"{len(millis)} of {repeat} runs were timed")
    return {
        "medianMillisPerFace": statistics.median(millis),
        "leastMillisPerFace": min(millis),
        "runs": repeat,
        "peakDeviceBytes": memory.peak,
    }


def levels(file, reference):
    given, wanted = file.read_bytes(), reference.read_bytes()
    if not wanted or len(given) != len(wanted):
        raise StepFailed(f"{file.name} has {len(given)} bytes and {reference.name} {len(wanted)}")
    counts = [0] * 256
    for a, b in zip(given, wanted):
        counts[a - b if a > b else b - a] += 1
    return {
        "meanLevels": sum(level * count for level, count in enumerate(counts)) / len(wanted),
        "largestLevels": max(level for level, count in enumerate(counts) if count),
        "saturatedShare": (wanted.count(0) + wanted.count(255)) / len(wanted),
    }


def difference(session):
    session.require(session.work / "reference.rgb", session.work / "fp16.rgb")
    return levels(session.work / "fp16.rgb", session.work / "reference.rgb")


def floor(session):
    file = session.model("fp16", "gpu")
    session.require(file)
    return {"millis": float(session.model_run("floor", file)[-1])}


def in_torch(session, precision):
    if not importlib.util.find_spec("torch"):
        raise StepFailed("PyTorch is not installed")
    output = session.work / f"torch-{precision}.rgb"
    weights = ["--weights", session.weights] if session.weights else []
    lines = session.run(
        [
            sys.executable, str(KIT / "generator.py"), str(session.results["size"]), precision,
            session.chosen.device, session.work / "faces-2.rgb", output,
            "--repeat", str(session.chosen.repeat), *weights,
        ]
    )
    measured = json.loads(lines[-1])
    session.require(session.work / "reference.rgb")
    return {**measured, **levels(output, session.work / "reference.rgb")}


def pipeline(session):
    file = session.model("fp16", "gpu")
    session.require(file)
    photos = sorted((KIT / "photos").glob("*"))
    figures = session.output / "bench.json"
    options = ["--photo=" + str(photo) for photo in photos]
    with DeviceMemory(session.chosen.device) as memory:
        session.gpen(
            "bench", "--model", file, "--device", session.chosen.device, "--faces", session.chosen.faces,
            "--photos-at-once", session.chosen.photos_at_once, "--json", figures, *options,
        )
    measured = json.loads(figures.read_text(encoding="utf-8"))
    return {**measured, "photos": [photo.name for photo in photos], "peakDeviceBytes": memory.peak}


def profile(session):
    """By operator. Kernels are launched one after the other, so that each node has its own time."""
    file = session.model("fp16", "gpu")
    session.require(file)
    runs = min(session.chosen.repeat, 10)
    lines = session.model_run(
        "run", file, session.chosen.device, "fp16", "gpu", 1, runs, session.work / "faces-1.rgb",
        session.work / "profiled.rgb", session.work / "profile",
        environment={"CUDA_LAUNCH_BLOCKING": "1"},
    )
    events = json.loads(pathlib.Path(lines[-1]).read_text(encoding="utf-8"))
    found = {}
    for event in events:
        about = event.get("args", {})
        operator = about.get("op_name")
        if event.get("cat") != "Node" or not event["name"].endswith("_kernel_time"):
            continue
        if operator in CONTAINERS:
            continue
        key = (operator, about.get("provider", ""))
        count, micros = found.get(key, (0, 0))
        found[key] = (count + 1, micros + event["dur"])
    if not found:
        raise StepFailed("the profile names no operator")
    operators = [
        {"operator": operator, "provider": provider, "runs": count, "millis": micros / 1000}
        for (operator, provider), (count, micros) in found.items()
    ]
    return {"faces": runs + 1, "operators": sorted(operators, key=lambda each: -each["millis"])}


def measured(session):
    chosen = session.chosen
    device = chosen.device
    session.step("machine", machine)
    session.step("model fp16", make_model, "fp16", "gpu")
    session.step("model fp32", make_model, "fp32", "gpu")
    session.step("model fp32 for the CPU", make_model, "fp32", "cpu")
    session.step("faces", make_faces)
    for batch in chosen.batches:
        output = "fp16.rgb" if batch == 1 else "batch.rgb"
        session.step(
            f"bare fp16 batch {batch}", model_alone, "fp16", "gpu", device, batch, chosen.repeat, output
        )
    session.step("bare fp32 batch 1", model_alone, "fp32", "gpu", device, 1, chosen.repeat, "fp32.rgb")
    session.step("CPU fp32 batch 1", model_alone, "fp32", "cpu", "cpu", 1, 1, "reference.rgb")
    session.step("difference", difference)
    session.step("floor", floor)
    session.step("torch fp32", in_torch, "fp32")
    session.step("torch fp16", in_torch, "fp16")
    session.step("pipeline", pipeline)
    session.step("profile", profile)


def main():
    session = Session(arguments())
    measured(session)
    passed = report.write(session.results, session.output / "report.md")
    shutil.rmtree(session.work)
    print(session.output / "report.md")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
