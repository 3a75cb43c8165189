"""The loop that the examples with PyTorch share: epochs, validation, checkpoints, predictions."""
import lightbox
import numpy as np
import torch


def train(make_network, make_loss):
    """Trains `make_network(cell)`, which gives logits `[N, K, H, W]`, with `make_loss(cell)`."""
    cell = lightbox.cell()
    torch.manual_seed(cell.seed)
    torch.set_num_threads(cell.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    loss_of = make_loss(cell)
    network = make_network(cell).to(device)
    optimiser = torch.optim.Adam(network.parameters(), lr=cell.train.get("lr", 1e-3))
    batch = cell.train.get("batch", 8)
    order = np.random.default_rng(cell.seed)
    best = {"dice": -1.0, "weights": None}

    if cell.resumed_checkpoint:
        saved = torch.load(cell.resumed_checkpoint, map_location=device, weights_only=False)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        order.bit_generator.state = saved["order"]
        torch.set_rng_state(saved["random"].cpu())
        best = saved["best"]

    def tensors(images):
        places = [image.index for image in images]
        x = torch.from_numpy(np.stack([cell.images[place] for place in places])).to(device)
        y = torch.from_numpy(np.stack([cell.masks[place] for place in places])).float().to(device)
        return x, y

    @torch.no_grad()
    def predict(image):
        network.eval()
        x, _ = tensors([image])
        return torch.sigmoid(network(x))[0].cpu().numpy()

    def dice(image):
        mask, target = predict(image) >= 0.5, cell.masks[image.index] == 1
        total = mask.sum() + target.sum()
        return 1.0 if total == 0 else 2.0 * (mask & target).sum() / total

    labelled = [image for image in cell.labelled if image.has_mask]
    for epoch in cell.epochs():
        network.train()
        shuffled = [labelled[place] for place in order.permutation(len(labelled))]
        steps = range(0, len(shuffled), batch)
        losses = []
        for step, start in enumerate(steps):
            x, y = tensors(shuffled[start : start + batch])
            loss = loss_of(network(x), y)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
            cell.step(epoch, step + 1, len(steps), loss=losses[-1])
        found = float(np.mean([dice(image) for image in cell.validation if image.has_mask]))
        is_best = found > best["dice"]
        if is_best:
            weights = {name: value.cpu().clone() for name, value in network.state_dict().items()}
            best = {"dice": found, "weights": weights}
        cell.log(
            epoch, loss=np.mean(losses), dice=found, learning_rate=optimiser.param_groups[0]["lr"],
            best=is_best,
        )
        state = {
            "network": network.state_dict(), "optimiser": optimiser.state_dict(), "best": best,
            "order": order.bit_generator.state, "random": torch.get_rng_state(),
        }
        cell.checkpoint(epoch, lambda path: torch.save(state, path))
        if cell.should_stop():
            cell.pause()

    for weights in ("last", "best"):
        if weights == "best" and best["weights"]:
            network.load_state_dict(best["weights"])
        for image in cell.to_predict:
            cell.predict(image, predict(image), weights=weights)
    torch.save(network.state_dict(), "best.pt")
    cell.keep("best.pt")
    cell.done()

