"""Judges what measure.py recorded and writes it as Markdown: report.py RESULTS.json REPORT.md

A figure that is missing is "not measured", never passed. The exit code is 1 if a criterion failed.
"""
import json
import sys

MEAN_LEVELS = 0.5
OVER_TORCH = 2
OVER_FLOOR = 2
PIPELINE = 0.9
SATURATED = 0.9
FLOOR_OF = "H100"


def criterion(name, limit, value, passed):
    verdict = "not measured" if value is None else "passed" if passed(value) else "FAILED"
    return {"name": name, "limit": limit, "value": value, "verdict": verdict}


def figure(steps, step, *keys):
    """A recorded figure, or None."""
    value = steps.get(step, {}).get("result")
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def ratio(a, b):
    return None if a is None or not b else a / b


def speed(steps, step):
    return figure(steps, step, "medianMillisPerFace")


def judged(results):
    steps = results["steps"]
    difference = figure(steps, "difference", "meanLevels")
    saturated = figure(steps, "difference", "saturatedShare")
    bare = speed(steps, "bare fp16 batch 1")
    pipeline = figure(steps, "pipeline", "pipeline", "facesPerSecond")
    alone = figure(steps, "pipeline", "bareModel", "facesPerSecond")
    of_roofline = FLOOR_OF in (results["machine"].get("GPU") or "")
    return [
        criterion(
            "mean difference of float16 from float32 on the CPU, levels",
            f"at most {MEAN_LEVELS}",
            difference,
            lambda value: value <= MEAN_LEVELS,
        ),
        criterion(
            "share of black and white levels in float32's result (else the difference says nothing)",
            f"at most {SATURATED}",
            saturated,
            lambda value: value <= SATURATED,
        ),
        criterion(
            "mean difference of PyTorch in float32 from float32 on the CPU, levels",
            f"at most {MEAN_LEVELS}",
            figure(steps, "torch fp32", "meanLevels"),
            lambda value: value <= MEAN_LEVELS,
        ),
        criterion(
            "times as fast as PyTorch in float16, channels last",
            f"at least {OVER_TORCH}",
            ratio(speed(steps, "torch fp16"), bare),
            lambda value: value >= OVER_TORCH,
        ),
        criterion(
            "times as fast as PyTorch in float32 with TF32, model in float32",
            f"at least {OVER_TORCH}",
            ratio(speed(steps, "torch fp32"), speed(steps, "bare fp32 batch 1")),
            lambda value: value >= OVER_TORCH,
        ),
        criterion(
            f"time of a face over the roofline of its graph, on an {FLOOR_OF} only",
            f"at most {OVER_FLOOR}",
            ratio(bare, figure(steps, "floor", "millis")) if of_roofline else None,
            lambda value: value <= OVER_FLOOR,
        ),
        criterion(
            "faces/s of the pipeline over those of the model alone",
            f"at least {PIPELINE}",
            ratio(pipeline, alone),
            lambda value: value >= PIPELINE,
        ),
    ]


def number(value):
    return "" if value is None else f"{value:.4g}" if isinstance(value, (int, float)) else str(value)


def markdown(results, criteria):
    steps = results["steps"]
    lines = [f"# GPEN {results['size']} on {results['device']}", ""]
    lines += ["| | |", "|---|---|"]
    lines += [f"| {name} | {number(value)} |" for name, value in results["machine"].items()]
    lines += ["", "## Criteria", "", "| what | limit | measured | verdict |", "|---|---|---|---|"]
    for each in criteria:
        lines.append(f"| {each['name']} | {each['limit']} | {number(each['value'])} | {each['verdict']} |")
    lines += ["", "## Speed", "", "| what | ms a face, median | least | faces/s |", "|---|---|---|---|"]
    for name, step in steps.items():
        median = speed(steps, name)
        if median is not None:
            least = figure(steps, name, "leastMillisPerFace")
            lines.append(f"| {name} | {number(median)} | {number(least)} | {number(ratio(1000, median))} |")
    for key in ("bareModel", "pipeline"):
        value = figure(steps, "pipeline", key)
        if value:
            name = "gpen bench: " + ("model alone" if key == "bareModel" else "pipeline")
            lines.append(
                f"| {name} | {number(value['medianMillisPerFace'])} |"
                f" {number(value['leastMillisPerFace'])} | {number(value['facesPerSecond'])} |"
            )
    lines += ["", "## Memory", "", "| what | bytes |", "|---|---|"]
    for name in steps:
        for key in ("peakDeviceBytes", "peakMemoryBytes"):
            value = figure(steps, name, key)
            if value is not None:
                what = "on the device" if key == "peakDeviceBytes" else "of the process"
                lines.append(f"| {name}, {what} | {value} |")
    operators = figure(steps, "profile", "operators")
    if operators:
        lines += ["", "## Profile by operator", "", "| operator | where | runs | ms | share |", "|---|---|---|---|---|"]
        total = sum(each["millis"] for each in operators) or 1
        for each in operators:
            lines.append(
                f"| {each['operator']} | {each['provider']} | {each['runs']} |"
                f" {number(each['millis'])} | {each['millis'] / total:.1%} |"
            )
    failures = {name: step["error"] for name, step in steps.items() if "error" in step}
    if failures:
        lines += ["", "## Not measured", ""]
        lines += [f"- {name}: {error}" for name, error in failures.items()]
    return "\n".join(lines) + "\n"


def write(results, file):
    """Writes the report; whether no criterion failed."""
    criteria = judged(results)
    with open(file, "w", encoding="utf-8") as out:
        out.write(markdown(results, criteria))
    return all(each["verdict"] != "FAILED" for each in criteria)


def main(arguments):
    if len(arguments) != 2:
        sys.exit("report.py: name RESULTS.json and REPORT.md")
    try:
        with open(arguments[0], encoding="utf-8") as file:
            results = json.load(file)
        return 0 if write(results, arguments[1]) else 1
    except (OSError, ValueError, KeyError) as error:
        print(f"report.py: {arguments[0]} holds no results: {error!r}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
