"""Compares Lightbox's searches with random draws and with Optuna's over the same functions.

    python benchmarks/peer_search.py .build/release/searchbench [--seeds 20] [--output DIRECTORY]

Lightbox's samplers run in `searchbench`, which asks for one value after the other on its standard
output; Optuna's run here. Each search has its own seed; what counts is the lowest value found.
"""

import argparse
import json
import os
import statistics
import subprocess

import optuna
import search_functions

optuna.logging.disable_default_handler()
CURVES = os.path.join(os.path.dirname(__file__), "..", "results/benchmarks/search-curves.json")


class Lightbox:
    """A running `searchbench`."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def search(self, method, space, seed, trials, curve, epochs=1, minimum=1, factor=3,
               is_maximised=False):
        """Runs one search; `curve` gives a trial's values of all epochs. Returns the epochs that
        were trained and, for each trial, its values and its last epoch."""
        task = {
            "method": method, "seed": seed, "trials": trials, "epochs": epochs,
            "minimumEpochs": minimum, "factor": factor, "isMaximised": is_maximised,
            "space": [{"name": name, **kind} for name, kind in space.items()],
        }
        self.send(task)
        reached, points = {}, {}
        while order := json.loads(self.process.stdout.readline()):
            texts = dict(zip(sorted(space), order["values"]))
            x = {name: parse(texts[name], kind) for name, kind in space.items()}
            reached[order["trial"]] = order["epochs"]
            points[order["trial"]] = x
            self.send(curve(x)[: order["epochs"]])
        return sum(reached.values()), [(points[trial], reached[trial]) for trial in reached]

    def send(self, value):
        self.process.stdin.write(json.dumps(value) + "\n")
        self.process.stdin.flush()


def parse(text, kind):
    if "choice" in kind:
        return text
    return int(text) if "integer" in kind else float(text)


def suggest(trial, space):
    """A trial's values as Optuna proposes them."""
    x = {}
    for name, kind in space.items():
        if "choice" in kind:
            x[name] = trial.suggest_categorical(name, kind["choice"])
        elif "integer" in kind:
            x[name] = trial.suggest_int(name, *kind["integer"])
        elif "logUniform" in kind:
            x[name] = trial.suggest_float(name, *kind["logUniform"], log=True)
        else:
            x[name] = trial.suggest_float(name, *kind["uniform"])
    return x


def optuna_sampler(method, seed):
    if method == "random":
        return optuna.samplers.RandomSampler(seed=seed)
    return optuna.samplers.TPESampler(seed=seed, multivariate=method == "tpe multivariate")


def optuna_search(method, space, seed, trials, function):
    study = optuna.create_study(sampler=optuna_sampler(method, seed))
    study.optimize(lambda trial: function(suggest(trial, space)), n_trials=trials)
    return study.best_value


def optuna_halving(curves, seed, budget, minimum, factor):
    """Optuna's successive halving until as many epochs are trained; returns the best regret."""
    pruner = optuna.pruners.SuccessiveHalvingPruner(
        min_resource=minimum, reduction_factor=factor, min_early_stopping_rate=0
    )
    study = optuna.create_study(
        direction="maximize", sampler=optuna_sampler("random", seed), pruner=pruner
    )
    spent, found = 0, 0.0
    while spent < budget:
        trial = study.ask()
        curve = curves.curve(suggest(trial, curves.space))
        for epoch, value in enumerate(curve[: budget - spent], start=1):
            spent += 1
            found = max(found, value)
            trial.report(value, epoch)
            if trial.should_prune():
                study.tell(trial, state=optuna.trial.TrialState.PRUNED)
                break
        else:
            study.tell(trial, curve[-1])
    return curves.best - found


def quartiles(values):
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": middle, "quarter": low, "three quarters": high}


def compare_functions(lightbox, seeds, curves):
    functions = dict(search_functions.FUNCTIONS)
    functions["recorded trainings: loss, rate, width, batch"] = (curves.regret, curves.space, 40)
    table = {}
    for name, (function, space, trials) in functions.items():
        row = {}
        for method in ["random", "halton", "tpe"]:
            row["Lightbox " + method] = [
                min(
                    function(x)
                    for x, _ in lightbox.search(
                        method, space, seed, trials, lambda x: [function(x)]
                    )[1]
                )
                for seed in seeds
            ]
        for method in ["random", "tpe", "tpe multivariate"]:
            row["Optuna " + method] = [
                optuna_search(method, space, seed, trials, function) for seed in seeds
            ]
        table[name] = {"trials": trials, "found": row}
        print(name, {key: f"{statistics.median(value):.4g}" for key, value in row.items()},
              flush=True)
    return table


def compare_halving(lightbox, seeds, curves, trials=60, minimum=1, factor=3):
    """The regret after the epochs that Lightbox's halving takes, for it and for the others."""
    row = {"Lightbox asha": [], "Lightbox random": [], "Optuna halving": []}
    epochs = []
    for seed in seeds:
        spent, reached = lightbox.search(
            "asha", curves.space, seed, trials, curves.curve, curves.epochs, minimum, factor, True
        )
        epochs.append(spent)
        found = max(curves.curve(x)[last - 1] for x, last in reached)
        row["Lightbox asha"].append(curves.best - found)
        # As many whole trainings as the same number of epochs pays for.
        whole = round(spent / curves.epochs)
        _, reached = lightbox.search(
            "random", curves.space, seed, whole, curves.curve, curves.epochs, 1, 3, True
        )
        row["Lightbox random"].append(min(curves.regret(x) for x, _ in reached))
        row["Optuna halving"].append(optuna_halving(curves, seed, spent, minimum, factor))
    print("halving", {key: f"{statistics.median(value):.4g}" for key, value in row.items()})
    return {
        "trials": trials, "epochs": statistics.median(epochs),
        "epochs of all trials to their end": trials * curves.epochs, "found": row,
    }


def markdown(result):
    """The tables of the document."""
    lines = [
        f"Lowest value found, median of {result['seeds']} seeds (optimum 0); Optuna "
        f"{result['optuna']}.", "",
    ]
    methods = list(next(iter(result["functions"].values()))["found"])
    lines.append("| function | trials | " + " | ".join(methods) + " |")
    lines.append("|---|--:|" + "--:|" * len(methods))
    for name, entry in result["functions"].items():
        medians = [statistics.median(entry["found"][method]) for method in methods]
        texts = [f"**{v:.3g}**" if v == min(medians) else f"{v:.3g}" for v in medians]
        lines.append(f"| {name} | {entry['trials']} | " + " | ".join(texts) + " |")
    halving = result["halving"]
    lines += [
        "",
        f"Recorded trainings, the best Dice missed by, after {halving['epochs']:.0f} epochs in all "
        f"(as many as {halving['trials']} trials of Lightbox's `asha` take; trained to their end "
        f"they would take {halving['epochs of all trials to their end']}):", "",
        "| " + " | ".join(halving["found"]) + " |", "|" + "--:|" * len(halving["found"]),
        "| " + " | ".join(
            f"{statistics.median(v):.4f} ({quartiles(v)['quarter']:.4f} to "
            f"{quartiles(v)['three quarters']:.4f})" for v in halving["found"].values()
        ) + " |",
    ]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="searchbench")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--output", help="folder for search.json and search.md")
    options = parser.parse_args()
    lightbox = Lightbox(options.program)
    curves = search_functions.Curves(CURVES)
    seeds = range(options.seeds)
    result = {
        "seeds": options.seeds, "optuna": optuna.__version__,
        "functions": compare_functions(lightbox, seeds, curves),
        "halving": compare_halving(lightbox, seeds, curves),
    }
    text = markdown(result)
    print("\n" + text)
    if options.output:
        with open(os.path.join(options.output, "search.json"), "w") as file:
            json.dump(result, file, indent=1)
        with open(os.path.join(options.output, "search.md"), "w") as file:
            file.write(text)


if __name__ == "__main__":
    main()
